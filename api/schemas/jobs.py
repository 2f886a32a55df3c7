"""Long-running work as the runner sees it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.common import ErrorNote, In, Out, Text
from runcoach.domain.connection import JobState


class JobOut(Out):
    """One workflow run. `id` is the workflow id and holds slashes; `error` says what a run waits for."""

    id: str
    kind: str
    state: JobState
    done: int
    total: int | None
    percent: float | None = Field(description="0 to 100, null while the total is unknown")
    failed: int
    eta_s: float | None
    phase: str | None
    error: ErrorNote | None
    needs_human: bool
    can_operate: bool = Field(description="retry, skip and abort are possible now")
    detail: dict[str, str | int | float | bool | None]
    started_at: datetime | None
    updated_at: datetime | None
    status_url: str
    events_url: str
    temporal_url: str | None


class JobsOut(Out):
    """Newest first."""

    items: list[JobOut]


class OperateIn(In):
    """What to do with a parked run; `item` names one of its items, none = where it stands."""

    action: Literal["retry", "skip", "abort"]
    item: Annotated[Text, Field(max_length=200)] | None = None
