"""FIT activity files, fast: each message kind is a packed numpy record that is filled and dumped whole.

An hour of samples is one structured array and one `tobytes`; no message is encoded by itself. The layout
is that of a Garmin Forerunner: file_id, device_info, event, record, lap, session, activity.
"""

import io
import struct
import zipfile
from datetime import UTC, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

from runcoach.simulators.world.samples import Samples
from runcoach.simulators.world.session import Intensity, Sport
from runcoach.simulators.world.summary import SEOUL_OFFSET_S, Stretch, Summary

FIT_EPOCH_S = 631_065_600
GARMIN, FORERUNNER_965, SERIAL = 1, 4315, 3_404_050_607
_SEMICIRCLES = 2**31 / 180.0
_SPORT = {
    Sport.RUNNING: (1, 0),
    Sport.TREADMILL: (1, 1),
    Sport.TRACK: (1, 4),
    Sport.TRAIL: (1, 3),
    Sport.WALKING: (11, 0),
    Sport.CYCLING: (2, 0),
    Sport.STRENGTH: (10, 20),
}
_INTENSITY = {Intensity.ACTIVE: 0, Intensity.REST: 1, Intensity.WARMUP: 2, Intensity.COOLDOWN: 3}
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


def encode(summary: Summary, samples: Samples) -> bytes:
    """The whole FIT file of the activity."""
    begun = fit_seconds(summary.start)
    ended = begun + samples.elapsed_total_s
    body = [_opening(begun), _definition("record"), _definition("lap")]
    records = _records(samples, begun)
    pauses = {place: seconds for place, seconds in samples.pauses}
    for number, lap in enumerate(summary.laps):
        body += _lap_records(records, lap, pauses)
        body.append(_lap(summary, samples, lap, number, begun))
    body.append(_event(ended, 4))
    body += [_definition("session"), _session(summary, samples, begun)]
    body += [_definition("activity"), _closing(summary, begun, ended)]
    return framed(b"".join(body))


