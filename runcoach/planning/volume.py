"""How much each week may hold, one week after the other."""

from dataclasses import dataclass, replace
from datetime import date

from runcoach.domain.plan import Phase, PlanWeek
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning.methods import MethodPack
from runcoach.planning.ramp import ramp_shares, typical_week_m, usual_week_m
from runcoach.planning.request import Flag, PlanRequest
from runcoach.planning.review import cascade
from runcoach.planning.season import race_share

HIGH_VOLUME_M, RISE_SHARE = 30_000, 0.10
LOW_RISE_SHARE, LOW_RISE_M = 0.20, 3_000
LOW_GROWTH = 0.10
"""From little, a week may grow by more than a method says for those who run much."""

STARTER_WEEK_M = 9_000
"""Without history: three runs of three kilometres."""

SMALLEST_WEEK_M = 6_000
"""Who runs less than that is asked for two short runs a week."""

BUILDING_WEEKS = 3
LIGHT_SHARE = 0.85
"""A week of four is lighter when it holds at most this share of the largest."""

DEEP_FATIGUE_TSB = -30.0
_NEARLY = 0.85


@dataclass(frozen=True)
class WeekTarget:
    """What a week is for and how far it may go. `is_return`: after a break, no quality."""

    index: int
    monday: date
    phase: Phase
    is_deload: bool
    is_return: bool
    target_m: float
    cap_m: float
    max_quality: int


@dataclass(frozen=True)
class Progress:
    """The weeks so far, races left out: `done_m` with history, `planned_m` whole planned weeks only.

    `building`: how many weeks in a row, the newest last, were no lighter ones and no return.
    """

    done_m: tuple[float, ...]
    planned_m: tuple[float, ...] = ()
    level_m: float = 0.0
    building: int = 0
    workouts: tuple[PlannedWorkout, ...] = ()

    def after(
        self, target: WeekTarget, week: PlanWeek, request: PlanRequest, *, run_before_m: float, is_full: bool
    ) -> "Progress":
        """With one more week; `run_before_m` is what its days before the plan held."""
        total_m = run_before_m + sum(
            w.estimated_distance_m for w in week.workouts if w.kind is not WorkoutKind.RACE
        )
        counted_m = request.counted_m(week.monday, total_m) if not is_full else total_m
        is_normal = not target.is_deload and target.phase not in {Phase.TAPER, Phase.RECOVERY}
        # Rounding makes weeks a little shorter than asked for; that must not add up to a plan that sinks.
        level_m = max(total_m, target.target_m) if total_m >= _NEARLY * target.target_m else total_m
        return replace(
            self,
            done_m=(*self.done_m, counted_m),
            planned_m=(*self.planned_m, total_m) if is_full else self.planned_m,
            level_m=level_m if is_normal and is_full else self.level_m,
            building=self._building(is_normal and not target.is_return) if is_full else self.building,
            workouts=(*self.workouts, *week.workouts),
        )

    def _building(self, is_building: bool) -> int:
        return self.building + 1 if is_building else 0


def start(request: PlanRequest) -> Progress:
    """Where the runner stands: a usual week, or last week where that was more, within 10 %."""
    recent = request.reference_weeks_m
    typical_m = typical_week_m(recent)
    level_m = min(max(typical_m, recent[-1] if recent else 0.0), typical_m * (1 + RISE_SHARE))
    level_m *= cascade(request.review).volume_share if request.review else 1.0
    if ramp_shares(request):
        level_m = min(level_m or STARTER_WEEK_M, usual_week_m(request))
    return Progress(
        done_m=recent,
        planned_m=_planned_before(request, recent),
        level_m=max(level_m, 0.0),
        building=_building_before(request),
    )


