"""The read model of runs: what the screens show of a workflow, kept beside the work itself."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from activities.steps import step
from runcoach.domain.connection import JobState, JobStatus
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork

type Datum = str | int | float | bool | None


@dataclass(frozen=True)
class JobNote:
    """What changed in a run; None keeps what is there (error and need of a human are always replaced)."""

    user_id: UUID
    job_id: str
    kind: str
    state: JobState
    phase: str | None = None
    done: int | None = None
    total: int | None = None
    failed: int | None = None
    eta_s: float | None = None
    error_code: str | None = None
    needs_human: bool = False
    detail: dict[str, Datum] | None = None


async def save_job(work: UnitOfWork, note: JobNote, now: datetime) -> None:
    """Merges the note into the run's row; the caller's transaction carries it."""
    known = await work.jobs.get(note.job_id)
    is_fresh = known is None or known.state in _OVER and note.state not in _OVER
    before = JobStatus(note.job_id, note.user_id, note.kind, note.state) if is_fresh or not known else known
    await work.jobs.save(
        replace(
            before,
            state=note.state,
            phase=note.phase or before.phase,
            done=before.done if note.done is None else note.done,
            total=before.total if note.total is None else note.total,
            failed=before.failed if note.failed is None else note.failed,
            eta_s=None if note.state in _OVER else note.eta_s,
            error_code=note.error_code,
            needs_human=note.needs_human,
            detail=before.detail if note.detail is None else {**(before.detail or {}), **note.detail},
            started_at=before.started_at or now,
            updated_at=now,
        )
    )


_OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class JobSteps:
    """Steps that only show where a run stands."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("jobs.save")
    async def save(self, note: JobNote) -> None:
        """Puts the note into the read model."""
        async with self._ports.store.begin(note.user_id) as work:
            await save_job(work, note, self._ports.clock.now())

    @step("jobs.waiting")
    async def waiting(self, user_id: UUID) -> list[str]:
        """Ids of parked runs that a fresh login may free."""
        async with self._ports.store.begin(user_id) as work:
            jobs = await work.jobs.list(limit=200)
        return [
            job.id
            for job in jobs
            if job.state is JobState.PARKED and job.error_code in {"reauth_required", "not_connected"}
        ]
