"""Rows as the store gives and takes them: values between the domain's nouns and the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from runcoach.domain.activity import RecordedActivity, Sport
from runcoach.domain.plan import Completion
from runcoach.domain.workout import PlannedWorkout


@dataclass(frozen=True)
class User:
    """An account here. The password hash stays in storage."""

    id: UUID
    email: str
    display_name: str
    language: str  # ko | en
    time_zone: str  # IANA
    units: str  # metric | imperial
    is_owner: bool
    is_demo: bool


@dataclass(frozen=True)
class Page:
    """A keyset page: `next_cursor` None = the end."""

    items: tuple[RecordedActivity, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class MetricRow:
    """One derived figure of one activity, or its absence with a reason. `inputs`: what it came from."""

    definition_key: str
    value: float | None
    unit: str
    formula_version: int
    reason: str | None = None
    source: str | None = None
    inputs: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class BestEffort:
    """The fastest stretch of one distance within one activity."""

    distance_m: float
    duration_s: float
    start_s: float
    activity_id: UUID | None = None
    local_date: date | None = None


@dataclass(frozen=True)
class DailyLoad:
    """One local day of load and form."""

    day: date
    load: float
    ctl: float
    atl: float
    tsb: float
    formula_version: int = 1


class Period(StrEnum):
    """Weeks from Monday, months and years from their first day, in the runner's zone."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class SportTotals:
    """What was done of one sport within one period; `load` None = no activity in it has one."""

    activities: int
    distance_m: float
    moving_s: float
    ascent_m: float
    load: float | None


@dataclass(frozen=True)
class PeriodTotals:
    """One week, month or year, by sport."""

    first_day: date
    by_sport: Mapping[Sport, SportTotals]


@dataclass(frozen=True)
class ActivityRow:
    """An activity with the figures that its list shows, by definition key."""

    activity: RecordedActivity
    metrics: Mapping[str, MetricRow]


@dataclass(frozen=True)
class ActivityRows:
    """A keyset page of them: `next_cursor` None = the end."""

    items: tuple[ActivityRow, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class CalendarDay:
    """What was planned (by the newest version approved for that day), done, and made of it."""

    day: date
    planned: tuple[PlannedWorkout, ...]
    activities: tuple[RecordedActivity, ...]
    completions: tuple[Completion, ...]


@dataclass(frozen=True)
class Glance:
    """The counts and newest rows that a first screen begins with."""

    activities: int
    first_day: date | None
    last_day: date | None
    newest_load: DailyLoad | None
    newest_wellness_day: date | None
    open_proposals: int
    jobs_that_need_the_runner: int


@dataclass(frozen=True)
class AnalyticsSummary:
    """Stored figures of one period, as JSON by definition key."""

    period: Period
    first_day: date
    figures: Mapping[str, Any]
    formula_version: int = 1


@dataclass(frozen=True)
class DatedZones:
    """A threshold (one value) or the bounds of zones, valid from a day on; unconfirmed = a proposal.

    `kind`: hr_max | hr_rest | threshold_hr | threshold_pace | hr_zones | pace_zones | power_zones | …
    """

    id: UUID
    kind: str
    system: str
    values: tuple[float, ...]
    unit: str
    source: str
    valid_from: date
    confirmed_at: datetime | None = None
    formula_version: int = 1


@dataclass(frozen=True)
class RawFile:
    """An original on disk and what came out of it."""

    sha256: str
    kind: str
    size_bytes: int
    activity_ids: tuple[UUID, ...] = ()
