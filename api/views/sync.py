"""Connections, coverage and imports."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from api.errors import error_note
from api.schemas.garmin import CoverageSummary
from api.schemas.ingest import CoverageDay, CoverageStream, ImportFileOut, ItemCounts
from api.schemas.strava import StravaUploadOut
from runcoach.domain.connection import CoverageState, SyncItemState
from runcoach.i18n import has, t

type Coverage = Mapping[str, Mapping[date, CoverageState]]

STRAVA_ACTIVITY_URL = "https://www.strava.com/activities/"


def coverage_streams(coverage: Coverage) -> list[CoverageStream]:
    """The map, stream by stream."""
    return [
        CoverageStream(
            stream=stream, days=[CoverageDay(day=day, state=state) for day, state in sorted(days.items())]
        )
        for stream, days in sorted(coverage.items())
    ]


def coverage_summary(coverage: Coverage) -> list[CoverageSummary]:
    """Days per state, stream by stream."""
    return [_summary(stream, days) for stream, days in sorted(coverage.items()) if days]


def _summary(stream: str, days: Mapping[date, CoverageState]) -> CoverageSummary:
    states = list(days.values())
    return CoverageSummary(
        stream=stream,
        first_day=min(days),
        last_day=max(days),
        have=states.count(CoverageState.HAVE),
        empty=states.count(CoverageState.EMPTY),
        failed=states.count(CoverageState.FAILED),
        pending=states.count(CoverageState.PENDING),
    )


def item_counts(counts: Mapping[SyncItemState, int]) -> ItemCounts:
    """Listed activities by fate."""
    return ItemCounts(
        discovered=counts.get(SyncItemState.DISCOVERED, 0),
        imported=counts.get(SyncItemState.IMPORTED, 0),
        unreadable=counts.get(SyncItemState.UNREADABLE, 0),
        failed=counts.get(SyncItemState.FAILED, 0),
    )


def file_out(row: Mapping[str, Any], language: str) -> ImportFileOut:
    """One stored file row."""
    reason = row.get("reason")
    return ImportFileOut(
        file_name=row["file_name"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        state=row["state"],
        reason=reason,
        reason_text=reason_text(reason, language),
        activity_ids=[UUID(str(one)) for one in row.get("ids") or ()],
    )


def refused_file(name: str, size_bytes: int, reason: str, language: str) -> ImportFileOut:
    """A file that was not taken."""
    return ImportFileOut(
        file_name=name,
        sha256=None,
        size_bytes=size_bytes,
        state="refused",
        reason=reason,
        reason_text=reason_text(reason, language),
        activity_ids=[],
    )


def reason_text(reason: str | None, language: str) -> str | None:
    """Why a file was not read, or only in part, as a sentence."""
    if not reason:
        return None
    key = f"file_reason.{reason}"
    return t(key if has(key) else "file_reason.other", language)


def upload_out(activity_id: UUID, row: Mapping[str, Any], language: str) -> StravaUploadOut:
    """One activity's twin at Strava."""
    strava_id = row.get("strava_activity_id")
    return StravaUploadOut(
        activity_id=activity_id,
        state=str(row.get("state") or "unknown"),
        upload_id=row.get("upload_id"),
        strava_activity_id=strava_id,
        url=f"{STRAVA_ACTIVITY_URL}{strava_id}" if strava_id else None,
        error=error_note(row.get("error_code"), language, {"provider": "strava"}),
    )
