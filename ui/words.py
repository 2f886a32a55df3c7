"""What a screen needs to speak: the language, the units, and the formats of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from runcoach.i18n import formats, has, t
from ui.client import ApiProblem

type Json = Mapping[str, Any]

PACE_UNITS = frozenset({"s/km"})


@dataclass(frozen=True)
class Words:
    """One runner's way of reading: language, units and time zone."""

    language: str
    units: str = "metric"
    time_zone: str = "Asia/Seoul"

    @classmethod
    def of(cls, me: Json, language: str) -> "Words":
        """The account's units and zone in the language of the page."""
        return cls(language, me.get("units") or "metric", me.get("time_zone") or "Asia/Seoul")

    def t(self, key: str, **values: object) -> str:
        """The sentence `key`."""
        return t(key, self.language, **values)

    def known(self, key: str, fallback: str = formats.MISSING) -> str:
        """The sentence `key` where there is one: for words that come from outside."""
        return t(key, self.language) if has(key) else fallback

    def problem(self, problem: ApiProblem) -> str:
        """What went wrong and what to do; never a code or a stack trace."""
        if problem.code == "api_unreachable":
            return self.t("ui.error.unreachable")
        return problem.sentence or self.t("ui.error.unknown")

    def day(self, value: date | str | None) -> str:
        """`11월 21일 (토)`."""
        return formats.day(as_date(value), self.language)

    def short_day(self, value: date | str | None) -> str:
        """`11/21`, in English `21 Nov`."""
        return formats.short_day(as_date(value), self.language)

    def full_day(self, value: date | str | None) -> str:
        """The day with its year."""
        return formats.day_with_year(as_date(value), self.language)

    def weekday(self, value: date | str | None) -> str:
        """`토`, `Sat`."""
        day = as_date(value)
        return formats.weekday_name(day.weekday(), self.language) if day else formats.MISSING

    def moment(self, value: str | None) -> str:
        """A day and a 24-hour time in the runner's zone."""
        local = self.local(value)
        return f"{formats.day(local.date(), self.language)} {local:%H:%M}" if local else formats.MISSING

    def local(self, value: str | None) -> datetime | None:
        """An instant in the runner's zone."""
        if not value:
            return None
        try:
            return datetime.fromisoformat(value).astimezone(ZoneInfo(self.time_zone))
        except (ValueError, ZoneInfoNotFoundError):
            return None

    def pace(self, pace_s_per_km: float | None) -> str:
        """`5:12 /km`."""
        return formats.pace(pace_s_per_km, self.units)

    def pace_range(self, pair: list[float] | None) -> str:
        """`5:05–5:15 /km`."""
        return formats.pace_range(pair[0], pair[1], self.units) if pair else formats.MISSING

    def distance(self, distance_m: float | None, digits: int = 1) -> str:
        """`8.0 km`."""
        return formats.distance(distance_m, self.units, digits)

    def lap_distance(self, distance_m: float | None) -> str:
        """Two digits, as a lap needs."""
        return formats.distance(distance_m, self.units, 2)

    def step_distance(self, distance_m: float) -> str:
        """Track distances in metres, longer ones as a distance."""
        return f"{distance_m:.0f} m" if distance_m < 1600 else self.distance(distance_m)

    def clock(self, duration_s: float | None) -> str:
        """`42:05`."""
        return formats.clock(duration_s)

    def duration(self, duration_s: float | None) -> str:
        """`1시간 5분`."""
        return formats.duration(duration_s, self.language)

    def rough(self, duration_s: float | None) -> str:
        """How long something still takes."""
        return formats.MISSING if duration_s is None else formats.rough_duration(duration_s, self.language)

    def number(self, value: float | None, digits: int = 0, unit: str = "") -> str:
        """`1,234 bpm`."""
        return formats.number(value, digits, unit)

    def signed(self, value: float | None, digits: int = 0) -> str:
        """`+5`, `−3`."""
        return formats.signed(value, digits)

    def weight(self, weight_kg: float | None) -> str:
        """`68.4 kg`."""
        return formats.weight(weight_kg, self.units)


def as_date(value: date | str | None) -> date | None:
    """A date from the wire; None where it is none."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
