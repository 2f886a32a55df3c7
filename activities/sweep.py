"""The regular look at Garmin: starts a sync for every connected runner who was not looked at for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy

from activities.garmin_window import FILE_STREAM
from activities.rounds import PageDone, RunnersPage, each_runner
from activities.steps import step
from runcoach.domain.connection import ConnectionState, JobState, JobStatus, Provider
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork, User

DUE_AFTER = timedelta(minutes=50)
"""A sync by hand or after a push counts too: nobody is looked at more than about once an hour."""

GIVEN_UP_AFTER = timedelta(hours=6)
"""A job that calls itself running and says nothing for so long has lost its run."""

_OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True)
class SweepPage:
    """A page of runners, and how a sync is started: names belong to the workflows."""

    page: RunnersPage
    workflow: str
    queue: str
    sync_id: str
    backfill_id: str


class SweepSteps:
    """Steps of GarminSweep."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("sweep.start_syncs")
    async def start_syncs(self, request: SweepPage) -> PageDone:
        """Starts what is due; a sync that runs or is parked is left alone."""
        client = activity.client()

        async def visit(user: User) -> str:
            async with self._ports.store.begin(user.id) as work:
                backfill = await work.jobs.get(request.backfill_id.format(user=user.id))
                why_not = await reason_to_wait(work, backfill, self._ports.clock.now())
            if why_not is None:
                await _start(client, request, user)
            return why_not or "started"

        return await each_runner(self._ports, request.page, visit)


async def reason_to_wait(work: UnitOfWork, backfill: JobStatus | None, now: datetime) -> str | None:
    """Why this runner is not looked at now; None = they are due."""
    if (await work.connections.get(Provider.GARMIN)).state is not ConnectionState.CONNECTED:
        return "not_connected"
    if backfill is not None and _is_at_work(backfill, now):
        return "importing_history"
    said = (await work.sync_states.get(Provider.GARMIN, FILE_STREAM)).get("last_success_at")
    if said is None:
        return None if backfill is not None else "no_history"
    return None if now - datetime.fromisoformat(said) >= DUE_AFTER else "fresh"


def _is_at_work(job: JobStatus, now: datetime) -> bool:
    if job.state in _OVER:
        return False
    is_silent = job.updated_at is not None and now - job.updated_at > GIVEN_UP_AFTER
    return not (job.state is JobState.RUNNING and is_silent)


async def _start(client: Client, request: SweepPage, user: User) -> None:
    await client.start_workflow(
        request.workflow,
        {"user_id": str(user.id), "reason": "sweeper"},
        id=request.sync_id.format(user=user.id),
        task_queue=request.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        priority=Priority(priority_key=2, fairness_key=str(user.id)),
        static_summary="Regular look at Garmin",
    )
