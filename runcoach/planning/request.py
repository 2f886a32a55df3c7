"""Everything that a plan is made from, as one frozen value."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from runcoach.domain.plan import Goal, PlanDraft, RunnerProfile
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning.review import KEEP_FROM, WeekReview
from runcoach.science.race_index import vdot_after_break

PLAN_WEEKS = 9
MIN_INDEX, MAX_INDEX = 15.0, 85.0
ASSUMED_INDEX = 30.0
"""What distances and times are estimated with where no race index is known; no pace targets then."""

NEW_PACES_FROM = 0.5
"""A race index that moved by less keeps the paces of the plan before."""


class Flag(StrEnum):
    """What speaks against training as usual. Each is a cause of a change, too."""

    ILLNESS = "illness"
    PAIN = "pain"
    FATIGUE = "fatigue"


@dataclass(frozen=True)
class IndexEstimate:
    """The race index, the day it is from, and the catalogue key of where it comes from."""

    value: float
    as_of: date
    reason: str


@dataclass(frozen=True)
class PlanRequest:
    """A runner on one day.

    `seed` makes the workout ids: the proposal's id, so that a repeated request gives the same plan.
    `recent_weeks_m`: distance of the last complete weeks, at most eight, oldest first, 0 = no runs;
    `current_week_m`: of the days of this week so far.
    `longest_run_m`: longest run of the last 30 days, 0 = none. `days_since_run` None = never ran.
    `previous` is the approved version, `locked` are workouts that stay where they are. `is_fresh` True makes
    every week anew instead of going on with the plan before.
    """

    seed: str
    today: date
    profile: RunnerProfile
    goal: Goal | None = None
    race_index: IndexEstimate | None = None
    recent_weeks_m: tuple[int, ...] = ()
    current_week_m: int = 0
    longest_run_m: int = 0
    days_since_run: int | None = None
    tsb: float | None = None
    last_hard_day: date | None = None
    flags: frozenset[Flag] = frozenset()
    previous: PlanDraft | None = None
    previous_goal: Goal | None = None
    has_new_goal: bool = False
    review: WeekReview | None = None
    locked: tuple[PlannedWorkout, ...] = ()
    is_fresh: bool = False

    @property
    def first_open_day(self) -> date:
        """First day that can still be planned: today, or tomorrow where today's run is done."""
        return self.today + timedelta(days=1 if self.days_since_run == 0 else 0)

    @property
    def first_monday(self) -> date:
        """Monday of the plan's first week.

        This week while it still has four days, or while an approved plan covers it; on Sundays the next one.
        """
        monday = self.today - timedelta(days=self.today.weekday())
        if self.today.weekday() == 6:
            return monday + timedelta(days=7)
        covered = self.previous is not None and self.previous.start <= monday <= self.previous.end
        return monday if covered or self.today.weekday() <= 3 else monday + timedelta(days=7)

    @property
    def mondays(self) -> tuple[date, ...]:
        """Mondays of the nine weeks."""
        return tuple(self.first_monday + timedelta(days=7 * week) for week in range(PLAN_WEEKS))

    @property
    def last_day(self) -> date:
        """Sunday of the ninth week."""
        return self.mondays[-1] + timedelta(days=6)

    @property
    def race_day(self) -> date | None:
        """Day of the race that is trained for, None without one or when it is over."""
        if self.goal is None or self.goal.status != "active" or self.goal.race_distance_m is None:
            return None
        day = self.goal.race_date
        return day if day is not None and day >= self.today else None

    @property
    def season_race_day(self) -> date | None:
        """The race that the weeks are counted from: the next one, or one of the last two weeks."""
        goal = self.goal
        if goal is None or goal.race_distance_m is None or goal.race_date is None:
            return None
        days_ago = (self.today - goal.race_date).days
        return goal.race_date if 0 < days_ago <= 14 else self.race_day

    @property
    def index(self) -> float | None:
        """Race index to train by: after a break it is lower. None where it is not known."""
        if self.race_index is None:
            return None
        value = vdot_after_break(self.race_index.value, float(self.days_since_run or 0))
        return min(MAX_INDEX, max(MIN_INDEX, value)) if value is not None else None

    @property
    def reference_weeks_m(self) -> tuple[float, ...]:
        """The last complete weeks as the weekly cap looks back on them, on Sundays with the one that ends."""
        weeks = self.recent_weeks_m[-8:]
        monday = self.today - timedelta(days=self.today.weekday())
        mondays = [monday - timedelta(days=7 * back) for back in range(len(weeks), 0, -1)]
        counted = [self.counted_m(day, float(m)) for day, m in zip(mondays, weeks, strict=True)]
        if self.today.weekday() == 6:
            counted.append(self.counted_m(monday, float(self.current_week_m)))
        return tuple(counted[-8:])

    def counted_m(self, monday: date, done_m: float) -> float:
        """A week that was run nearly as approved counts as approved: small gaps undo nothing."""
        weeks = self.previous.weeks if self.previous else ()
        planned = next((week for week in weeks if week.monday == monday), None)
        if planned is None:
            return done_m
        planned_m = sum(w.estimated_distance_m for w in planned.workouts if w.kind is not WorkoutKind.RACE)
        return max(done_m, float(planned_m)) if done_m >= KEEP_FROM * planned_m else done_m

    @property
    def is_unwell(self) -> bool:
        """Illness or pain: rest first."""
        return bool(self.flags & {Flag.ILLNESS, Flag.PAIN})
