"""Coming back: how much of the usual volume the first weeks hold after a break or an illness."""

from collections.abc import Sequence
from math import ceil
from statistics import mean, median

from runcoach.planning.request import PlanRequest

SHORT_BREAK_DAYS = 5
TYPICAL_WEEKS, LIGHT_WEEK_SHARE = 6, 0.70
"""Looked back on; a week of less than that share of the middle one was a cutback, a race or a cold."""

_HALF, _MOST, _THIRD = 0.50, 0.75, 0.33
_UNWELL = (_HALF, _MOST)


def ramp_shares(request: PlanRequest) -> tuple[float, ...]:
    """Shares of the usual volume, one per week; () = no break. No quality in these weeks.

    Up to 5 days off nothing changes; 6–28: half the break's length at 50 %, then half at 75 %; 4–8 weeks:
    thirds at 33, 50 and 75 %; longer: three weeks each (Daniels, after news.vdoto2.com 2018).
    """
    after_break = _after_break(request.days_since_run or 0)
    if not request.is_unwell:
        return after_break
    return max(_UNWELL, after_break, key=len)


def usual_week_m(request: PlanRequest) -> float:
    """What the runner used to run: the median of the weeks with runs in them. 0 without history."""
    weeks = [distance_m for distance_m in request.recent_weeks_m if distance_m > 0]
    return float(median(weeks)) if weeks else 0.0


def typical_week_m(weeks: Sequence[float]) -> float:
    """What a usual week holds now: the mean of the last six without the light ones.

    Two light weeks at the end are no exception any more: then the mean of the last four counts. 0 = no runs.
    """
    recent = [distance_m for distance_m in weeks[-TYPICAL_WEEKS:] if distance_m > 0]
    if not recent:
        return 0.0
    light_m = LIGHT_WEEK_SHARE * median(recent)
    last = weeks[-2:]
    if len(last) == 2 and max(last) < light_m:
        return sum(weeks[-4:]) / len(weeks[-4:])
    return mean(distance_m for distance_m in recent if distance_m >= light_m)


def _after_break(days_off: int) -> tuple[float, ...]:
    if days_off <= SHORT_BREAK_DAYS:
        return ()
    weeks = ceil(days_off / 7)
    if days_off <= 28:
        first = ceil(weeks / 2)
        return (_HALF,) * first + (_MOST,) * (weeks - first)
    third = ceil(weeks / 3) if days_off <= 56 else 3
    return (_THIRD,) * third + (_HALF,) * third + (_MOST,) * third