def target_of(
    index: int, monday: date, phase: Phase, request: PlanRequest, pack: MethodPack, progress: Progress
) -> WeekTarget:
    """Ramp, taper and recovery, deload, or a little more than before; never above the cap."""
    shares = ramp_shares(request)
    in_ramp = index < len(shares)
    cap_m = _ramp_cap_m(shares[index], request) if in_ramp else weekly_cap_m(progress.done_m)
    cap_m = min(cap_m, request.profile.max_weekly_distance_m or cap_m)
    deload = _needs_deload(index, request, progress)
    wanted_m = _wanted_m(monday, phase, request, pack, progress)
    if in_ramp and race_share(monday, request) is None:
        wanted_m = cap_m
    if deload:
        wanted_m = min(wanted_m, pack.deload_share * _largest(progress))
    quality = 0 if in_ramp or phase is Phase.RECOVERY else request.profile.quality_days_per_week
    return WeekTarget(
        index=index,
        monday=monday,
        phase=phase,
        is_deload=deload,
        is_return=in_ramp,
        target_m=min(wanted_m, cap_m),
        cap_m=cap_m,
        max_quality=min(quality, 1) if deload else quality,
    )


def weekly_cap_m(done_m: tuple[float, ...]) -> float:
    """Most that the next week may hold: +10 % from 30 km on, below +20 % and at most 3 km.

    The reference is last week or the mean of four, whichever is more.
    """
    reference_m = max((done_m[-1], sum(done_m[-4:]) / 4)) if done_m else 0.0
    if reference_m >= HIGH_VOLUME_M:
        return reference_m * (1 + RISE_SHARE)
    return max(STARTER_WEEK_M, reference_m + min(LOW_RISE_M, LOW_RISE_SHARE * reference_m))


def _wanted_m(
    monday: date, phase: Phase, request: PlanRequest, pack: MethodPack, progress: Progress
) -> float:
    share = race_share(monday, request)
    if share is not None:
        return share * max(progress.done_m[-4:], default=progress.level_m)
    if progress.level_m <= 0:
        return STARTER_WEEK_M
    usual_m = usual_week_m(request)
    if progress.level_m < usual_m * 0.9 and ramp_shares(request):
        return usual_m
    steps = pack.growth if progress.level_m >= HIGH_VOLUME_M else max(pack.growth, LOW_GROWTH)
    growth = steps if progress.planned_m else 0.0
    return max(SMALLEST_WEEK_M, progress.level_m * (1 + growth))


def _ramp_cap_m(share: float, request: PlanRequest) -> float:
    return share * max(usual_week_m(request), STARTER_WEEK_M)


def _needs_deload(index: int, request: PlanRequest, progress: Progress) -> bool:
    """After three weeks of building or of much the same, and at once where fatigue is deep."""
    if index == 0 and _is_tired(request) and progress.done_m and not request.is_unwell:
        return True
    if progress.building >= BUILDING_WEEKS:
        return True
    last = progress.planned_m[-3:]
    return len(last) == 3 and min(last) > LIGHT_SHARE * max(last)


def _is_tired(request: PlanRequest) -> bool:
    return Flag.FATIGUE in request.flags or (request.tsb is not None and request.tsb < DEEP_FATIGUE_TSB)


def _largest(progress: Progress) -> float:
    return max((*progress.planned_m[-3:], *progress.done_m[-1:]), default=STARTER_WEEK_M)


def _planned_before(request: PlanRequest, recent: tuple[float, ...]) -> tuple[float, ...]:
    """The weeks of the plan before that are over, as they were run: its deload rhythm goes on."""
    if request.previous is None:
        return ()
    over = sum(1 for week in request.previous.weeks if week.monday < request.first_monday)
    return recent[-over:] if 0 < over <= 3 else recent[-3:] if over else ()


def _building_before(request: PlanRequest) -> int:
    """So many weeks that the lighter one comes when the plan before has it."""
    weeks = request.previous.weeks if request.previous else ()
    upcoming = [week for week in weeks if week.monday >= request.first_monday]
    until = next((n for n, week in enumerate(upcoming) if week.is_deload), BUILDING_WEEKS)
    return max(0, BUILDING_WEEKS - until)
