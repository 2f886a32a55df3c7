"""The messages of a FIT file: their fields, their packed layout, and the frame around them.

Each kind is a numpy record whose fields are all invalid until they are filled.
"""

import struct
from datetime import UTC, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

from runcoach.simulators.world.crc import crc16

FIT_EPOCH_S = 631_065_600
GARMIN, FORERUNNER_965, SERIAL = 1, 4315, 3_404_050_607
_BASE_TYPE = {"u1": 0x02, "i1": 0x01, "<u2": 0x84, "<u4": 0x86, "<i4": 0x85, "enum": 0x00, "u4z": 0x8C}
_INVALID = {
    "u1": 0xFF,
    "enum": 0xFF,
    "<u2": 0xFFFF,
    "<u4": 0xFFFFFFFF,
    "<i4": 0x7FFFFFFF,
    "i1": 0x7F,
    "u4z": 0,
}

#: Message kinds: FIT number, then fields as (name, FIT field number, base type).
_Fields = tuple[tuple[str, int, str], ...]
_FILE_ID: _Fields = (
    ("type", 0, "enum"), ("manufacturer", 1, "<u2"), ("product", 2, "<u2"), ("serial", 3, "u4z"),
    ("time_created", 4, "<u4"),
)  # fmt: skip
_DEVICE: _Fields = (
    ("timestamp", 253, "<u4"), ("serial", 3, "u4z"), ("manufacturer", 2, "<u2"), ("product", 4, "<u2"),
    ("software", 5, "<u2"), ("index", 0, "u1"), ("source", 25, "enum"),
)  # fmt: skip
_EVENT: _Fields = (
    ("timestamp", 253, "<u4"), ("data", 3, "<u4"), ("event", 0, "enum"), ("event_type", 1, "enum"),
    ("group", 4, "u1"),
)  # fmt: skip
_RECORD: _Fields = (
    ("timestamp", 253, "<u4"), ("lat", 0, "<i4"), ("lon", 1, "<i4"), ("distance", 5, "<u4"),
    ("speed", 73, "<u4"), ("altitude", 78, "<u4"), ("power", 7, "<u2"), ("oscillation", 39, "<u2"),
    ("stance", 41, "<u2"), ("step", 85, "<u2"), ("hr", 3, "u1"), ("cadence", 4, "u1"), ("half", 53, "u1"),
    ("temperature", 13, "i1"),
)  # fmt: skip
_TOTALS: _Fields = (
    ("timestamp", 253, "<u4"), ("start_time", 2, "<u4"), ("lat", 3, "<i4"), ("lon", 4, "<i4"),
    ("elapsed", 7, "<u4"), ("timer", 8, "<u4"), ("distance", 9, "<u4"), ("index", 254, "<u2"),
    ("calories", 11, "<u2"), ("event", 0, "enum"), ("event_type", 1, "enum"),
)  # fmt: skip
_LAP: _Fields = (
    *_TOTALS, ("avg_speed", 110, "<u4"), ("max_speed", 111, "<u4"), ("avg_power", 19, "<u2"),
    ("max_power", 20, "<u2"), ("ascent", 21, "<u2"), ("descent", 22, "<u2"), ("avg_hr", 15, "u1"),
    ("max_hr", 16, "u1"), ("avg_cadence", 17, "u1"), ("max_cadence", 18, "u1"), ("half", 80, "u1"),
    ("intensity", 23, "enum"), ("trigger", 24, "enum"), ("sport", 25, "enum"), ("sub_sport", 39, "enum"),
)  # fmt: skip
_SESSION: _Fields = (
    *_TOTALS, ("avg_speed", 124, "<u4"), ("max_speed", 125, "<u4"), ("avg_power", 20, "<u2"),
    ("max_power", 21, "<u2"), ("ascent", 22, "<u2"), ("descent", 23, "<u2"), ("first_lap", 25, "<u2"),
    ("laps", 26, "<u2"), ("avg_hr", 16, "u1"), ("max_hr", 17, "u1"), ("avg_cadence", 18, "u1"),
    ("max_cadence", 19, "u1"), ("half", 92, "u1"), ("sport", 5, "enum"), ("sub_sport", 6, "enum"),
    ("trigger", 28, "enum"), ("aerobic", 24, "u1"), ("anaerobic", 137, "u1"), ("avg_temperature", 57, "i1"),
)  # fmt: skip
_ACTIVITY: _Fields = (
    ("timestamp", 253, "<u4"), ("timer", 0, "<u4"), ("local", 5, "<u4"), ("sessions", 1, "<u2"),
    ("type", 2, "enum"), ("event", 3, "enum"), ("event_type", 4, "enum"),
)  # fmt: skip
_NUMBERS = {"file_id": 0, "device": 23, "event": 21, "record": 20, "lap": 19, "session": 18, "activity": 34}
_LAYOUT = {
    "file_id": _FILE_ID, "device": _DEVICE, "event": _EVENT, "record": _RECORD, "lap": _LAP,
    "session": _SESSION, "activity": _ACTIVITY,
}  # fmt: skip
_LOCAL = {kind: number for number, kind in enumerate(_NUMBERS)}


def fit_seconds(at: datetime) -> int:
    """An instant as FIT counts it: seconds since 1989-12-31 UTC."""
    return int(at.timestamp()) - FIT_EPOCH_S


def utc(fit_second: int) -> datetime:
    """FIT seconds as an instant."""
    return datetime.fromtimestamp(fit_second + FIT_EPOCH_S, UTC)


def framed(body: bytes) -> bytes:
    """Header, body and checksum of a FIT file."""
    header = struct.pack("<BBHI4s", 14, 0x20, 21188, len(body), b".FIT")
    header += struct.pack("<H", crc16(header))
    return header + body + struct.pack("<H", crc16(header + body))


@cache
def _dtype(kind: str) -> np.dtype[np.void]:
    plain = {"enum": "u1", "u4z": "<u4"}
    return np.dtype([("_header", "u1"), *((name, plain.get(t, t)) for name, _, t in _LAYOUT[kind])])


@cache
def definition(kind: str) -> bytes:
    fields = b"".join(
        struct.pack("BBB", number, _dtype(kind)[name].itemsize, _BASE_TYPE[base])
        for name, number, base in _LAYOUT[kind]
    )
    head = struct.pack("<BBBHB", 0x40 | _LOCAL[kind], 0, 0, _NUMBERS[kind], len(_LAYOUT[kind]))
    return head + fields


@cache
def template(kind: str) -> NDArray[np.void]:
    """One message of the kind in which every field is invalid, to be copied and filled."""
    blank = np.zeros(1, _dtype(kind))
    blank["_header"] = _LOCAL[kind]
    for name, _, base in _LAYOUT[kind]:
        blank[name] = _INVALID[base]
    return blank


def message(kind: str, **values: float | None) -> bytes:
    message = template(kind).copy()
    for name, value in values.items():
        if value is not None:
            message[name] = value
    return message.tobytes()
