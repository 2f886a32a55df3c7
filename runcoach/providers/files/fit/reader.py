"""Bytes to a FitFile: tables, rows and warnings, before anybody interprets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runcoach.domain.errors import UnreadableFile
from runcoach.providers.files.fit import profile
from runcoach.providers.files.fit.columns import Column, Table, read_table
from runcoach.providers.files.fit.crc import crc16
from runcoach.providers.files.fit.developer import developer_fields
from runcoach.providers.files.fit.heart_rates import HeartRates, read_heart_rates
from runcoach.providers.files.fit.scan import BadHeader, Scan, is_fit, scan_file
from runcoach.providers.files.fit.times import CompressedTimes, resolve_times

type Row = dict[str, Any]

MAX_MESSAGES = 3_000_000
MAX_ROWS = 20_000
MAX_SESSIONS = 100
MAX_CHAINED = 100
"""Far beyond what devices write: a week of records, a lap every ten seconds of a day, a decathlon tenfold."""


@dataclass(frozen=True)
class FitFile:
    """What a FIT file (or a chain of them) says, in the profile's names and SI units."""

    file_types: tuple[int, ...]
    records: Table
    sessions: list[Row]
    laps: list[Row]
    timer_events: list[tuple[float, int]]
    heart_rates: HeartRates | None
    activity: Row
    file_id: Row
    devices: list[Row]
    warnings: tuple[str, ...]


def read_fit(data: bytes) -> FitFile:
    """Reads the file and those chained behind it. Raises BadHeader, or UnreadableFile."""
    files: list[FitFile] = []
    warnings: list[str] = []
    start = 0
    while len(files) < MAX_CHAINED and start < len(data) and (start == 0 or is_fit(data, start)):
        try:
            scan = scan_file(data, start)
        except BadHeader:
            if start == 0:
                raise
            break
        files.append(_read_scan(scan))
        start = scan.next_start
    if start < len(data):
        warnings.append("trailing_bytes")
    return _join(files, warnings)


def _read_scan(scan: Scan) -> FitFile:
    if sum(len(definition.offsets) for definition in scan.definitions) > MAX_MESSAGES:
        raise UnreadableFile("damaged")
    times = resolve_times(scan)
    developer = developer_fields(_rows(scan, profile.FIELD_DESCRIPTION, times))
    file_ids = _rows(scan, profile.FILE_ID, times)
    activities = _rows(scan, profile.ACTIVITY, times)
    return FitFile(
        file_types=tuple(int(row["type"]) for row in file_ids if "type" in row),
        records=read_table(scan, profile.RECORD, profile.RECORD_FIELDS, developer=developer, times=times),
        sessions=_rows(scan, profile.SESSION, times, MAX_SESSIONS),
        laps=_rows(scan, profile.LAP, times),
        timer_events=_timer_events(_table(scan, profile.EVENT, times)),
        heart_rates=read_heart_rates(scan),
        activity=activities[-1] if activities else {},
        file_id=file_ids[0] if file_ids else {},
        devices=_rows(scan, profile.DEVICE_INFO, times),
        warnings=_warnings(scan),
    )


def _table(scan: Scan, number: int, times: CompressedTimes | None) -> Table:
    return read_table(scan, number, profile.MESSAGES[number], times=times)


def _rows(scan: Scan, number: int, times: CompressedTimes | None, limit: int = MAX_ROWS) -> list[Row]:
    """The messages as dicts, which are too dear for a file that is made to cost."""
    table = _table(scan, number, times)
    if table.count > limit:
        raise UnreadableFile("damaged")
    return table.rows()


def _warnings(scan: Scan) -> tuple[str, ...]:
    """A wrong CRC alone says little: many devices write one over whole data."""
    found = [scan.stop_reason] if scan.stop_reason else []
    if scan.crc_span and crc16(scan.data[slice(*scan.crc_span)]) != 0:
        found.append("crc_mismatch")
    return tuple(found)


def _timer_events(events: Table) -> list[tuple[float, int]]:
    """Time and type of the timer's starts and stops."""
    event, kind, time = (events.column(name) for name in ("event", "event_type", "timestamp"))
    if event is None or kind is None or time is None:
        return []
    wanted = np.flatnonzero((event == profile.TIMER_EVENT) & ~np.isnan(kind) & ~np.isnan(time))[:MAX_ROWS]
    return [(t, int(k)) for t, k in zip(time[wanted].tolist(), kind[wanted].tolist(), strict=True)]


def _join(files: Sequence[FitFile], warnings: Sequence[str]) -> FitFile:
    """A chain reads as one file; heart rate that follows in a file of its own belongs to the first."""
    if len(files) == 1 and not warnings:
        return files[0]
    rates = [file.heart_rates for file in files if file.heart_rates is not None]
    return FitFile(
        file_types=tuple(kind for file in files for kind in file.file_types),
        records=_stack([file.records for file in files if file.records.count]),
        sessions=[row for file in files for row in file.sessions],
        laps=[row for file in files for row in file.laps],
        timer_events=[event for file in files for event in file.timer_events],
        heart_rates=HeartRates.join(rates) if rates else None,
        activity=next((file.activity for file in files if file.activity), {}),
        file_id=files[0].file_id,
        devices=[row for file in files for row in file.devices],
        warnings=tuple(dict.fromkeys([*(w for file in files for w in file.warnings), *warnings])),
    )


def _stack(tables: Sequence[Table]) -> Table:
    if len(tables) == 1:
        return tables[0]
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns = {name: np.concatenate([_column_or_gap(table, name) for table in tables]) for name in names}
    return Table(sum(table.count for table in tables), columns, {})


def _column_or_gap(table: Table, name: str) -> Column:
    column = table.column(name)
    return np.full(table.count, np.nan) if column is None else column
