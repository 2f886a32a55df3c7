"""One week: its days, its sessions, and their lengths."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from runcoach.domain.plan import Phase, PlanWeek
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning.layout import Layout, lay_out, run_days_for
from runcoach.planning.lengths import Limits, fill, shortest_run_m
from runcoach.planning.methods import MethodPack, Session
from runcoach.planning.request import PlanRequest
from runcoach.planning.sessions import REST, Sketch, Style, race
from runcoach.planning.volume import Progress, WeekTarget
from runcoach.science.units import HALF_MARATHON_M, MARATHON_M

NAMESPACE = UUID("6f2c1c0e-8a55-5b0e-9a53-1f0f6a3f7d11")
UNWELL_REST_DAYS = 3
_RACE_NAMES = ((MARATHON_M, "Marathon"), (HALF_MARATHON_M, "Half"))


@dataclass(frozen=True)
class Recipe:
    """What every week of a plan is made with."""

    request: PlanRequest
    pack: MethodPack
    style: Style


def build_week(recipe: Recipe, target: WeekTarget, progress: Progress, run_before_m: float) -> PlanWeek:
    """The week's days from the first open one on; `run_before_m` was run on the days before."""
    request = recipe.request
    days = [d for d in _week_days(target.monday) if d >= request.first_open_day]
    fixed = _fixed(recipe, days)
    open_days = tuple(d for d in days if _is_open(d, request) and d not in fixed)
    fixed_m = sum(s.estimated_distance_m for s in fixed.values() if s.kind is not WorkoutKind.RACE)
    volume_m = max(0.0, _share_of_week(target, len(days), run_before_m) - fixed_m)
    layout = _layout(recipe, target, progress, open_days, fixed, volume_m, is_full=len(days) == 7)
    sketches = fill(
        layout,
        volume_m=volume_m,
        fixed_m=fixed_m,
        fixed_runs=sum(w.kind not in {WorkoutKind.REST, WorkoutKind.RACE} for w in fixed.values()),
        limits=Limits.of(target, request, progress, recipe.style),
        sessions=_sessions(recipe, target),
        style=recipe.style,
    )
    workouts = tuple(
        renamed(fixed[d], request.seed) if d in fixed else workout_on(d, sketches.get(d, REST), request.seed)
        for d in days
    )
    return as_week(target, workouts)


def as_week(target: WeekTarget, workouts: tuple[PlannedWorkout, ...]) -> PlanWeek:
    """The domain's week."""
    return PlanWeek(
        index=target.index,
        monday=target.monday,
        phase=target.phase,
        is_deload=target.is_deload,
        planned_distance_m=sum(w.estimated_distance_m for w in workouts),
        cap_distance_m=round(target.cap_m),
        workouts=workouts,
    )


def workout_on(day: date, sketch: Sketch, seed: str) -> PlannedWorkout:
    """The sketch on its day; the id follows from seed, day and content."""
    workout = PlannedWorkout(
        id=NAMESPACE,
        day=day,
        kind=sketch.kind,
        title=sketch.title,
        segments=sketch.segments,
        estimated_duration_s=sketch.duration_s,
        estimated_distance_m=sketch.distance_m,
        reason_key=f"workout.reason.{sketch.reason}",
    )
    return renamed(workout, seed)


def renamed(workout: PlannedWorkout, seed: str) -> PlannedWorkout:
    """The same workout as part of the plan version that `seed` names."""
    name = f"{seed}|{workout.day.isoformat()}|{workout.content_hash}"
    return replace(workout, id=uuid5(NAMESPACE, name))


def _week_days(monday: date) -> list[date]:
    return [monday + timedelta(days=offset) for offset in range(7)]


def _is_open(day: date, request: PlanRequest) -> bool:
    """Available, not the eve of the race or its week after, and not a day to get well on."""
    rest_until = request.today + timedelta(days=UNWELL_REST_DAYS)
    if request.is_unwell and day < rest_until:
        return False
    race_day = request.race_day
    near_race = race_day is not None and -1 <= (day - race_day).days <= 2
    return day.weekday() in request.profile.available_weekdays and not near_race


