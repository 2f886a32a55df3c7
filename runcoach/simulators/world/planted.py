"""The truths planted in the world, with their dates, so that analytics can be asked to find them."""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class PlantedTruth:
    """Something that really happened to the athlete between two dates, both inclusive."""

    kind: str
    start: date
    end: date
    facts: dict[str, float] = field(default_factory=dict)

    def covers(self, day: date) -> bool:
        return self.start <= day <= self.end


#: Weeks before the last one in which each truth lies, counted in weeks from Monday.
_WEEKS_BACK = {"half_marathon": 62, "illness": 46, "threshold_shift": 32, "overreach_week": 18, "ten_km": 4}
#: A truth that would fall into the hot August is moved this much earlier, so that none hides another.
_STEP_WEEKS = 8
ILLNESS_DAYS = 12


def monday_of(day: date) -> date:
    """The Monday of the week that holds the day."""
    return day - timedelta(days=day.weekday())


def hot_august(last_day: date) -> tuple[date, date]:
    """The latest August that was over by the last day."""
    year = last_day.year if last_day >= date(last_day.year, 8, 31) else last_day.year - 1
    return date(year, 8, 1), date(year, 8, 31)


def _monday_for(kind: str, last_day: date) -> date:
    monday = monday_of(last_day) - timedelta(weeks=_WEEKS_BACK[kind])
    start, end = hot_august(last_day)
    clashes = monday - timedelta(days=10) <= end and start <= monday + timedelta(days=24)
    return monday - timedelta(weeks=_STEP_WEEKS) if clashes else monday


def plant(last_day: date) -> tuple[PlantedTruth, ...]:
    """Where everything lies in a world that ends on the last day."""
    half, illness, shift, overreach, ten = (_monday_for(kind, last_day) for kind in _WEEKS_BACK)
    return (
        _race("half_marathon", half, 21097.5),
        PlantedTruth("illness", illness, illness + timedelta(days=ILLNESS_DAYS - 1), {"rhr_up_bpm": 8.0}),
        PlantedTruth(
            "threshold_shift", shift, shift + timedelta(days=13), {"before_mps": 3.38, "after_mps": 3.55}
        ),
        PlantedTruth("overreach_week", overreach, overreach + timedelta(days=6), {"volume_factor": 1.8}),
        _race("ten_km", ten, 10000.0),
        PlantedTruth("hot_august", *hot_august(last_day), {"extra_temp_c": 4.0}),
    )


def _race(kind: str, monday: date, distance_m: float) -> PlantedTruth:
    sunday = monday + timedelta(days=6)
    return PlantedTruth(kind, sunday, sunday, {"distance_m": distance_m})
