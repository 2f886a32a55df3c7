"""Wire shapes to our nouns. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from runcoach.domain.activity import DailyWellness, ListedActivity, Sport
from runcoach.domain.errors import ProviderChanged
from runcoach.domain.workout import sha256_of
from runcoach.providers.garmin.wire import (
    ActivityTypeWire,
    ActivityWire,
    BodyBatteryDayWire,
    DayValueWire,
    HrvDayWire,
    MaxMetricDayWire,
    SleepDayWire,
    SleepStatsDayWire,
    StepsDayWire,
    StressDayWire,
    WeightDayWire,
)

_SPORTS = {
    "running": Sport.RUN,
    "street_running": Sport.RUN,
    "ultra_run": Sport.RUN,
    "obstacle_run": Sport.RUN,
    "treadmill_running": Sport.TREADMILL,
    "indoor_running": Sport.TREADMILL,
    "virtual_run": Sport.TREADMILL,
    "track_running": Sport.TRACK,
    "trail_running": Sport.TRAIL,
    "walking": Sport.WALK,
    "casual_walking": Sport.WALK,
    "speed_walking": Sport.WALK,
    "hiking": Sport.HIKE,
    "rucking": Sport.HIKE,
    "mountaineering": Sport.HIKE,
    "cycling": Sport.RIDE,
    "swimming": Sport.SWIM,
    "lap_swimming": Sport.SWIM,
    "open_water_swimming": Sport.SWIM,
    "strength_training": Sport.STRENGTH,
}
_PARENTS = {1: Sport.RUN, 2: Sport.RIDE, 3: Sport.HIKE, 9: Sport.WALK, 26: Sport.SWIM}
"""The service's own tree of types, for children that are newer than the table above."""

_MILLISECONDS_FROM = 100
"""Some rows of 2021 give the elapsed time in milliseconds: a thousand times the duration beside it."""

_LAST_TIMESTAMP_MS = 253_402_300_800_000
"""Year 10000; times beyond it are no times."""


def sport_of(kind: ActivityTypeWire | None) -> Sport:
    """Our word for a type; one that nobody here knows is `other`, never a run."""
    if kind is None:
        return Sport.OTHER
    return _SPORTS.get(kind.type_key or "") or _PARENTS.get(kind.parent_type_id or 0, Sport.OTHER)


def listed_activity(wire: ActivityWire) -> ListedActivity:
    """A row of the list. Raises ProviderChanged where it has no start."""
    return ListedActivity(
        external_id=str(wire.activity_id),
        name=wire.activity_name or "",
        sport=sport_of(wire.activity_type),
        start_time=_start_time(wire),
        distance_m=wire.distance,
        elapsed_s=_elapsed_s(wire),
        raw_hash=_hash_of(wire),
    )


def _start_time(wire: ActivityWire) -> datetime:
    if wire.start_time_gmt:
        try:
            return datetime.fromisoformat(wire.start_time_gmt).replace(tzinfo=UTC)
        except ValueError:
            raise ProviderChanged(provider="garmin", field="startTimeGMT") from None
    if wire.begin_timestamp is not None and 0 < wire.begin_timestamp < _LAST_TIMESTAMP_MS:
        return datetime.fromtimestamp(wire.begin_timestamp / 1000, UTC)
    raise ProviderChanged(provider="garmin", field="startTimeGMT")


def _elapsed_s(wire: ActivityWire) -> float | None:
    elapsed, duration = wire.elapsed_duration, wire.duration
    if elapsed is None:
        return duration
    is_milliseconds = duration is not None and duration > 0 and elapsed > duration * _MILLISECONDS_FROM
    return elapsed / 1000 if is_milliseconds else elapsed


def _hash_of(wire: ActivityWire) -> str:
    """Changes when the runner edits the activity, and not when the service adds a badge to it."""
    return sha256_of(
        {
            "id": wire.activity_id,
            "name": wire.activity_name,
            "type": wire.activity_type.type_key if wire.activity_type else None,
            "start": wire.start_time_gmt or wire.begin_timestamp,
            "totals": [wire.distance, wire.duration, wire.elapsed_duration, wire.elevation_gain],
            "effort": [wire.calories, wire.average_hr, wire.max_hr],
        }
    )


