"""Data coming in: syncs, history, coverage and files."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from api.schemas.common import Accepted, ErrorNote, Out
from api.schemas.garmin import CoverageSummary
from api.schemas.jobs import JobOut
from runcoach.domain.connection import CoverageState


class StreamStatusOut(Out):
    """One stream of one provider: activities, sleep, …"""

    provider: str
    stream: str
    last_success_at: datetime | None
    error: ErrorNote | None


class ItemCounts(Out):
    """Listed activities by fate."""

    discovered: int
    imported: int
    unreadable: int
    failed: int


class IngestStatusOut(Out):
    """The sync strip."""

    streams: list[StreamStatusOut]
    items: ItemCounts
    jobs: list[JobOut]


class CoverageDay(Out):
    """One day of one stream."""

    day: date
    state: CoverageState


class CoverageStream(Out):
    """One stream: its days in order, days that nobody knows of left out."""

    stream: str
    days: list[CoverageDay]


class CoverageOut(Out):
    """The coverage map of [first, last]."""

    first: date
    last: date
    streams: list[CoverageStream]
    summary: list[CoverageSummary]


class ImportFileOut(Out):
    """One file and its fate; `reason` is a code, `reason_text` its sentence. `unpacked`: an archive, what was
    in it is listed file by file. `imported` with a reason: read in part."""

    file_name: str
    sha256: str | None
    size_bytes: int
    state: Literal["waiting", "unpacked", "imported", "duplicate", "unreadable", "refused"]
    reason: str | None
    reason_text: str | None
    activity_ids: list[UUID]


class ImportOut(Out):
    """One drop of files."""

    id: UUID
    created_at: datetime | None
    state: Literal["waiting", "done"]
    files: list[ImportFileOut]
    job: JobOut | None


class ImportsOut(Out):
    """Newest first."""

    items: list[ImportOut]


class ImportAccepted(Accepted):
    """Files that were taken; refused ones are listed with the reason and are not imported."""

    upload_id: UUID
    files: list[ImportFileOut]
