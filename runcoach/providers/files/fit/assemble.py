"""A FitFile to DecodedActivities: sessions with their laps and samples.

The file's own totals stand where it has them; what it lacks is computed from its samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from runcoach.domain.activity import Channel, DecodedActivity, Lap, Sport
from runcoach.domain.errors import UnreadableFile
from runcoach.providers.files.fit import profile
from runcoach.providers.files.fit.columns import Column
from runcoach.providers.files.fit.devices import device_name
from runcoach.providers.files.fit.reader import FitFile, Row
from runcoach.providers.files.fit.samples import Samples, read_samples

_FIT_START = datetime.fromtimestamp(profile.FIT_EPOCH_S, UTC)
_ONE_FOOT_MAX_RPM = 130
"""Above it a "one foot" cadence counts both feet already: nobody takes 260 steps a minute for long."""

_MAX_START_GAP_S = 86_400
_FIRST_ABSOLUTE_S = 0x10000000
"""FIT times below it count from when the device was switched on: it did not know the date yet."""

_FOOT_SPORTS = frozenset({Sport.RUN, Sport.TREADMILL, Sport.TRACK, Sport.TRAIL, Sport.WALK, Sport.HIKE})


@dataclass(frozen=True)
class _Span:
    """One session with its share of laps and samples."""

    session: Row
    laps: list[Row]
    samples: Samples
    start_s: float
    warnings: tuple[str, ...] = ()


def assemble(file: FitFile) -> tuple[DecodedActivity, ...]:
    """All sessions of the file, transitions left out. Raises UnreadableFile where it holds none."""
    samples = read_samples(file)
    _refuse_other_kinds(file, samples)
    spans = _split(file, samples)
    found = tuple(_activity(file, span) for span in spans if not _is_transition(span.session))
    if not found:
        raise UnreadableFile("no_activity")
    return found


def _refuse_other_kinds(file: FitFile, samples: Samples) -> None:
    other = next((k for k in file.file_types if k != profile.FILE_ACTIVITY), None)
    is_activity = profile.FILE_ACTIVITY in file.file_types
    if not is_activity and not file.sessions and other is not None:
        raise UnreadableFile("no_activity", file_type=profile.FILE_TYPES.get(other, "other"))
    if not file.sessions and len(samples.time_s) < 2:
        raise UnreadableFile("truncated" if "truncated" in file.warnings else "no_activity")


def _is_transition(session: Row) -> bool:
    return session.get("sport") == profile.TRANSITION_SPORT


def _split(file: FitFile, samples: Samples) -> list[_Span]:
    """Samples and laps by the session in whose time they fall."""
    sessions = sorted(file.sessions, key=_session_start) or [{}]
    spans = []
    for i, session in enumerate(sessions):
        is_first, is_last = i == 0, i == len(sessions) - 1
        begin = -np.inf if is_first else _session_start(session)
        end = np.inf if is_last else _session_start(sessions[i + 1])
        part = samples.between(begin, end)
        start = _start(session, part)
        laps = [lap for lap in file.laps if begin <= lap.get("start_time", start) < end]
        spans.append(_Span(session, laps, part, start, () if file.sessions else ("no_session",)))
    return spans


def _session_start(session: Row) -> float:
    if "start_time" in session:
        return float(session["start_time"])
    if "timestamp" in session:
        return float(session["timestamp"]) - float(session.get("elapsed", 0.0))
    return -np.inf


def _start(session: Row, samples: Samples) -> float:
    """The session's own start, unless its samples contradict it."""
    stated = _session_start(session)
    if not len(samples.time_s):
        if stated == -np.inf:
            raise UnreadableFile("no_activity")
        return stated
    first = float(samples.time_s[0])
    return stated if 0 <= first - stated <= _MAX_START_GAP_S else first


def _activity(file: FitFile, span: _Span) -> DecodedActivity:
    session, samples = span.session, span.samples
    sport = profile.sport_of(_integer(session, "sport"), _integer(session, "sub_sport"))
    steps = _steps_per_cycle(sport, samples.cadence())
    elapsed = _elapsed(session, span)
    moving = min(session.get("timer", elapsed - _paused(file, span, elapsed)), elapsed)
    heart_rate = samples.get(Channel.HEART_RATE_BPM)
    return DecodedActivity(
        sport=sport,
        start_time=_FIT_START + timedelta(seconds=span.start_s),
        elapsed_s=elapsed,
        moving_s=moving,
        distance_m=session.get("distance") or _last(samples.get(Channel.DISTANCE_M), session.get("distance")),
        calories_kcal=session.get("calories"),
        ascent_m=session.get("ascent"),
        descent_m=session.get("descent"),
        avg_hr_bpm=session.get("avg_hr") or _mean(heart_rate),
        max_hr_bpm=session.get("max_hr") or _max(heart_rate),
        avg_cadence_spm=_cadence(session, steps, samples),
        avg_power_w=session.get("avg_power", _mean(samples.get(Channel.POWER_W))),
        training_effect_aerobic=session.get("training_effect"),
        training_effect_anaerobic=session.get("anaerobic_effect"),
        device=_device(file),
        utc_offset_s=_utc_offset_s(file.activity),
        laps=tuple(_lap(i, lap, span.start_s, steps) for i, lap in enumerate(span.laps)),
        streams=samples.streams(span.start_s, steps),
        warnings=(*file.warnings, *span.warnings, *samples.warnings, *_clock_warning(span.start_s)),
    )


