"""The runner: profile, goals and zones."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.common import In, Out, Text
from runcoach.domain.plan import Method

Weekday = Annotated[int, Field(ge=0, le=6)]
RestingHeartRate = Annotated[int, Field(ge=25, le=110)]
MaximumHeartRate = Annotated[int, Field(ge=120, le=230)]
ThresholdHeartRate = Annotated[int, Field(ge=100, le=220)]


class ProfileIn(In):
    """What the planner must respect. Weekdays: 0 = Monday … 6 = Sunday."""

    available_weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    long_run_weekday: Weekday
    quality_days_per_week: Annotated[int, Field(ge=0, le=2)]
    max_weekly_distance_m: Annotated[int, Field(ge=5_000, le=400_000)] | None = None
    method: Method = Method.DANIELS
    hr_max_bpm: MaximumHeartRate | None = None
    hr_rest_bpm: RestingHeartRate | None = None
    threshold_hr_bpm: ThresholdHeartRate | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    sex: Literal["female", "male"] | None = None
    injury_notes: Annotated[Text, Field(max_length=2000)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "ProfileIn":
        if self.long_run_weekday not in self.available_weekdays:
            raise ValueError("the long run needs an available weekday")
        if self.hr_max_bpm and self.hr_rest_bpm and self.hr_rest_bpm >= self.hr_max_bpm:
            raise ValueError("the resting heart rate lies below the maximum")
        if self.hr_max_bpm and self.threshold_hr_bpm and self.threshold_hr_bpm >= self.hr_max_bpm:
            raise ValueError("the threshold heart rate lies below the maximum")
        return self


class ProfileOut(Out):
    """`is_set` false = nobody has filled it in; the planner's own defaults are shown."""

    is_set: bool
    available_weekdays: list[int]
    long_run_weekday: int
    quality_days_per_week: int
    max_weekly_distance_m: int | None
    method: Method
    hr_max_bpm: int | None
    hr_rest_bpm: int | None
    threshold_hr_bpm: int | None
    birth_year: int | None
    sex: str | None
    injury_notes: str | None


class GoalIn(In):
    """A race, or fitness without one."""

    kind: Literal["race", "fitness"]
    title: Annotated[Text, Field(min_length=1, max_length=120)]
    race_date: date | None = None
    race_distance_m: Annotated[int, Field(ge=400, le=500_000)] | None = None
    target_time_s: Annotated[int, Field(ge=30, le=400_000)] | None = None
    status: Literal["active", "done", "dropped"] = "active"

    @model_validator(mode="after")
    def _race_is_complete(self) -> "GoalIn":
        if self.kind == "race" and (self.race_date is None or self.race_distance_m is None):
            raise ValueError("a race has a date and a distance")
        return self


class GoalOut(Out):
    """A goal as it is kept."""

    id: UUID
    kind: str
    title: str
    race_date: date | None
    race_distance_m: int | None
    target_time_s: int | None
    status: str


class GoalsOut(Out):
    """All goals, active first."""

    items: list[GoalOut]
