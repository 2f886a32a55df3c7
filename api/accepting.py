"""The answer to long work: where it runs and where to ask."""

from api.deps import Caller
from api.orchestration import Start
from api.schemas.common import Accepted
from api.views.jobs import status_url, temporal_url


def accepted(caller: Caller, workflow_id: str, started: bool = True, *, url: str | None = None) -> Accepted:
    """202 for a run that has begun, or that was running already."""
    return Accepted(
        workflow_id=workflow_id,
        status_url=url or status_url(workflow_id),
        started=started,
        temporal_url=temporal_url(caller.runs_url, workflow_id),
    )


async def launch(caller: Caller, start: Start) -> Accepted:
    """Starts a workflow and says where."""
    return accepted(caller, start.id, await caller.deps.orchestrator.start(start))