def _clock_warning(start_s: float) -> tuple[str, ...]:
    return ("clock_not_set",) if start_s < _FIRST_ABSOLUTE_S else ()


def _elapsed(session: Row, span: _Span) -> float:
    stated = float(session.get("elapsed") or session.get("timer") or 0.0)
    if stated > 0 or not len(span.samples.time_s):
        return stated
    return float(span.samples.time_s[-1]) - span.start_s


def _paused(file: FitFile, span: _Span, elapsed: float) -> float:
    """Seconds between a stop of the timer and its next start."""
    total, stopped_at = 0.0, None
    for time, kind in sorted(file.timer_events):
        if not span.start_s <= time <= span.start_s + elapsed:
            continue
        if kind in profile.STOP_EVENT_TYPES and stopped_at is None:
            stopped_at = time
        elif kind == profile.START_EVENT_TYPE and stopped_at is not None:
            total += time - stopped_at
            stopped_at = None
    return min(total, elapsed)


def _steps_per_cycle(sport: Sport, cadence: Column | None) -> float:
    """2 where the file counts one foot, as FIT asks of sports on foot."""
    if sport not in _FOOT_SPORTS:
        return 1.0
    if cadence is None:
        return 2.0
    moving = cadence[cadence > 0]
    return 1.0 if len(moving) and float(np.median(moving)) > _ONE_FOOT_MAX_RPM else 2.0


def _cadence(session: Row, steps: float, samples: Samples) -> float | None:
    whole = session.get("avg_cadence")
    if whole is not None:
        return float(whole + session.get("avg_fractional_cadence", 0.0)) * steps
    mean = _mean(samples.cadence())
    return None if mean is None else mean * steps


def _lap(index: int, lap: Row, start_s: float, steps: float) -> Lap:
    elapsed = float(lap.get("elapsed") or lap.get("timer") or 0.0)
    cadence = lap.get("avg_cadence")
    return Lap(
        index=index,
        start_s=max(float(lap.get("start_time", start_s)) - start_s, 0.0),
        elapsed_s=elapsed,
        moving_s=min(float(lap.get("timer", elapsed)), elapsed),
        distance_m=lap.get("distance"),
        avg_hr_bpm=lap.get("avg_hr") or None,
        max_hr_bpm=lap.get("max_hr") or None,
        avg_cadence_spm=(
            None if cadence is None else (cadence + lap.get("avg_fractional_cadence", 0.0)) * steps
        ),
        avg_power_w=lap.get("avg_power"),
        trigger=profile.LAP_TRIGGERS.get(_integer(lap, "trigger") or 0, "unknown")
        if "trigger" in lap
        else "unknown",
    )


def _device(file: FitFile) -> str | None:
    makers: Sequence[Row] = [
        file.file_id,
        *(row for row in file.devices if row.get("device_index") == 0),
    ]
    named = next((row for row in makers if "product_name" in row), None)
    row = named or next((row for row in makers if "manufacturer" in row), None)
    if row is None:
        return None
    return device_name(_integer(row, "manufacturer"), _integer(row, "product"), row.get("product_name"))


def _utc_offset_s(activity: Row) -> int | None:
    """The offset of the device's clock, to the quarter of an hour; None where it makes no sense."""
    if "local_timestamp" not in activity or "timestamp" not in activity:
        return None
    offset = round((activity["local_timestamp"] - activity["timestamp"]) / 900) * 900
    return int(offset) if -12 * 3600 <= offset <= 14 * 3600 else None


def _integer(row: Row, name: str) -> int | None:
    value = row.get(name)
    return None if value is None else int(value)


def _mean(values: Column | None) -> float | None:
    return None if values is None else float(np.nanmean(values))


def _max(values: Column | None) -> float | None:
    return None if values is None else float(np.nanmax(values))


def _last(values: Column | None, otherwise: float | None) -> float | None:
    if values is None:
        return otherwise
    known = values[~np.isnan(values)]
    return float(known[-1] - known[0])