def _fixed(recipe: Recipe, days: list[date]) -> dict[date, PlannedWorkout]:
    """Locked workouts and the race; a lock on race day stays."""
    request = recipe.request
    fixed = {w.day: replace(w, is_locked=True) for w in request.locked if w.day in days}
    goal, race_day = request.goal, request.race_day
    if race_day in days and race_day not in fixed and goal is not None and goal.race_distance_m:
        name = next((text for m, text in _RACE_NAMES if abs(goal.race_distance_m / m - 1) < 0.01), None)
        sketch = race(
            goal.race_distance_m,
            recipe.style,
            goal.target_time_s,
            name or f"{round(goal.race_distance_m / 1000, 1):g}km",
        )
        fixed[race_day] = workout_on(race_day, sketch, request.seed)
    return fixed


def _share_of_week(target: WeekTarget, days: int, run_before_m: float) -> float:
    """The rest of a week holds what is left, and not more than its days' part."""
    if days == 7:
        return target.target_m
    return max(0.0, min(target.target_m - run_before_m, target.target_m * days / 7))


def _layout(
    recipe: Recipe,
    target: WeekTarget,
    progress: Progress,
    open_days: tuple[date, ...],
    fixed: dict[date, PlannedWorkout],
    volume_m: float,
    *,
    is_full: bool,
) -> Layout:
    request = recipe.request
    shortest_m = shortest_run_m(target.target_m, recipe.style)
    is_race_week = any(w.kind is WorkoutKind.RACE for w in fixed.values())
    is_rated = request.index is not None
    return lay_out(
        request,
        open_days,
        run_days=run_days_for(volume_m, len(open_days), shortest_m),
        quality_days=_quality_days(request, target) if is_full and is_rated else 0,
        wants_long=is_full and not is_race_week and target.phase is not Phase.RECOVERY,
        hard=_hard_days(request, progress),
        fixed=_runs(fixed),
    )


QUALITY_FROM_M, SECOND_QUALITY_FROM_M, SECOND_QUALITY_FROM_INDEX = 15_000, 30_000, 35.0


def _quality_days(request: PlanRequest, target: WeekTarget) -> int:
    """None for small weeks, one for slower or lower-volume runners, locked ones counted."""
    locked = sum(
        w.kind.is_hard and target.monday <= w.day < target.monday + timedelta(days=7) for w in request.locked
    )
    if target.target_m < QUALITY_FROM_M or len([m for m in request.recent_weeks_m if m > 0]) < 4:
        return 0
    is_ready = target.target_m >= SECOND_QUALITY_FROM_M and (request.index or 0) >= SECOND_QUALITY_FROM_INDEX
    return max(0, min(target.max_quality, 2 if is_ready else 1) - locked)


def _hard_days(request: PlanRequest, progress: Progress) -> set[date]:
    """Days that are hard already: run, planned, locked, and the race with the days around it."""
    known = [*request.locked, *progress.workouts]
    hard = {w.day for w in known if w.kind.is_hard or w.kind is WorkoutKind.LONG}
    if request.last_hard_day is not None:
        hard.add(request.last_hard_day)
    hard |= _long_days_before(request)
    if request.race_day is not None:
        distance_m = (request.goal.race_distance_m or 0) if request.goal else 0
        after = (2, 4, 6) if distance_m >= HALF_MARATHON_M * 0.95 else ()
        hard |= {request.race_day + timedelta(days=days) for days in (-2, 0, *after)}
    return hard


def _long_days_before(request: PlanRequest) -> set[date]:
    """The runner's long run of this week, which is still to come before the plan begins."""
    days = {request.today + timedelta(days=n) for n in range((request.first_monday - request.today).days)}
    weekday = request.profile.long_run_weekday
    is_runner = weekday in request.profile.available_weekdays and any(request.recent_weeks_m)
    return {day for day in days if day.weekday() == weekday} if is_runner else set()


def _runs(fixed: dict[date, PlannedWorkout]) -> int:
    return sum(w.kind is not WorkoutKind.REST for w in fixed.values())


def _sessions(recipe: Recipe, target: WeekTarget) -> tuple[Session, ...]:
    """This week's session for the first and the second quality day."""
    slots = recipe.pack.quality[target.phase]
    turn = target.monday.toordinal() // 7
    return tuple(rotation[turn % len(rotation)] for rotation in slots if rotation)
