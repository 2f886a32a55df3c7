"""How long each run of a week is, within every limit at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from runcoach.domain.plan import Phase
from runcoach.domain.workout import WorkoutKind
from runcoach.planning.layout import Layout
from runcoach.planning.methods import Session
from runcoach.planning.quality import ZONE_OF, quality_session
from runcoach.planning.request import PlanRequest
from runcoach.planning.sessions import Sketch, Style, easy, long_run, strides, tidy
from runcoach.planning.volume import Progress, WeekTarget
from runcoach.science.planning_caps import (
    LONG_RUN_SHARE,
    LONG_RUN_SHARE_LOW_VOLUME,
    LOW_VOLUME_KM,
    m_run_cap_km,
    quality_cap_km,
)
from runcoach.science.units import HALF_MARATHON_M, MARATHON_M

SPIKE_SHARE, SPIKE_DAYS, FIRST_RUN_M = 1.10, 30, 3000
LONG_S, MARATHON_LONG_S, EASY_S, RECOVERY_S = 150 * 60, 165 * 60, 90 * 60, 55 * 60
SHORTEST_RUN_M = 2000
SHORTEST_S, SHORTEST_MOST_M, SHORTEST_WEEK_SHARE = 25 * 60, 5000, 1 / 6
"""A run of less than 25 minutes is hardly worth the shoes, unless the whole week is small."""

_AFTER_HARD_SHARE, _TOP_UP_M = 0.85, 1500
_MARATHON_LONG_SHARE = 0.35
_FEW_RUNS_SHARE = 1.2
"""With few runs each is a large part of the week: a run may hold 1.2 times an even share."""

_CAP_MARGIN = 0.97
"""Rounding makes weeks a little shorter than asked: caps are taken from a little less."""

_ATTEMPTS = 12
_M_LONG_SHARE, _SHORTEST_M_BLOCK_M, _SHORTEST_STRIDES_M = 0.40, 3000, 5000


@dataclass(frozen=True)
class Limits:
    """What one week's runs may be at most. `with_m`: marathon pace belongs into the long run."""

    run_m: float
    long_s: int
    long_share: float | None
    with_m: bool
    with_strides: bool
    shortest_m: float

    @classmethod
    def of(cls, target: WeekTarget, request: PlanRequest, progress: Progress, style: Style) -> "Limits":
        distance_m = (request.goal.race_distance_m or 0) if request.goal and request.race_day else 0
        is_marathon = distance_m >= MARATHON_M * 0.95
        is_usual = not target.is_deload and not target.is_return
        specific = target.phase in {Phase.BUILD, Phase.PEAK} and is_usual
        run_m = _longest_allowed_m(target, request, progress)
        is_recovering = target.phase is Phase.RECOVERY
        return cls(
            run_m=run_m,
            long_s=MARATHON_LONG_S if is_marathon else LONG_S,
            long_share=_MARATHON_LONG_SHARE if is_marathon else None,
            with_m=specific and distance_m >= HALF_MARATHON_M * 0.95 and target.index % 2 == 1,
            with_strides=style.paces.has_targets and not target.is_return and not is_recovering,
            shortest_m=min(run_m, shortest_run_m(target.target_m, style)),
        )


def shortest_run_m(week_m: float, style: Style) -> float:
    """The least that a run should be: 25 easy minutes, a sixth of a small week, never more than 5 km."""
    least_m = min(style.paces.metres("E", SHORTEST_S), SHORTEST_MOST_M, SHORTEST_WEEK_SHARE * week_m)
    return max(SHORTEST_RUN_M, least_m)


