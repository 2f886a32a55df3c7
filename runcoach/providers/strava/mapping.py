"""Wire shapes to the port's words. Pure."""

import re
from datetime import datetime

from runcoach.ports.strava import UploadStatus
from runcoach.providers.strava.wire import ActivityWire, UploadWire

# "x.fit duplicate of activity 123" and "… duplicate of <a href='/activities/123' …>Morning Run</a>"
_DUPLICATE = re.compile(r"duplicate of.*?(?:activity |activities/)(\d+)", re.IGNORECASE | re.DOTALL)
_START_TOLERANCE_S = 60.0
_LENGTH_TOLERANCE = 0.1


def upload_status(wire: UploadWire) -> UploadStatus:
    """Where the upload stands; a duplicate is there, so it counts as done."""
    upload_id = str(wire.id) if wire.id else None
    if wire.activity_id is not None:
        return UploadStatus(upload_id, str(wire.activity_id), is_processing=False)
    twin = duplicate_of(wire.error)
    if twin is not None:
        return UploadStatus(upload_id, twin, is_processing=False, is_duplicate=True)
    code = _error_code(wire)
    return UploadStatus(upload_id, None, is_processing=code is None, error_code=code)


def duplicate_of(error: str | None) -> str | None:
    """The activity that was there before, from either form of the message."""
    match = _DUPLICATE.search(error or "")
    return match.group(1) if match else None


def _error_code(wire: UploadWire) -> str | None:
    if wire.error:
        return "upload_duplicate" if "duplicate" in wire.error.casefold() else "upload_failed"
    return "activity_deleted" if "deleted" in (wire.status or "").casefold() else None


def match_activity(
    wires: list[ActivityWire], external_id: str, start: datetime, elapsed_s: float
) -> str | None:
    """By our id (Strava adds an ending to it), else by start and length."""
    for wire in wires:
        name = wire.external_id or ""
        if name == external_id or name.partition(".")[0] == external_id.partition(".")[0] != "":
            return str(wire.id)
    for wire in wires:
        starts_alike = abs((wire.start_date - start).total_seconds()) <= _START_TOLERANCE_S
        if starts_alike and abs(wire.elapsed_time - elapsed_s) <= max(elapsed_s * _LENGTH_TOLERANCE, 60.0):
            return str(wire.id)
    return None
