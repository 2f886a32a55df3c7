"""What changes between two plan versions, day by day, and why."""

from dataclasses import dataclass
from datetime import date

from runcoach.domain.plan import Goal, PlanChange, PlanDraft, PlanWeek
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning.ramp import ramp_shares
from runcoach.planning.request import NEW_PACES_FROM, Flag, PlanRequest
from runcoach.planning.review import cascade

CAUSES = (
    "first_plan",
    "illness",
    "fatigue",
    "return",
    "missed",
    "goal_changed",
    "new_paces",
    "moved_availability",
    "cutback",
    "time_passed",
)
"""Each is a key `cause.<name>` in both catalogues."""


@dataclass(frozen=True)
class _Day:
    """A day in both versions; None = that version does not reach it."""

    day: date
    before: PlannedWorkout | None
    after: PlannedWorkout | None


def diff(previous: PlanDraft | None, new: PlanDraft, request: PlanRequest) -> tuple[PlanChange, ...]:
    """Every open day whose content differs, in order. Days that only the plan before has are over."""
    before = {w.day: w for w in previous.workouts} if previous else {}
    days = [_Day(w.day, before.get(w.day), w) for w in new.workouts]
    weeks = {w.day: week for week in new.weeks for w in week.workouts}
    return tuple(
        _change(item, _cause(item, previous, new, weeks[item.day], request))
        for item in days
        if _differs(item)
    )


def _differs(item: _Day) -> bool:
    if item.before is None:
        return item.after is not None and item.after.kind is not WorkoutKind.REST
    return item.after is not None and item.before.content_hash != item.after.content_hash


def _cause(
    item: _Day, previous: PlanDraft | None, new: PlanDraft, week: PlanWeek, request: PlanRequest
) -> str:
    if previous is None:
        return _body(week, request) or "first_plan"
    if item.before is None:
        return "time_passed"
    if request.is_unwell:
        return "illness"
    if _is_tired(request):
        return "fatigue"
    if ramp_shares(request):
        return "return"
    return (
        cascade(request.review).cause
        or _by_request(item, previous, new, request)
        or ("cutback" if week.is_deload else "time_passed")
    )


def _body(week: PlanWeek, request: PlanRequest) -> str | None:
    """What makes a week of a first plan lighter than the runner's usual ones."""
    if week.index < len(ramp_shares(request)):
        return "illness" if request.is_unwell else "return"
    return "fatigue" if week.is_deload and week.index == 0 and _is_tired(request) else None


def _is_tired(request: PlanRequest) -> bool:
    return Flag.FATIGUE in request.flags or (request.tsb is not None and request.tsb < -30)


def _by_request(item: _Day, previous: PlanDraft, new: PlanDraft, request: PlanRequest) -> str | None:
    if request.has_new_goal:
        return "goal_changed"
    if request.previous_goal is not None and not _is_same_goal(request.previous_goal, request.goal):
        return "goal_changed"
    if previous.method is not new.method:
        return "goal_changed"
    if abs(previous.race_index - new.race_index) >= NEW_PACES_FROM:
        return "new_paces"
    is_run = item.before is not None and item.before.kind is not WorkoutKind.REST
    if is_run and item.day.weekday() not in request.profile.available_weekdays:
        return "moved_availability"
    return "moved_availability" if _was_elsewhere(item, previous, request) else None


def _was_elsewhere(item: _Day, previous: PlanDraft, request: PlanRequest) -> bool:
    """The plan before ran on days that the runner no longer has: the others moved with them."""
    lost = [
        w
        for w in previous.workouts
        if w.kind not in {WorkoutKind.REST, WorkoutKind.RACE}
        and w.day >= request.today
        and w.day.weekday() not in request.profile.available_weekdays
    ]
    return bool(lost)


def _is_same_goal(a: Goal, b: Goal | None) -> bool:
    return b is not None and (a.race_date, a.race_distance_m, a.target_time_s) == (
        b.race_date,
        b.race_distance_m,
        b.target_time_s,
    )


def _change(item: _Day, cause: str) -> PlanChange:
    return PlanChange(
        day=item.day,
        cause=cause,
        before_title=item.before.title if item.before else None,
        after_title=item.after.title if item.after else None,
        before_distance_m=item.before.estimated_distance_m if item.before else None,
        after_distance_m=item.after.estimated_distance_m if item.after else None,
    )
