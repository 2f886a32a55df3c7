"""The planner's request, put together from what is kept about a runner."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from activities.plan_signals import signals
from runcoach.domain.activity import RecordedActivity, Source
from runcoach.domain.connection import ConnectionState, Provider
from runcoach.domain.plan import Completion, Goal, Method, PlanDraft, PlanWeek, RunnerProfile
from runcoach.planning.request import IndexEstimate, PlanRequest
from runcoach.planning.review import WeekReview, review_week
from runcoach.planning.signals import flags_of
from runcoach.ports.storage import UnitOfWork

RECENT_WEEKS = 8
LONG_RUN_WINDOW = timedelta(days=30)
LONG_RUN_NEARLY, LONG_FROM_M = 0.85, 10_000
"""A run of nearly the month's longest needs an easy day after it."""

NEW_RUNNER = RunnerProfile(
    available_weekdays=frozenset({1, 3, 5, 6}),
    long_run_weekday=6,
    quality_days_per_week=1,
    max_weekly_distance_m=None,
    method=Method.DANIELS,
    hr_max_bpm=None,
    hr_rest_bpm=None,
    threshold_hr_bpm=None,
    birth_year=None,
    sex=None,
    injury_notes=None,
)
"""Of somebody who told nothing yet: four days, the long run on Sunday, one quality day."""


async def plan_request(
    work: UnitOfWork, *, seed: str, today: date, has_new_goal: bool = False
) -> PlanRequest:
    """Everything the planner looks at, as of `today` (the runner's)."""
    profile = await work.users.profile() or NEW_RUNNER
    runs = await _recent_runs(work, today)
    approved = await work.plans.approved()
    previous = approved.draft if approved else None
    daily = await work.metrics.daily(today - timedelta(days=1), today)
    goals = [goal for goal in await work.users.goals() if goal.status == "active"]
    return PlanRequest(
        seed=seed,
        today=today,
        profile=profile,
        goal=next_goal(goals, today),
        race_index=race_index_of(await work.metrics.profile()),
        recent_weeks_m=weekly_m(runs, today),
        current_week_m=_week_m(runs, _monday(today)),
        longest_run_m=longest_m(runs, today),
        days_since_run=min(((today - run.local_date).days for run in runs), default=None),
        tsb=daily[-1].tsb if daily else None,
        last_hard_day=await _last_hard_day(work, previous, runs, today),
        flags=flags_of(await signals(work, runs, today)),
        previous=previous,
        has_new_goal=has_new_goal,
        review=await _review(work, previous, runs, today),
        locked=tuple(w for w in previous.workouts if w.is_locked and w.day >= today) if previous else (),
    )


def next_goal(goals: Sequence[Goal], today: date) -> Goal | None:
    """The next race, else any other goal."""
    races = [goal for goal in goals if goal.race_date is not None and goal.race_date >= today]
    if races:
        return min(races, key=lambda goal: (goal.race_date or today, str(goal.id)))
    return next((goal for goal in goals if goal.race_date is None), None)


def race_index_of(stored: tuple[date, Mapping[str, Any]] | None) -> IndexEstimate | None:
    """The race index of the fitness profile, with its own day."""
    found = stored[1].get("race_index") if stored else None
    if stored is None or not found or found.get("value") is None:
        return None
    as_of = date.fromisoformat(found["as_of"]) if found.get("as_of") else stored[0]
    return IndexEstimate(float(found["value"]), as_of, "best_effort")


def weekly_m(runs: Sequence[RecordedActivity], today: date) -> tuple[int, ...]:
    """Distance of the last complete weeks, oldest first, beginning with the first one that has a run."""
    mondays = [_monday(today) - timedelta(days=7 * back) for back in range(RECENT_WEEKS, 0, -1)]
    weeks = [_week_m(runs, monday) for monday in mondays]
    first = next((n for n, metres in enumerate(weeks) if metres), len(weeks))
    return tuple(weeks[first:])


async def runs_between(work: UnitOfWork, first: date, last: date) -> list[RecordedActivity]:
    """Runs of those days; Strava-sourced rows do not count."""
    return [run for run in await work.activities.between(first, last) if _counts(run)]


async def sync_is_healthy(work: UnitOfWork) -> bool:
    """Whether a missing run means that nothing was run."""
    connection = await work.connections.get(Provider.GARMIN)
    return connection.state is ConnectionState.CONNECTED


async def _recent_runs(work: UnitOfWork, today: date) -> list[RecordedActivity]:
    """Runs of the last weeks; after a long break, the newest one before."""
    first = _monday(today) - timedelta(days=7 * RECENT_WEEKS)
    found = await runs_between(work, first, today)
    if found:
        return found
    return [run for run in await work.activities.recent(20) if _counts(run)][:1]


async def _review(
    work: UnitOfWork, previous: PlanDraft | None, runs: Sequence[RecordedActivity], today: date
) -> WeekReview | None:
    """Of the week that is over: the last complete one, on a Sunday the one that ends."""
    monday = _monday(today) if today.weekday() == 6 else _monday(today) - timedelta(days=7)
    week, before = _week_of(previous, monday), _week_of(previous, monday - timedelta(days=7))
    if week is None:
        return None
    completions = await work.plans.completions(monday - timedelta(days=7), monday + timedelta(days=6))
    share = _reviewed(before, completions, runs).share if before else None
    return _reviewed(week, completions, runs, share)


def _reviewed(
    week: PlanWeek,
    completions: Sequence[Completion],
    runs: Sequence[RecordedActivity],
    before: float | None = None,
) -> WeekReview:
    last = week.monday + timedelta(days=6)
    own = [run for run in runs if week.monday <= run.local_date <= last]
    return review_week(week, completions, own, before)


def _week_of(draft: PlanDraft | None, monday: date) -> PlanWeek | None:
    return next((week for week in draft.weeks if week.monday == monday), None) if draft else None


async def _last_hard_day(
    work: UnitOfWork, previous: PlanDraft | None, runs: Sequence[RecordedActivity], today: date
) -> date | None:
    """The newest hard workout that was done, or a run of the last days as long as a long run."""
    long_m = LONG_RUN_NEARLY * longest_m(runs, today)
    long_days = [
        run.local_date
        for run in runs
        if (run.distance_m or 0) >= max(long_m, LONG_FROM_M) and 0 <= (today - run.local_date).days <= 2
    ]
    newest_long = max(long_days, default=None)
    if previous is None:
        return newest_long
    done = {
        row.workout_id
        for row in await work.plans.completions(today - timedelta(days=7), today)
        if row.activity_id is not None
    }
    hard = [w.day for w in previous.workouts if w.kind.is_hard and w.id in done]
    return max([*hard, *([newest_long] if newest_long else [])], default=None)


def longest_m(runs: Sequence[RecordedActivity], today: date) -> int:
    """The longest run of the last 30 days."""
    recent = [run for run in runs if run.local_date > today - LONG_RUN_WINDOW]
    return round(max((run.distance_m or 0 for run in recent), default=0))


def _week_m(runs: Sequence[RecordedActivity], monday: date) -> int:
    last = monday + timedelta(days=6)
    return round(sum(run.distance_m or 0 for run in runs if monday <= run.local_date <= last))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _counts(activity: RecordedActivity) -> bool:
    return activity.sport.is_run and activity.source is not Source.STRAVA
