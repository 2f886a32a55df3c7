"""The answer to long work: where it runs and where to ask."""

from contextlib import suppress

from api.deps import Caller
from api.orchestration import Start
from api.schemas.common import Accepted
from api.views.jobs import status_url, temporal_url
from runcoach.domain.errors import OrchestratorUnavailable
from workflows.contracts import RecomputeInput
from workflows.names import CORE_QUEUE, recompute_id


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


def recompute(caller: Caller) -> Start:
    """All figures again."""
    return Start(
        "RecomputeMetrics",
        recompute_id(caller.user.id),
        CORE_QUEUE,
        RecomputeInput(caller.user.id),
        "All figures again",
    )


async def recompute_soon(caller: Caller) -> None:
    """After a change of the runner's numbers. If nobody can start it, the next sync finds what is stale."""
    with suppress(OrchestratorUnavailable):
        await caller.deps.orchestrator.start(recompute(caller))
