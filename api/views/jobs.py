"""Jobs."""

from urllib.parse import quote

from api.aliases import PREFIX
from api.errors import error_note
from api.schemas.common import ErrorNote
from api.schemas.jobs import JobOut
from runcoach.domain.connection import JobState, JobStatus
from runcoach.domain.errors import (
    ProviderBlocked,
    ProviderRateLimited,
    ProviderUnavailable,
    RetryLater,
    RunCoachError,
)
from runcoach.i18n import t

TRIED_IN_VAIN = frozenset(
    {ProviderUnavailable.code, ProviderRateLimited.code, ProviderBlocked.code, RetryLater.code}
)
OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


def status_url(job_id: str) -> str:
    """Where a job is asked after; its id keeps its slashes."""
    return f"{PREFIX}/jobs/{quote(job_id)}"


def temporal_url(runs_url: str | None, job_id: str) -> str | None:
    """The run in Temporal's own UI."""
    return f"{runs_url}/{quote(job_id, safe='')}" if runs_url else None


def job_out(job: JobStatus, language: str, runs_url: str | None) -> JobOut:
    """A job in words."""
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        percent=_percent(job),
        failed=job.failed,
        eta_s=job.eta_s,
        phase=job.phase,
        error=_error(job, language),
        needs_human=job.needs_human,
        can_operate=job.state is JobState.PARKED,
        detail=job.detail or {},
        started_at=job.started_at,
        updated_at=job.updated_at,
        status_url=status_url(job.id),
        events_url=f"{status_url(job.id)}/events",
        temporal_url=temporal_url(runs_url, job.id),
    )


def _error(job: JobStatus, language: str) -> ErrorNote | None:
    """What failed. A parked run tries nothing by itself any more, whatever its error promises."""
    note = error_note(job.error_code, language, dict(job.detail or {}))
    if note is None or job.state is not JobState.PARKED:
        return note
    if job.error_code == RunCoachError.code:
        return note.model_copy(update={"next_step": t("job.parked.internal.next", language)})
    if job.error_code not in TRIED_IN_VAIN:
        return note
    return note.model_copy(update={"next_step": t("job.parked.next", language)})


def _percent(job: JobStatus) -> float | None:
    if job.total is None:
        return None
    return 100.0 if job.total == 0 else round(min(job.done / job.total, 1.0) * 100, 1)