class WellnessDays:
    """Days of [first, last] that fill up, answer by answer; what is outside or empty is left out."""

    def __init__(self, first: date, last: date) -> None:
        count = (last - first).days + 1
        self._days = {day: DailyWellness(day) for day in (first + timedelta(n) for n in range(count))}

    @property
    def days(self) -> list[DailyWellness]:
        """One entry per day, in order."""
        return list(self._days.values())

    def add_sleep(self, wires: Iterable[SleepDayWire]) -> None:
        """From the page of one day."""
        for wire in wires:
            scores = wire.sleep_scores
            self._set(
                wire.calendar_date,
                sleep_s=wire.sleep_time_seconds,
                sleep_deep_s=wire.deep_sleep_seconds,
                sleep_light_s=wire.light_sleep_seconds,
                sleep_rem_s=wire.rem_sleep_seconds,
                sleep_awake_s=wire.awake_sleep_seconds,
                sleep_score=scores.overall.value if scores and scores.overall else None,
            )

    def add_sleep_stats(self, wires: Iterable[SleepStatsDayWire]) -> None:
        """From the statistics of a range."""
        for wire in wires:
            if wire.values is None:
                continue
            self._set(
                wire.calendar_date,
                sleep_s=wire.values.total_sleep_time_in_seconds,
                sleep_deep_s=wire.values.deep_time,
                sleep_light_s=wire.values.light_time,
                sleep_rem_s=wire.values.rem_time,
                sleep_awake_s=wire.values.awake_time,
                sleep_score=wire.values.sleep_score,
            )

    def add_hrv(self, wires: Iterable[HrvDayWire]) -> None:
        """Last night's mean RMSSD."""
        for wire in wires:
            self._set(wire.calendar_date, hrv_rmssd_ms=wire.last_night_avg)

    def add_resting_hr(self, wires: Iterable[DayValueWire]) -> None:
        """Beats a minute at rest."""
        for wire in wires:
            self._set(wire.calendar_date, resting_hr_bpm=wire.value)

    def add_stress(self, wires: Iterable[StressDayWire]) -> None:
        """0 to 100; negative means that too little was measured."""
        for wire in wires:
            level = wire.values.overall_stress_level if wire.values else None
            self._set(wire.calendar_date, stress_avg=level if level is not None and level >= 0 else None)

    def add_body_battery(self, wires: Iterable[BodyBatteryDayWire]) -> None:
        """Highest and lowest of the day; rows are [timestamp, level] or [timestamp, status, level …]."""
        for wire in wires:
            levels = [level for row in wire.body_battery_values_array or [] if (level := _level(row))]
            if levels:
                self._set(wire.date, body_battery_high=max(levels), body_battery_low=min(levels))

    def add_steps(self, wires: Iterable[StepsDayWire]) -> None:
        """Steps of the whole day."""
        for wire in wires:
            self._set(wire.calendar_date, steps=wire.total_steps)

    def add_weight(self, wires: Iterable[WeightDayWire]) -> None:
        """Grams on the wire."""
        for wire in wires:
            grams = wire.latest_weight.weight if wire.latest_weight else None
            self._set(wire.summary_date, weight_kg=grams / 1000 if grams else None)

    def add_vo2max(self, wires: Iterable[MaxMetricDayWire]) -> None:
        """The watch's own estimate for running."""
        for wire in wires:
            if wire.generic is not None:
                value = wire.generic.vo2_max_precise_value or wire.generic.vo2_max_value
                self._set(wire.generic.calendar_date, vo2max=value)

    def _set(self, day: date | None, **values: float | int | None) -> None:
        known = {name: value for name, value in values.items() if value is not None}
        if day in self._days and known:
            self._days[day] = replace(self._days[day], **known)  # type: ignore[arg-type]


def _level(row: list[object]) -> float | None:
    """The level comes second, or third behind a word on how it was measured."""
    values = [value for value in row[1:3] if isinstance(value, int | float)]
    return float(values[0]) if values and 0 < values[0] <= 100 else None
