"""Numbers and dates as runners read them. Values come in SI units; this is the edge that converts.

Rounding is half up and happens before a number is split, so that 5:60 cannot appear. Missing is "—", never 0.
"""

from datetime import date, timedelta
from math import floor, isfinite

MISSING = "—"
KM_PER_MILE = 1.609344
LB_PER_KG = 2.2046226218

SLOWEST_PACE_S_PER_KM = 2000.0
"""A pace slower than half a metre per second says nothing."""

_WEEKDAYS = {
    "ko": ("월", "화", "수", "목", "금", "토", "일"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SIZES = ((86_400, "일", "day"), (3600, "시간", "hour"), (60, "분", "minute"), (1, "초", "second"))


def pace(pace_s_per_km: float | None, units: str = "metric") -> str:
    """`5:12 /km`, in miles `8:22 /mi`."""
    if not _is_pace(pace_s_per_km):
        return MISSING
    assert pace_s_per_km is not None
    return f"{_minutes(_per_unit(pace_s_per_km, units))} {'/mi' if units == 'imperial' else '/km'}"


def pace_range(fast_s_per_km: float | None, slow_s_per_km: float | None, units: str = "metric") -> str:
    """`5:05–5:15 /km`; one pace where both round to the same."""
    fast, slow = pace(fast_s_per_km, units), pace(slow_s_per_km, units)
    if MISSING in (fast, slow):
        return MISSING
    return slow if fast == slow else f"{fast.split()[0]}–{slow}"


def distance(distance_m: float | None, units: str = "metric", digits: int = 1) -> str:
    """`8.0 km`, in miles `5.0 mi`."""
    if not _is_number(distance_m):
        return MISSING
    assert distance_m is not None
    in_km = distance_m / 1000
    value = in_km / KM_PER_MILE if units == "imperial" else in_km
    return f"{_fixed(value, digits)} {'mi' if units == 'imperial' else 'km'}"


def clock(duration_s: float | None) -> str:
    """A time that was run: `42:05`, from an hour on `1:05:30`."""
    if not _is_number(duration_s) or duration_s is None or duration_s < 0:
        return MISSING
    minutes, seconds = divmod(round_half_up(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def duration(duration_s: float | None, language: str) -> str:
    """A length of time in words, to the minute: `1시간 5분`, `1 h 5 min`; under a minute in seconds."""
    if not _is_number(duration_s) or duration_s is None or duration_s < 0:
        return MISSING
    hour, minute, second = ("시간", "분", "초") if language == "ko" else (" h", " min", " s")
    if round_half_up(duration_s) < 60:
        return f"{round_half_up(duration_s)}{second}"
    hours, minutes = divmod(round_half_up(duration_s / 60), 60)
    parts = [f"{hours}{hour}"] if hours else []
    return " ".join(parts + ([f"{minutes}{minute}"] if minutes or not hours else []))


def rough_duration(duration_s: float, language: str) -> str:
    """How long to wait, rounded up to a whole second, minute, hour or day: `5분`, `5 minutes`."""
    for size_s, ko, en in (
        (86_400, "일", "day"),
        (3600, "시간", "hour"),
        (60, "분", "minute"),
        (1, "초", "second"),
    ):
        if duration_s >= size_s or size_s == 1:
            count = max(1, -floor(-duration_s / size_s))
            return f"{count}{ko}" if language == "ko" else f"{count} {en}{'' if count == 1 else 's'}"
    raise AssertionError("the loop ends at a second")


def day(value: date | None, language: str) -> str:
    """`11월 21일 (토)`, `Sat 21 Nov`."""
    if value is None:
        return MISSING
    weekday = weekday_name(value.weekday(), language)
    if language == "ko":
        return f"{value.month}월 {value.day}일 ({weekday})"
    return f"{weekday} {value.day} {_MONTHS[value.month - 1]}"


def short_day(value: date | None, language: str) -> str:
    """`11/21`, `21 Nov`."""
    if value is None:
        return MISSING
    return f"{value.month}/{value.day}" if language == "ko" else f"{value.day} {_MONTHS[value.month - 1]}"


def day_with_year(value: date | None, language: str) -> str:
    """`2026년 11월 21일 (토)`, `Sat 21 Nov 2026`."""
    if value is None:
        return MISSING
    return (
        f"{value.year}년 {day(value, language)}"
        if language == "ko"
        else f"{day(value, language)} {value.year}"
    )


def weekday_name(weekday: int, language: str) -> str:
    """`토`, `Sat`; 0 = Monday."""
    return _WEEKDAYS["ko" if language == "ko" else "en"][weekday]


def week(any_day: date | None, language: str) -> str:
    """The week of a day, from Monday: `11월 16일 (월) – 11월 22일 (일)`."""
    if any_day is None:
        return MISSING
    monday = any_day - timedelta(days=any_day.weekday())
    return f"{day(monday, language)} – {day(monday + timedelta(days=6), language)}"


def temperature(temp_c: float | None, units: str = "metric") -> str:
    """`21 °C`, `70 °F`."""
    if not _is_number(temp_c):
        return MISSING
    assert temp_c is not None
    value = temp_c * 9 / 5 + 32 if units == "imperial" else temp_c
    return f"{round_half_up(value)} {'°F' if units == 'imperial' else '°C'}"


def weight(weight_kg: float | None, units: str = "metric") -> str:
    """`68.4 kg`, `150.8 lb`."""
    if not _is_number(weight_kg):
        return MISSING
    assert weight_kg is not None
    value = weight_kg * LB_PER_KG if units == "imperial" else weight_kg
    return f"{_fixed(value, 1)} {'lb' if units == 'imperial' else 'kg'}"


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """`1,234`, `48.3`, `152 bpm`."""
    if not _is_number(value):
        return MISSING
    assert value is not None
    text = _fixed(value, digits)
    return f"{text} {unit}" if unit else text


def signed(value: float | None, digits: int = 0) -> str:
    """`+5`, `−3`, `0`: form and differences."""
    if not _is_number(value):
        return MISSING
    assert value is not None
    text = _fixed(abs(value), digits)
    if float(text.replace(",", "")) == 0:
        return text
    return f"{'−' if value < 0 else '+'}{text}"


def percent(share: float | None, digits: int = 0) -> str:
    """`82 %` of a share of 0.82."""
    return MISSING if not _is_number(share) or share is None else f"{_fixed(share * 100, digits)} %"


def round_half_up(value: float) -> int:
    """Nearest whole number, halves towards plus infinity."""
    return floor(value + 0.5)


def _fixed(value: float, digits: int) -> str:
    scaled = round_half_up(value * 10**digits) / 10**digits
    return f"{scaled:,.{digits}f}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round_half_up(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _per_unit(pace_s_per_km: float, units: str) -> float:
    return pace_s_per_km * KM_PER_MILE if units == "imperial" else pace_s_per_km


def _is_number(value: float | None) -> bool:
    return value is not None and isfinite(value)


def _is_pace(value: float | None) -> bool:
    return value is not None and isfinite(value) and 0 < value <= SLOWEST_PACE_S_PER_KM