def fill(
    layout: Layout,
    *,
    volume_m: float,
    fixed_m: float,
    fixed_runs: int,
    limits: Limits,
    sessions: tuple[Session, ...],
    style: Style,
) -> Mapping[date, Sketch]:
    """A sketch per run day. Volume is lowered until every share holds at the week's real total."""
    for _ in range(_ATTEMPTS):
        found = _compose(layout, volume_m, fixed_m, fixed_runs, limits, sessions, style)
        total_m = fixed_m + sum(sketch.distance_m for sketch in found.values())
        if _fits(found, total_m, fixed_runs, limits, style):
            return found
        volume_m = min(volume_m * 0.95, total_m - fixed_m)
    return _compose(layout, volume_m, fixed_m, fixed_runs, limits, (), style)


def long_share(total_m: float, runs: int, special: float | None) -> float:
    """Most of the week that one run may be."""
    share = LONG_RUN_SHARE if total_m >= LOW_VOLUME_KM * 1000 else LONG_RUN_SHARE_LOW_VOLUME
    return max(special or share, _FEW_RUNS_SHARE / runs if 0 < runs <= 4 else 0.0)


def _compose(
    layout: Layout,
    volume_m: float,
    fixed_m: float,
    fixed_runs: int,
    limits: Limits,
    sessions: tuple[Session, ...],
    style: Style,
) -> dict[date, Sketch]:
    caps_m = _CAP_MARGIN * (volume_m + fixed_m)
    hard = _hard_sketches(layout, caps_m, volume_m, limits, sessions, style)
    left_m = volume_m - sum(sketch.distance_m for sketch in hard.values())
    easy_days = [day for day in (*layout.easy, *layout.quality) if day not in hard]
    runs = len(hard) + len(easy_days) + (layout.long is not None) + fixed_runs
    most_m = min(limits.run_m, long_share(caps_m, runs, limits.long_share) * caps_m)
    long_m = tidy(min(most_m, left_m, style.paces.metres("E", limits.long_s))) if layout.long else 0
    found = dict(hard)
    if layout.long and long_m >= SHORTEST_RUN_M:
        found[layout.long] = long_run(long_m, style, _m_part(long_m, caps_m, limits, hard, style))
    easy_most_m = min(most_m, long_m or most_m, style.paces.metres("E", EASY_S))
    lengths = _easy_lengths(left_m - long_m, sorted(easy_days), easy_most_m, found, limits, style)
    found.update(_easy_sketches(lengths, found, limits, style))
    return found


def _hard_sketches(
    layout: Layout,
    caps_m: float,
    volume_m: float,
    limits: Limits,
    sessions: tuple[Session, ...],
    style: Style,
) -> dict[date, Sketch]:
    """Quality days; with marathon pace in the long run only the first of them."""
    days = layout.quality[:1] if limits.with_m and layout.long else layout.quality
    found: dict[date, Sketch] = {}
    for day, session in zip(days, sessions, strict=False):
        cap_m = 1000 * (quality_cap_km(ZONE_OF[session], caps_m / 1000) or 0.0)
        cap_m /= 2 if ZONE_OF[session] == "M" else 1
        sketch = quality_session(session, cap_m, style) or _instead(caps_m, style)
        if sketch is not None and sketch.distance_m <= min(limits.run_m, volume_m / 2):
            found[day] = sketch
    return found


def _instead(caps_m: float, style: Style) -> Sketch | None:
    """Where a week is too small for the session: cruise intervals, of which more is allowed."""
    if style.by_effort:
        return None
    return quality_session(Session.CRUISE, 1000 * (quality_cap_km("T", caps_m / 1000) or 0.0), style)


