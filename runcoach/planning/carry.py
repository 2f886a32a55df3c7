"""What of the plan before stays: an approved week does not change without a reason."""

from dataclasses import replace

from runcoach.domain.plan import Phase, PlanWeek
from runcoach.domain.workout import WorkoutKind
from runcoach.planning.methods import PACKS
from runcoach.planning.ramp import ramp_shares
from runcoach.planning.request import NEW_PACES_FROM, PlanRequest
from runcoach.planning.review import cascade
from runcoach.planning.season import phases
from runcoach.planning.volume import DEEP_FATIGUE_TSB
from runcoach.planning.week import renamed


def carried_weeks(request: PlanRequest) -> tuple[PlanWeek, ...]:
    """Weeks of the plan before from the first Monday on, its past days left out; () = start anew."""
    if request.previous is None or not _may_go_on(request):
        return ()
    kept = []
    for week, monday in zip(_upcoming(request), request.mondays, strict=False):
        if week.monday != monday:
            return ()
        days = tuple(w for w in week.workouts if w.day >= request.first_open_day)
        workouts = tuple(renamed(w, request.seed) for w in days)
        total_m = sum(w.estimated_distance_m for w in workouts)
        kept.append(replace(week, workouts=workouts, planned_distance_m=total_m))
    return tuple(kept)


def _upcoming(request: PlanRequest) -> list[PlanWeek]:
    weeks = request.previous.weeks if request.previous else ()
    return [week for week in weeks if week.monday >= request.first_monday]


def _may_go_on(request: PlanRequest) -> bool:
    """No reason to change: same method, paces, phases, days and locks, and nothing that speaks for less."""
    previous = request.previous
    assert previous is not None
    is_calm = not request.flags and (request.tsb is None or request.tsb >= DEEP_FATIGUE_TSB)
    return (
        not request.is_fresh
        and is_calm
        and not ramp_shares(request)
        and cascade(request.review).keeps_plan
        and previous.method is request.profile.method
        and _has_same_paces(request)
        and _has_same_phases(request)
        and _has_same_long_day(request)
        and _has_locks(request)
    )


def _has_same_paces(request: PlanRequest) -> bool:
    previous = request.previous
    assert previous is not None
    had_targets = any(w.kind.is_hard for w in previous.workouts) or _has_pace(request)
    if request.index is None:
        return not had_targets
    return had_targets and abs(previous.race_index - request.index) < NEW_PACES_FROM


def _has_pace(request: PlanRequest) -> bool:
    assert request.previous is not None
    if PACKS[request.previous.method].by_effort:
        return request.index is not None
    return any(
        getattr(segment, "pace", None) is not None
        for workout in request.previous.workouts
        for segment in workout.segments
    )


def _has_same_phases(request: PlanRequest) -> bool:
    """A race that came, moved or went away shows in the phases, and as a race day."""
    upcoming = _upcoming(request)
    planned = phases(request, PACKS[request.profile.method])
    same = all(week.phase is phase for week, phase in zip(upcoming, planned, strict=False))
    races = {w.day for week in upcoming for w in week.workouts if w.kind is WorkoutKind.RACE}
    if request.race_day is None:
        return same and not races and all(week.phase is not Phase.TAPER for week in upcoming)
    in_reach = bool(upcoming) and request.race_day <= upcoming[-1].monday.fromordinal(
        upcoming[-1].monday.toordinal() + 6
    )
    return same and races == ({request.race_day} if in_reach else set())


def _has_same_long_day(request: PlanRequest) -> bool:
    weekday = request.profile.long_run_weekday
    if weekday not in request.profile.available_weekdays:
        return True
    days = {
        w.day.weekday() for week in _upcoming(request) for w in week.workouts if w.kind is WorkoutKind.LONG
    }
    return not days or weekday in days


def _has_locks(request: PlanRequest) -> bool:
    """Every locked workout is in the plan before as it is."""
    there = {(w.day, w.content_hash) for week in _upcoming(request) for w in week.workouts}
    last = max((day for day, _ in there), default=None)
    return all((w.day, w.content_hash) in there for w in request.locked if last is not None and w.day <= last)
