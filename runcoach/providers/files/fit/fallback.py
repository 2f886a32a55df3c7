"""fitparse behind the columnar reader: slow, another reading of the same bytes."""

from typing import Any

import fitparse
import numpy as np

from runcoach.domain.errors import UnreadableFile
from runcoach.providers.files.fit import profile
from runcoach.providers.files.fit.columns import Table
from runcoach.providers.files.fit.reader import FitFile, Row

_BROKEN = (fitparse.utils.FitParseError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError)


def read_with_fitparse(data: bytes) -> FitFile:
    """The same FitFile, message by message; what came before damage is kept. Raises UnreadableFile."""
    rows: dict[int, list[Row]] = {number: [] for number in profile.MESSAGES}
    warnings: tuple[str, ...] = ()
    try:
        for message in fitparse.FitFile(data, check_crc=False).get_messages():
            number = message.mesg_num
            if number in rows:
                rows[number].append(_row(message, profile.MESSAGES[number]))
    except _BROKEN:
        warnings = ("damaged",)
    if warnings and not any(rows.values()):
        raise UnreadableFile("damaged")
    return _fit_file(rows, warnings)


def _row(message: Any, fields: dict[int, profile.Field]) -> Row:
    row: Row = {}
    for data in message.fields:
        # Without a definition it was expanded from another field, and its raw value is scaled already.
        if data.field_def is None or isinstance(data.field_def, fitparse.records.DevFieldDefinition):
            continue
        field, raw = fields.get(data.def_num), data.raw_value
        if field is None or raw is None:
            continue
        if field.is_text:
            row[field.name] = str(raw)
        elif isinstance(raw, int | float):
            row[field.name] = raw / field.scale - field.offset
    return row


def _fit_file(rows: dict[int, list[Row]], warnings: tuple[str, ...]) -> FitFile:
    file_ids, activities = rows[profile.FILE_ID], rows[profile.ACTIVITY]
    return FitFile(
        file_types=tuple(int(row["type"]) for row in file_ids if "type" in row),
        records=_table(rows[profile.RECORD]),
        sessions=rows[profile.SESSION],
        laps=rows[profile.LAP],
        timer_events=[
            (float(row["timestamp"]), int(row["event_type"]))
            for row in rows[profile.EVENT]
            if row.get("event") == profile.TIMER_EVENT and {"timestamp", "event_type"} <= row.keys()
        ],
        heart_rates=None,
        activity=activities[-1] if activities else {},
        file_id=file_ids[0] if file_ids else {},
        devices=rows[profile.DEVICE_INFO],
        warnings=warnings,
    )


def _table(rows: list[Row]) -> Table:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: np.array([row.get(name, np.nan) for row in rows], np.float64) for name in names}
    return Table(len(rows), columns, {})
