"""What each week is for: phases counted back from the race, or in turns without one."""

from collections.abc import Sequence
from datetime import date

from runcoach.domain.plan import Phase
from runcoach.planning.methods import MethodPack
from runcoach.planning.request import PlanRequest
from runcoach.science.planning_caps import TAPER_CUTS
from runcoach.science.units import HALF_MARATHON_M, MARATHON_M, monday_of

TURN_WEEKS = 4
"""Without a race, base, build and peak take turns of four weeks each."""

_TURNS = {Phase.BASE: Phase.BUILD, Phase.BUILD: Phase.PEAK, Phase.PEAK: Phase.BASE}
_MARATHON_TAPER = tuple(1 - cut for cut in TAPER_CUTS)
_MIDDLE_TAPER, _SHORT_TAPER = (0.75, 0.50), (0.60,)
_MIDDLE_FROM_M = 8000


def taper_shares(race_distance_m: float) -> tuple[float, ...]:
    """What each taper week keeps of the peak; the last one is the race week, without the race.

    Marathon and longer three weeks, from 8 km two, shorter one. Bosquet 2007: −41…60 % in the end.
    """
    if race_distance_m >= MARATHON_M * 0.95:
        return _MARATHON_TAPER
    return _MIDDLE_TAPER if race_distance_m >= _MIDDLE_FROM_M else _SHORT_TAPER


def recovery_shares(race_distance_m: float) -> tuple[float, ...]:
    """What the weeks after a race keep of the peak, all easy."""
    if race_distance_m >= MARATHON_M * 0.95:
        return (0.35, 0.60)
    return (0.50, 0.75) if race_distance_m >= HALF_MARATHON_M * 0.95 else (0.70,)


def weeks_to_race(monday: date, race_day: date) -> int:
    """0 = race week; negative after it."""
    return (monday_of(race_day) - monday).days // 7


def phases(request: PlanRequest, pack: MethodPack) -> tuple[Phase, ...]:
    """Phase of each of the nine weeks."""
    found: list[Phase] = []
    for monday in request.mondays:
        phase = _race_phase(monday, request, pack) or _turn_before(monday, request)
        found.append(phase or _next_turn(_before(request, found)))
    return tuple(found)


def race_share(monday: date, request: PlanRequest) -> float | None:
    """Share of the peak that a taper or recovery week keeps; None in any other week."""
    if request.season_race_day is None or request.goal is None or request.goal.race_distance_m is None:
        return None
    weeks, distance_m = weeks_to_race(monday, request.season_race_day), request.goal.race_distance_m
    taper, recovery = taper_shares(distance_m), recovery_shares(distance_m)
    if 0 <= weeks < len(taper):
        return taper[len(taper) - 1 - weeks]
    return recovery[-weeks - 1] if -len(recovery) <= weeks < 0 else None


def _race_phase(monday: date, request: PlanRequest, pack: MethodPack) -> Phase | None:
    if request.season_race_day is None or request.goal is None or request.goal.race_distance_m is None:
        return None
    weeks, distance_m = weeks_to_race(monday, request.season_race_day), request.goal.race_distance_m
    if weeks < 0:
        return Phase.RECOVERY if -weeks <= len(recovery_shares(distance_m)) else None
    bounds = (
        (len(taper_shares(distance_m)), Phase.TAPER),
        (pack.peak_weeks, Phase.PEAK),
        (pack.build_weeks, Phase.BUILD),
    )
    for length, phase in bounds:
        if weeks < length:
            return phase
        weeks -= length
    return Phase.BASE


def _turn_before(monday: date, request: PlanRequest) -> Phase | None:
    """The turn that the plan before gave this week."""
    weeks = request.previous.weeks if request.previous else ()
    return next((week.phase for week in weeks if week.monday == monday and week.phase in _TURNS), None)


def _before(request: PlanRequest, found: list[Phase]) -> list[Phase]:
    """Phases of the weeks before, from the plan before and from this one."""
    if request.previous is None:
        return found
    earlier = [week.phase for week in request.previous.weeks if week.monday < request.first_monday]
    return earlier + found


def _next_turn(before: Sequence[Phase]) -> Phase:
    if not before or before[-1] not in _TURNS:
        return Phase.BASE
    last = before[-1]
    run = next((n for n, phase in enumerate(reversed(before)) if phase is not last), len(before))
    return last if run < TURN_WEEKS else _TURNS[last]
