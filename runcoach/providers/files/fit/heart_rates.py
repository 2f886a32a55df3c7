"""Heart rate that a chest strap stored under water, written behind the activity (`hr` messages)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runcoach.providers.files.fit.columns import Column
from runcoach.providers.files.fit.gather import gather, structured_dtype
from runcoach.providers.files.fit.profile import HR
from runcoach.providers.files.fit.scan import Definition, FieldDef, Scan

_TICKS_PER_S = 1024
_TIMESTAMP, _FRACTION, _BPM, _EVENT_TIME, _EVENT_TIME_12 = 253, 0, 6, 9, 10
_NO_BPM = 0xFF
_MAX_MESSAGES = 100_000
"""Of eight beats each: more than a hundred hours of swimming."""


@dataclass(frozen=True)
class HeartRates:
    """Heart rates with their FIT times, ordered by time."""

    time_s: Column
    bpm: Column

    @classmethod
    def join(cls, parts: Sequence["HeartRates"]) -> "HeartRates":
        """All parts as one."""
        time = np.concatenate([part.time_s for part in parts])
        order = np.argsort(time, kind="stable")
        return cls(time[order], np.concatenate([part.bpm for part in parts])[order])

    def at(self, record_time_s: Column) -> Column:
        """Per record the mean of what came since the record before it; NaN where nothing did."""
        ends = np.searchsorted(self.time_s, record_time_s, side="right")
        starts = np.concatenate(([np.searchsorted(self.time_s, record_time_s[:1] - 1.0)[0]], ends[:-1]))
        sums = np.concatenate(([0.0], np.cumsum(self.bpm)))
        counts = ends - starts
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(counts > 0, (sums[ends] - sums[starts]) / counts, np.nan)


def read_heart_rates(scan: Scan) -> HeartRates | None:
    """All `hr` messages of a file; None where there are none, or none with a time to hang them on."""
    groups = scan.of(HR)
    if sum(len(group.offsets) for group in groups) > _MAX_MESSAGES:
        return None
    messages = sorted(
        (message for group in groups for message in _messages(scan.data, group)), key=lambda m: m[0]
    )
    ticks: list[int] = []
    bpm: list[int] = []
    anchor: tuple[float, int] | None = None
    last = 0
    for _, message in messages:
        stamps, anchor_here = _expand(message, last)
        if anchor_here is not None and stamps:
            # Ticks count on across messages; a fresh anchor re-bases what came before only at the start.
            anchor = anchor or (anchor_here, stamps[0])
        rates = message.get(_BPM, [])
        if stamps:
            last = stamps[-1]
        if anchor is not None and len(stamps) == len(rates):
            ticks += stamps
            bpm += rates
    if anchor is None or not ticks:
        return None
    return _as_rates(np.array(ticks, np.int64), np.array(bpm, np.float64), anchor)


def _as_rates(ticks: NDArray[np.int64], bpm: Column, anchor: tuple[float, int]) -> HeartRates | None:
    time = anchor[0] + (ticks - anchor[1]) / _TICKS_PER_S
    valid = (bpm != _NO_BPM) & (bpm > 0)
    if not valid.any():
        return None
    order = np.argsort(time[valid], kind="stable")
    return HeartRates(time[valid][order], bpm[valid][order])


def _messages(data: bytes, group: Definition) -> list[tuple[int, dict[int, list[int]]]]:
    """(offset, field number → raw values) of each message."""
    wanted = [f for f in group.fields if _is_wanted(f)]
    if not wanted:
        return []
    raw = gather(data, group, structured_dtype(group, wanted))
    columns = [_as_lists(raw[f"f{i}"]) for i in range(len(wanted))]
    return [
        (offset, {field.number: column[i] for field, column in zip(wanted, columns, strict=True)})
        for i, offset in enumerate(group.offsets)
    ]


def _is_wanted(field: FieldDef) -> bool:
    if field.developer_index is not None or field.size == 0:
        return False
    sizes = {_TIMESTAMP: 4, _FRACTION: 2, _BPM: 1, _EVENT_TIME: 4, _EVENT_TIME_12: 3}
    kinds = {_TIMESTAMP: 0x06, _FRACTION: 0x04, _BPM: 0x02, _EVENT_TIME: 0x06, _EVENT_TIME_12: 0x0D}
    known = field.number in sizes and field.base_type & 0x1F == kinds[field.number]
    return known and field.size % sizes[field.number] == 0


def _as_lists(raw: NDArray[Any]) -> list[list[int]]:
    return [[v] for v in raw.tolist()] if raw.ndim == 1 else raw.tolist()


def _expand(message: dict[int, list[int]], last: int) -> tuple[list[int], float | None]:
    """Event times in ticks of 1/1024 s, and the wall time of the first where the message tells it."""
    anchor = _wall_time(message)
    if _EVENT_TIME in message:
        stamps = [tick for tick in message[_EVENT_TIME] if tick != 0xFFFFFFFF]
        if stamps:
            return stamps, anchor
    stamps = []
    packed = message.get(_EVENT_TIME_12, [])
    for i in range(0, len(packed) - 2, 3):
        for low in (packed[i] | (packed[i + 1] & 0x0F) << 8, packed[i + 1] >> 4 | packed[i + 2] << 4):
            last += (low - last) % 4096
            stamps.append(last)
    return stamps, anchor


def _wall_time(message: dict[int, list[int]]) -> float | None:
    seconds = message.get(_TIMESTAMP, [0xFFFFFFFF])[0]
    if seconds == 0xFFFFFFFF:
        return None
    fraction = message.get(_FRACTION, [0xFFFF])[0]
    return seconds + (0 if fraction == 0xFFFF else fraction / 32768)