def zipped(name: str, content: bytes) -> bytes:
    """A zip with the one file in it, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


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
def _definition(kind: str) -> bytes:
    fields = b"".join(
        struct.pack("BBB", number, _dtype(kind)[name].itemsize, _BASE_TYPE[base])
        for name, number, base in _LAYOUT[kind]
    )
    head = struct.pack("<BBBHB", 0x40 | _LOCAL[kind], 0, 0, _NUMBERS[kind], len(_LAYOUT[kind]))
    return head + fields


@cache
def _template(kind: str) -> NDArray[np.void]:
    """One message of the kind in which every field is invalid, to be copied and filled."""
    blank = np.zeros(1, _dtype(kind))
    blank["_header"] = _LOCAL[kind]
    for name, _, base in _LAYOUT[kind]:
        blank[name] = _INVALID[base]
    return blank


def _message(kind: str, **values: float | None) -> bytes:
    message = _template(kind).copy()
    for name, value in values.items():
        if value is not None:
            message[name] = value
    return message.tobytes()


def _opening(begun: int) -> bytes:
    return b"".join(
        (
            _definition("file_id"),
            _message(
                "file_id", type=4, manufacturer=GARMIN, product=FORERUNNER_965, serial=SERIAL,
                time_created=begun,
            ),
            _definition("device"),
            _message(
                "device", timestamp=begun, serial=SERIAL, manufacturer=GARMIN, product=FORERUNNER_965,
                software=2108, index=0, source=5,
            ),
            _definition("event"),
            _event(begun, 0),
        )
    )  # fmt: skip


def _event(at: int, event_type: int) -> bytes:
    return _message("event", timestamp=at, data=0, event=0, event_type=event_type, group=0)


def _records(samples: Samples, begun: int) -> NDArray[np.void]:
    out = np.repeat(_template("record"), len(samples.elapsed_s))
    out["timestamp"] = begun + samples.elapsed_s
    out["hr"] = samples.hr_bpm
    out["temperature"] = samples.temp_c
    if samples.lat is not None and samples.lon is not None:
        out["lat"] = np.rint(samples.lat * _SEMICIRCLES)
        out["lon"] = np.rint(samples.lon * _SEMICIRCLES)
    if samples.altitude_m is not None:
        out["altitude"] = np.rint((samples.altitude_m + 500.0) * 5.0)
    if samples.power_w is not None:
        out["power"] = samples.power_w
    if samples.distance_m[-1] > 0:
        out["distance"] = np.rint(samples.distance_m * 100.0)
        out["speed"] = np.rint(samples.speed_mps * 1000.0)
    if samples.cadence_spm is not None:
        _fill_dynamics(out, samples.cadence_spm, samples.speed_mps, samples.power_w is not None)
    return out


def _fill_dynamics(
    out: NDArray[np.void], cadence_spm: NDArray[np.float64], speed_mps: NDArray[np.float64], running: bool
) -> None:
    strides, odd = np.divmod(cadence_spm, 2)
    out["cadence"], out["half"] = strides, odd * 64
    if not running:
        return
    step_m = speed_mps / np.maximum(cadence_spm / 60.0, 0.5)
    out["step"] = np.rint(np.minimum(step_m, 2.0) * 10_000.0)
    out["oscillation"] = np.rint((62.0 + 18.0 * np.minimum(step_m, 1.6)) * 10.0)
    out["stance"] = np.rint((310.0 - 22.0 * np.minimum(speed_mps, 6.0)) * 10.0)


def _lap_records(records: NDArray[np.void], lap: Stretch, pauses: dict[int, int]) -> list[bytes]:
    parts, begin = [], lap.begin
    for place in sorted(p for p in pauses if lap.begin <= p < lap.end):
        stop = int(records["timestamp"][place])
        parts += [records[begin : place + 1].tobytes(), _event(stop, 4), _event(stop + pauses[place], 0)]
        begin = place + 1
    return [*parts, records[begin : lap.end].tobytes()]


def _totals(stretch: Stretch, begun: int, position: tuple[float, float] | None) -> dict[str, float | None]:
    lat, lon = position or (None, None)
    cadence, fastest = stretch.avg_cadence_spm, stretch.max_cadence_spm
    moved = stretch.distance_m > 0
    return {
        "timestamp": begun + stretch.start_s + stretch.elapsed_s,
        "start_time": begun + stretch.start_s,
        "lat": None if lat is None else round(lat * _SEMICIRCLES),
        "lon": None if lon is None else round(lon * _SEMICIRCLES),
        "elapsed": stretch.elapsed_s * 1000,
        "timer": stretch.timer_s * 1000,
        "distance": round(stretch.distance_m * 100) if moved else None,
        "calories": stretch.calories,
        "avg_speed": round(stretch.avg_speed_mps * 1000) if moved else None,
        "max_speed": round(stretch.max_speed_mps * 1000) if moved else None,
        "avg_power": stretch.avg_power_w,
        "max_power": stretch.max_power_w,
        "ascent": stretch.ascent_m,
        "descent": stretch.descent_m,
        "avg_hr": stretch.avg_hr_bpm,
        "max_hr": stretch.max_hr_bpm,
        "avg_cadence": None if cadence is None else cadence // 2,
        "half": None if cadence is None else cadence % 2 * 64,
        "max_cadence": None if fastest is None else fastest // 2,
        "event_type": 1,
    }


def _lap(summary: Summary, samples: Samples, lap: Stretch, number: int, begun: int) -> bytes:
    at = None
    if samples.lat is not None and samples.lon is not None:
        at = (float(samples.lat[lap.begin]), float(samples.lon[lap.begin]))
    sport, sub_sport = _SPORT[summary.session.sport]
    last = number == len(summary.laps) - 1
    return _message(
        "lap", **_totals(lap, begun, at), index=number, event=9, intensity=_INTENSITY[lap.intensity],
        trigger=7 if last else 2 if lap.by_distance else 1, sport=sport, sub_sport=sub_sport,
    )  # fmt: skip


def _session(summary: Summary, samples: Samples, begun: int) -> bytes:
    sport, sub_sport = _SPORT[summary.session.sport]
    return _message(
        "session", **_totals(summary.whole, begun, summary.start_position), index=0, event=8, first_lap=0,
        laps=len(summary.laps), sport=sport, sub_sport=sub_sport, trigger=0,
        aerobic=round(summary.aerobic_effect * 10), anaerobic=round(summary.anaerobic_effect * 10),
        avg_temperature=int(samples.temp_c[0]),
    )  # fmt: skip


def _closing(summary: Summary, begun: int, ended: int) -> bytes:
    return _message(
        "activity", timestamp=ended, timer=summary.whole.timer_s * 1000, local=ended + SEOUL_OFFSET_S,
        sessions=1, type=0, event=26, event_type=1,
    )  # fmt: skip


_CHUNK = 256


@cache
def _crc_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """What byte b at place p of a chunk adds to its checksum, and what a chunk of zeros does to one."""
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ 0xA001, table >> 1).astype(np.uint16)

    def push_zero(crc: NDArray[np.uint16]) -> NDArray[np.uint16]:
        pushed: NDArray[np.uint16] = (crc >> 8) ^ table[crc & 0xFF]
        return pushed

    places = np.empty((_CHUNK, 256), np.uint16)
    places[-1] = table
    for place in range(_CHUNK - 2, -1, -1):
        places[place] = push_zero(places[place + 1])
    advance = np.arange(65536, dtype=np.uint16)
    for _ in range(_CHUNK):
        advance = push_zero(advance)
    return places, advance


def crc16(content: bytes) -> int:
    """FIT's CRC-16 of the bytes, a chunk at a time: it is linear, and zeros in front change nothing."""
    places, advance = _crc_tables()
    padded = np.frombuffer(bytes(-len(content) % _CHUNK) + content, np.uint8).reshape(-1, _CHUNK)
    chunks = np.bitwise_xor.reduce(places[np.arange(_CHUNK), padded], axis=1)
    steps, crc = advance, 0
    for chunk in chunks.tolist():
        crc = int(steps[crc]) ^ chunk
    return crc


def utc(fit_second: int) -> datetime:
    """FIT seconds as an instant."""
    return datetime.fromtimestamp(fit_second + FIT_EPOCH_S, UTC)
