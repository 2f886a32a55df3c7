"""Makes a plan: goes on with the one before where it still fits, else builds every week anew.

Nothing leaves here that the checker, which shares no code with this, has not passed.
"""

from collections.abc import Iterator
from dataclasses import replace

from runcoach.domain.errors import PlanRefused
from runcoach.domain.plan import PlanDraft, PlanWeek
from runcoach.planning.carry import carried_weeks
from runcoach.planning.checker import check_plan
from runcoach.planning.diff import diff
from runcoach.planning.methods import PACKS
from runcoach.planning.paces import paces_of
from runcoach.planning.request import ASSUMED_INDEX, PlanRequest
from runcoach.planning.season import phases
from runcoach.planning.sessions import Style
from runcoach.planning.volume import Progress, WeekTarget, start, target_of
from runcoach.planning.week import Recipe, build_week


def make_plan(request: PlanRequest) -> PlanDraft:
    """Nine weeks that pass every rule. Raises PlanRefused(rule) where no attempt does.

    Attempts, in order: the plan before with its end moved on, all weeks anew, anew without quality days.
    """
    refused = None
    for draft in _attempts(request):
        checks = check_plan(draft, request)
        broken = next((check for check in checks if not check.passed), None)
        if broken is None:
            return replace(draft, checks=checks, changes=diff(request.previous, draft, request))
        refused = refused or broken.rule
    raise PlanRefused(rule=refused)


def _attempts(request: PlanRequest) -> Iterator[PlanDraft]:
    carried = carried_weeks(request)
    if carried:
        yield _draft(request, carried)
        if carried[0].monday < request.first_open_day:
            yield _draft(request, carried[:1])
    yield _draft(request, ())
    calm = replace(request.profile, quality_days_per_week=0)
    yield _draft(replace(request, profile=calm), ())


def _draft(request: PlanRequest, carried: tuple[PlanWeek, ...]) -> PlanDraft:
    recipe = _recipe(request, carried)
    progress = start(request)
    weeks: list[PlanWeek] = []
    plan_phases = phases(request, recipe.pack)
    for index, monday in enumerate(request.mondays):
        run_before_m = float(request.current_week_m) if monday < request.first_open_day else 0.0
        target = target_of(index, monday, plan_phases[index], request, recipe.pack, progress)
        if index < len(carried):
            target = replace(target, phase=carried[index].phase, is_deload=carried[index].is_deload)
            week = replace(carried[index], index=index, cap_distance_m=round(target.cap_m))
        else:
            week = build_week(recipe, target, progress, run_before_m)
        weeks.append(week)
        progress = _after(progress, target, week, request, run_before_m)
    return PlanDraft(
        method=request.profile.method,
        start=request.first_monday,
        end=request.last_day,
        race_index=_index(request, carried),
        weeks=tuple(weeks),
        checks=(),
        changes=(),
    )


def _after(
    progress: Progress, target: WeekTarget, week: PlanWeek, request: PlanRequest, run_before_m: float
) -> Progress:
    return progress.after(target, week, request, run_before_m=run_before_m, is_full=len(week.workouts) == 7)


def _recipe(request: PlanRequest, carried: tuple[PlanWeek, ...]) -> Recipe:
    pack = PACKS[request.profile.method]
    paces = paces_of(_index(request, carried), has_targets=request.index is not None)
    return Recipe(request, pack, Style(paces=paces, by_effort=pack.by_effort))


def _index(request: PlanRequest, carried: tuple[PlanWeek, ...]) -> float:
    """A plan that goes on keeps its paces."""
    if carried and request.previous is not None:
        return request.previous.race_index
    return request.index if request.index is not None else ASSUMED_INDEX
