"""What the first screen needs, in one request each."""

from datetime import date, datetime
from uuid import UUID

from api.schemas.activities import ActivityOut
from api.schemas.common import FigureOut, Out
from api.schemas.fitness import PeriodOut, SeriesOut, WellnessDayOut
from api.schemas.ingest import StreamStatusOut
from api.schemas.jobs import JobOut
from api.schemas.plans import CompletionOut, WorkoutOut
from runcoach.domain.activity import Sport
from runcoach.domain.workout import WorkoutKind


class WeekDayOut(Out):
    """One day of this week: planned beside done."""

    day: date
    planned_distance_m: int | None
    planned_title: str | None
    planned_kind: WorkoutKind | None
    done_distance_m: float | None
    done_load: float | None
    completion: CompletionOut | None


class ApprovalsWaitingOut(Out):
    """Proposals that wait for the runner."""

    count: int
    oldest_created_at: datetime | None
    newest_id: UUID | None


class SummaryOut(Out):
    """Today. `figures` by definition key: race_index, ctl, atl, tsb, readiness, hrv_status, …"""

    today: date
    activities: int
    today_workout: WorkoutOut | None
    next_workout: WorkoutOut | None
    figures: dict[str, FigureOut]
    week: list[WeekDayOut]
    week_planned_distance_m: int | None
    week_done_distance_m: float
    approvals: ApprovalsWaitingOut
    wellness_today: WellnessDayOut | None
    recent: list[ActivityOut]
    streams: list[StreamStatusOut]
    jobs: list[JobOut]


class DashboardTrendsOut(Out):
    """`load`: ctl, atl, tsb, load per day. `weeks`: oldest first. `body`: sleep, HRV, resting heart rate."""

    first: date
    last: date
    warm_up_until: date | None
    load: dict[str, SeriesOut]
    projection: dict[str, SeriesOut]
    weeks: list[PeriodOut]
    body: dict[str, SeriesOut]


class CalendarActivityOut(Out):
    """An activity in a calendar cell."""

    id: UUID
    sport: Sport
    name: str
    distance_m: float | None
    moving_s: float


class CalendarDayOut(Out):
    """One day: planned (of the approved version) and done."""

    day: date
    workout: WorkoutOut | None
    activities: list[CalendarActivityOut]


class CalendarOut(Out):
    """Days of [first, last] in order, Monday first where the caller asked for whole weeks."""

    first: date
    last: date
    today: date
    days: list[CalendarDayOut]
