"""Compressed times: five bits in a record's header that count on from the last full timestamp."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runcoach.providers.files.fit.gather import gather, structured_dtype
from runcoach.providers.files.fit.scan import Definition, FieldDef, Scan

_TIMESTAMP_NUMBER = 253
_NO_TIME = 0xFFFFFFFF


@dataclass(frozen=True)
class CompressedTimes:
    """Payload offsets of the messages that have one, ascending, with the full time of each."""

    offsets: NDArray[np.int64]
    time_s: NDArray[np.float64]

    def at(self, offsets: NDArray[np.int64]) -> NDArray[np.float64]:
        """The time of each message; NaN for those with none of this kind."""
        found = np.searchsorted(self.offsets, offsets).clip(max=len(self.offsets) - 1)
        return np.where(self.offsets[found] == offsets, self.time_s[found], np.nan)


def resolve_times(scan: Scan) -> CompressedTimes | None:
    """In the order of the file, rolling over at 32 s; None where the file uses none."""
    if not scan.compressed:
        return None
    events = [(at, bits, True) for at, bits in scan.compressed]
    events += [event for definition in scan.definitions for event in _full_times(scan, definition)]
    events.sort()
    last: int | None = None
    offsets, times = [], []
    for at, value, is_compressed in events:
        if not is_compressed:
            last = value
            continue
        if last is not None:
            last += (value - last) % 32
        offsets.append(at)
        times.append(np.nan if last is None else last)
    return CompressedTimes(np.array(offsets, np.int64), np.array(times, np.float64))


def _full_times(scan: Scan, definition: Definition) -> list[tuple[int, int, bool]]:
    stamp = next((f for f in definition.fields if _is_timestamp(f)), None)
    if stamp is None or not definition.offsets:
        return []
    seconds = gather(scan.data, definition, structured_dtype(definition, [stamp]))["f0"].tolist()
    return [(at, s, False) for at, s in zip(definition.offsets, seconds, strict=True) if s != _NO_TIME]


def _is_timestamp(field: FieldDef) -> bool:
    return (
        field.number == _TIMESTAMP_NUMBER
        and field.developer_index is None
        and field.size == 4
        and field.base_type & 0x1F == 0x06
    )
