"""FIT activity files, fast: each message kind is a packed numpy record that is filled and dumped whole.

An hour of samples is one structured array and one `tobytes`; no message is encoded by itself. The layout
is that of a Garmin Forerunner: file_id, device_info, event, record, lap, session, activity.
"""

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from runcoach.simulators.world.fit_messages import (
    FORERUNNER_965,
    GARMIN,
    SERIAL,
    definition,
    fit_seconds,
    framed,
    message,
    template,
)
from runcoach.simulators.world.samples import Samples
from runcoach.simulators.world.session import Intensity, Sport
from runcoach.simulators.world.summary import SEOUL_OFFSET_S, Stretch, Summary

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


def encode(summary: Summary, samples: Samples) -> bytes:
    """The whole FIT file of the activity."""
    begun = fit_seconds(summary.start)
    ended = begun + samples.elapsed_total_s
    body = [_opening(begun), definition("record"), definition("lap")]
    records = _records(samples, begun)
    pauses = {place: seconds for place, seconds in samples.pauses}
    for number, lap in enumerate(summary.laps):
        body += _lap_records(records, lap, pauses)
        body.append(_lap(summary, samples, lap, number, begun))
    body.append(_event(ended, 4))
    body += [definition("session"), _session(summary, samples, begun)]
    body += [definition("activity"), _closing(summary, begun, ended)]
    return framed(b"".join(body))


def zipped(name: str, content: bytes) -> bytes:
    """A zip with the one file in it, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def _opening(begun: int) -> bytes:
    return b"".join(
        (
            definition("file_id"),
            message(
                "file_id", type=4, manufacturer=GARMIN, product=FORERUNNER_965, serial=SERIAL,
                time_created=begun,
            ),
            definition("device"),
            message(
                "device", timestamp=begun, serial=SERIAL, manufacturer=GARMIN, product=FORERUNNER_965,
                software=2108, index=0, source=5,
            ),
            definition("event"),
            _event(begun, 0),
        )
    )  # fmt: skip


def _event(at: int, event_type: int) -> bytes:
    return message("event", timestamp=at, data=0, event=0, event_type=event_type, group=0)


def _records(samples: Samples, begun: int) -> NDArray[np.void]:
    out = np.repeat(template("record"), len(samples.elapsed_s))
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
    return message(
        "lap", **_totals(lap, begun, at), index=number, event=9, intensity=_INTENSITY[lap.intensity],
        trigger=7 if last else 2 if lap.by_distance else 1, sport=sport, sub_sport=sub_sport,
    )  # fmt: skip


def _session(summary: Summary, samples: Samples, begun: int) -> bytes:
    sport, sub_sport = _SPORT[summary.session.sport]
    return message(
        "session", **_totals(summary.whole, begun, summary.start_position), index=0, event=8, first_lap=0,
        laps=len(summary.laps), sport=sport, sub_sport=sub_sport, trigger=0,
        aerobic=round(summary.aerobic_effect * 10), anaerobic=round(summary.anaerobic_effect * 10),
        avg_temperature=int(samples.temp_c[0]),
    )  # fmt: skip


def _closing(summary: Summary, begun: int, ended: int) -> bytes:
    return message(
        "activity", timestamp=ended, timer=summary.whole.timer_s * 1000, local=ended + SEOUL_OFFSET_S,
        sessions=1, type=0, event=26, event_type=1,
    )  # fmt: skip
