"""Units, formats and raw file values: one place for every conversion.

Rounding is half up and happens before a number is split into parts, so that 4:60 cannot appear.
"""

from datetime import date, timedelta
from math import floor

from runcoach.science.known import determined

MILE_M = 1609.344
HALF_MARATHON_M = 21_097.5
MARATHON_M = 42_195.0
YARD_M = 0.9144

_LARGEST_UINT32 = 0xFFFF_FFFE
"""The largest value that FIT reads as one: the next means that there is none."""

SLOWEST_PACED_SPEED_M_S = 0.5
"""Below this a pace says nothing (over 33 min/km)."""


def round_half_up(value: float) -> int:
    """Nearest whole number, halves away from zero towards plus infinity."""
    return floor(value + 0.5)


@determined
def pace_to_mps(pace_s_per_km: float) -> float | None:
    """Speed [m/s] of a pace [s/km]: 1000/pace. None for pace ≤ 0.

    As Garmin's workouts carry it.
    """
    return 1000 / pace_s_per_km if pace_s_per_km > 0 else None


@determined
def mps_to_pace(speed_m_s: float) -> float | None:
    """Pace [s/km] of a speed [m/s]. None below 0.5 m/s, where a pace says nothing."""
    return 1000 / speed_m_s if speed_m_s >= SLOWEST_PACED_SPEED_M_S else None


@determined
def pace_km_to_mi(pace_s_per_km: float) -> float | None:
    """Pace [s/mile] of a pace [s/km]: × 1.609344. None for pace ≤ 0.

    The international mile of 1959.
    """
    return pace_s_per_km * MILE_M / 1000 if pace_s_per_km > 0 else None


@determined
def fmt_pace(pace_s: float) -> str | None:
    """A pace as m:ss, minutes unbounded (299.6 → 5:00). None for pace ≤ 0.

    Half seconds round up before they split. Our own format.
    """
    if pace_s <= 0:
        return None
    minutes, seconds = divmod(round_half_up(pace_s), 60)
    return f"{minutes}:{seconds:02d}"


@determined
def fmt_time(sec: float) -> str | None:
    """A time as h:mm:ss, under an hour m:ss (11449.4 → 3:10:49). None for negative times.

    Half seconds round up before they split. Our own format.
    """
    if sec < 0:
        return None
    minutes, seconds = divmod(round_half_up(sec), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


@determined
def week_start(date_iso: str) -> str | None:
    """The Monday of the week of a day, both as ISO dates (Sunday belongs to the Monday before). ISO 8601.

    None for a text that is no date, such as 2026-02-30.
    """
    try:
        return monday_of(date.fromisoformat(date_iso)).isoformat()
    except ValueError:
        return None


def monday_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


@determined
def fit_speed_raw(pace_s_per_km: float) -> int | None:
    """FIT workout speed [mm/s] of a pace [s/km] (4:00/km → 4167). None for pace ≤ 0.

    Garmin FIT profile 21.218, workout_step.custom_target_value.
    """
    return round_half_up(1_000_000 / pace_s_per_km) if pace_s_per_km > 0 else None


@determined
def fit_duration_raw(kind: str, value: float) -> int | None:
    """FIT workout duration: time [s] in ms, distance [m] in cm. None for negative values.

    None too beyond 32 bits (49 days, 42,949 km). Garmin FIT profile 21.218, workout_step.duration_value.
    """
    scales = {"time_s": 1000, "time": 1000, "distance_m": 100, "distance": 100}
    if kind not in scales:
        raise ValueError(f"unknown duration kind: {kind}")
    raw = round_half_up(value * scales[kind])
    return raw if 0 <= raw <= _LARGEST_UINT32 else None


@determined
def fit_hr_raw(value: float, unit: str) -> int | None:
    """FIT workout heart rate: bpm + 100, a percentage of HRmax (0–100) as it is.

    None for values that the other would be read as: 0 bpm, over 100 %. Garmin FIT profile 21.218.
    """
    return _offset_unless_share(value, unit, ("bpm",), 100)


@determined
def fit_power_raw(value: float, unit: str) -> int | None:
    """FIT workout power: W + 1000, a percentage of FTP (0–1000) as it is.

    None for values that the other would be read as: 0 W, over 1000 %. Garmin FIT profile 21.218.
    """
    return _offset_unless_share(value, unit, ("watts", "watt", "w"), 1000)


def _offset_unless_share(value: float, unit: str, absolute: tuple[str, ...], offset: int) -> int | None:
    name = unit.lower()
    is_share = any(part in name for part in ("%", "pct", "percent"))
    if name not in absolute and not is_share:
        raise ValueError(f"unknown unit: {unit}")
    rounded = round_half_up(value)
    if is_share:
        return rounded if 0 <= rounded <= offset else None
    return rounded + offset if rounded > 0 else None
