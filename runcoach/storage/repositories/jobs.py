"""The read model of workflow runs."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import select

from runcoach.domain.connection import JobState, JobStatus
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.sync import sync_jobs

_SAME_NAME = tuple(
    field.name for field in fields(JobStatus) if field.name not in {"state", "started_at", "updated_at"}
)


class PgJobs(Repository):
    """One row per workflow id; a new run of the same id takes the row over."""

    async def save(self, status: JobStatus) -> None:
        """Adds or replaces."""
        if status.user_id != self._user_id:
            raise ValueError("another user's job")
        now = self._clock.now()
        values = {
            **{name: getattr(status, name) for name in _SAME_NAME if name != "user_id"},
            "state": status.state.value,
            "started_at": status.started_at or now,
            "changed_at": status.updated_at or now,
        }
        await self._upsert(sync_jobs, [values])

    async def get(self, job_id: str) -> JobStatus | None:
        """By workflow id."""
        row = await self._first(select(sync_jobs).where(self._mine(sync_jobs, id=job_id)))
        return _to_status(row) if row else None

    async def list(self, *, kind: str | None = None, limit: int = 50) -> Sequence[JobStatus]:
        """What changed last comes first."""
        mine = self._mine(sync_jobs) if kind is None else self._mine(sync_jobs, kind=kind)
        order = (sync_jobs.c.changed_at.desc(), sync_jobs.c.id)
        rows = await self._all(select(sync_jobs).where(mine).order_by(*order).limit(limit))
        return [_to_status(row) for row in rows]


def _to_status(row: AnyRow) -> JobStatus:
    return JobStatus(
        **{name: getattr(row, name) for name in _SAME_NAME},
        state=JobState(row.state),
        started_at=row.started_at,
        updated_at=row.changed_at,
    )