def _easy_lengths(
    left_m: float,
    days: list[date],
    most_m: float,
    hard: Mapping[date, Sketch],
    limits: Limits,
    style: Style,
) -> dict[date, int]:
    """Even lengths, shorter after hard days, then half kilometres more where they fit.

    Days fall away, those after hard days first, while the runs would be too short.
    """
    after_hard = {day + timedelta(days=1) for day in hard}
    kept = sorted(days, key=lambda day: day in after_hard)
    shortest_m = ceil(limits.shortest_m / 100) * 100
    while kept and (most_m < SHORTEST_RUN_M or left_m / len(kept) < min(shortest_m, most_m)):
        kept.pop()
    if not kept:
        return {}
    even_m = min(left_m / len(kept), most_m)
    recovery_m = style.paces.metres("E", RECOVERY_S)
    shares = {day: _AFTER_HARD_SHARE if day in after_hard else 1.0 for day in kept}
    most = {day: min(most_m, recovery_m) if day in after_hard else most_m for day in kept}
    least_m = tidy(min(shortest_m, even_m))
    lengths = {day: max(least_m, tidy(min(even_m * shares[day], most[day]))) for day in kept}
    for day in sorted(kept, key=lambda day: day in after_hard):
        longer_m = min(most[day], lengths[day] + left_m - sum(lengths.values()))
        lengths[day] = max(lengths[day], min(tidy(longer_m), lengths[day] + _TOP_UP_M))
    return lengths


def _easy_sketches(
    lengths: Mapping[date, int], found: Mapping[date, Sketch], limits: Limits, style: Style
) -> dict[date, Sketch]:
    """Easy runs; recovery after hard days, strides on the first that may have them."""
    after_hard = {day + timedelta(days=1) for day in found}
    sketches: dict[date, Sketch] = {}
    needs_strides = limits.with_strides and not style.by_effort
    for day, length_m in sorted(lengths.items()):
        if day in after_hard:
            sketches[day] = easy(length_m, style, "recovery_after_hard", WorkoutKind.RECOVERY)
        elif needs_strides and length_m >= _SHORTEST_STRIDES_M:
            sketches[day] = strides(length_m, style)
            needs_strides = False
        else:
            sketches[day] = easy(length_m, style)
    return sketches


def _m_part(long_m: int, caps_m: float, limits: Limits, hard: Mapping[date, Sketch], style: Style) -> int:
    """Kilometres at marathon pace within the long run; 0 = none."""
    if not limits.with_m or style.by_effort or not style.paces.has_targets or len(hard) > 1:
        return 0
    band = style.paces.ranges["M"]
    cap_m = 1000 * (m_run_cap_km(caps_m / 1000, band.fast_s_per_km) or 0.0)
    part_m = int(min(cap_m, long_m * _M_LONG_SHARE) // 1000) * 1000
    return part_m if part_m >= _SHORTEST_M_BLOCK_M else 0


def _fits(
    found: Mapping[date, Sketch], total_m: float, fixed_runs: int, limits: Limits, style: Style
) -> bool:
    """Every share holds at the real total."""
    runs = len(found) + fixed_runs
    share_m = long_share(total_m, runs, limits.long_share) * total_m
    for sketch in found.values():
        if sketch.zone is None:
            if sketch.distance_m > share_m and runs > 1:
                return False
        elif sketch.work_m > 1000 * (quality_cap_km(sketch.zone, total_m / 1000) or 0.0):
            return False
        if sketch.kind is WorkoutKind.LONG and sketch.distance_m > share_m and runs > 1:
            return False
    return True


def _longest_allowed_m(target: WeekTarget, request: PlanRequest, progress: Progress) -> float:
    """110 % of the longest run of 30 days; without one 3 km, or 30 % of the week when coming back."""
    first = target.monday
    planned = [
        w.estimated_distance_m
        for w in progress.workouts
        if w.kind is not WorkoutKind.RACE and 0 < (first - w.day).days <= SPIKE_DAYS - 6
    ]
    recent = [request.longest_run_m] if (first - request.today).days <= SPIKE_DAYS - 6 else []
    longest_m = max([*planned, *recent], default=0)
    if longest_m <= 0:
        week_m = target.cap_m if target.is_return else 0.0
        return max(float(FIRST_RUN_M), LONG_RUN_SHARE_LOW_VOLUME * week_m)
    return SPIKE_SHARE * max(longest_m, FIRST_RUN_M / SPIKE_SHARE)
