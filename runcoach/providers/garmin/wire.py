"""What the service answers, as far as it is used: tolerant of everything else, strict on what identifies."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from runcoach.domain.errors import ProviderChanged


class Wire(BaseModel):
    """Camel case on the wire; unknown fields are nobody's business here."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, allow_inf_nan=False
    )


class ProfileWire(Wire):
    id: int | None = None
    profile_id: int | None = None
    display_name: str


class UserDataWire(Wire):
    measurement_system: str = "metric"


class SettingsWire(Wire):
    user_data: UserDataWire


class ActivityTypeWire(Wire):
    type_key: str | None = None
    parent_type_id: int | None = None


class ActivityWire(Wire):
    activity_id: int
    activity_name: str | None = None
    activity_type: ActivityTypeWire | None = None
    start_time_gmt: str | None = Field(None, alias="startTimeGMT")
    begin_timestamp: int | None = None
    distance: float | None = None
    duration: float | None = None
    elapsed_duration: float | None = None
    elevation_gain: float | None = None
    calories: float | None = None
    average_hr: float | None = Field(None, alias="averageHR")
    max_hr: float | None = Field(None, alias="maxHR")


class DayValueWire(Wire):
    calendar_date: dt.date
    value: float | None = None


class SleepScoreWire(Wire):
    value: float | None = None


class SleepScoresWire(Wire):
    overall: SleepScoreWire | None = None


class SleepDayWire(Wire):
    calendar_date: dt.date | None = None
    sleep_time_seconds: float | None = None
    deep_sleep_seconds: float | None = None
    light_sleep_seconds: float | None = None
    rem_sleep_seconds: float | None = None
    awake_sleep_seconds: float | None = None
    sleep_scores: SleepScoresWire | None = None


class SleepWire(Wire):
    daily_sleep: SleepDayWire | None = Field(None, alias="dailySleepDTO")


class SleepStatsWire(Wire):
    total_sleep_time_in_seconds: float | None = None
    deep_time: float | None = None
    light_time: float | None = None
    rem_time: float | None = None
    awake_time: float | None = None
    sleep_score: float | None = None


class SleepStatsDayWire(Wire):
    calendar_date: dt.date
    values: SleepStatsWire | None = None


class HrvDayWire(Wire):
    calendar_date: dt.date
    last_night_avg: float | None = None


class HrvRangeWire(Wire):
    hrv_summaries: list[HrvDayWire] | None = None


class StressWire(Wire):
    overall_stress_level: float | None = None


class StressDayWire(Wire):
    calendar_date: dt.date
    values: StressWire | None = None


class BodyBatteryDayWire(Wire):
    date: dt.date
    body_battery_values_array: list[list[Any]] | None = None


class StepsDayWire(Wire):
    calendar_date: dt.date
    total_steps: int | None = None


class WeightWire(Wire):
    weight: float | None = None


class WeightDayWire(Wire):
    summary_date: dt.date
    latest_weight: WeightWire | None = None


class WeightRangeWire(Wire):
    daily_weight_summaries: list[WeightDayWire] | None = None


class MaxMetricWire(Wire):
    calendar_date: dt.date | None = None
    vo2_max_precise_value: float | None = Field(None, alias="vo2MaxPreciseValue")
    vo2_max_value: float | None = Field(None, alias="vo2MaxValue")


class MaxMetricDayWire(Wire):
    generic: MaxMetricWire | None = None


class WorkoutWire(Wire):
    workout_id: int
    workout_name: str | None = None
    description: str | None = None

    @property
    def has_description(self) -> bool:
        """The list said something on it, even if only that there is none."""
        return "description" in self.model_fields_set


class ScheduleWire(Wire):
    workout_schedule_id: int
    calendar_date: dt.date | None = None
    workout: WorkoutWire | None = None


class CalendarItemWire(Wire):
    id: int | None = None
    item_type: str | None = None
    workout_id: int | None = None
    title: str | None = None
    date: dt.date | None = None


class CalendarWire(Wire):
    calendar_items: list[dict[str, Any]] | None = None


def parse[W: Wire](kind: type[W], payload: Any) -> W:
    """The payload in that shape. Raises ProviderChanged, naming the field, not its content."""
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise _changed(error) from None


def parse_list[W: Wire](kind: type[W], payload: Any) -> list[W]:
    """As `parse`, for a list; null and {} are the service's ways to say that there is nothing."""
    if payload is None or payload == {}:
        return []
    try:
        return TypeAdapter(list[kind]).validate_python(payload)  # type: ignore[valid-type]
    except ValidationError as error:
        raise _changed(error) from None


def _changed(error: ValidationError) -> ProviderChanged:
    place = ".".join(str(part) for part in error.errors()[0]["loc"])
    return ProviderChanged(provider="garmin", field=place)
