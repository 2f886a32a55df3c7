"""The race-equivalent index: how fast a race was, on a scale that compares distances.

Daniels & Gilbert 1979 put two curves together: the oxygen cost of a speed, and the share of the maximum that
can be held for a time. Functions that the shared vectors name after the trademark keep that name; everything
a runner sees says "race index".

Valid for all-out efforts of about 3.5 min to 5 h; tables cover 1500 m to marathon, index 30 to 85.
"""

from math import exp, sqrt

from runcoach.science.known import determined
from runcoach.science.units import MARATHON_M, MILE_M

COST_CONST, COST_LINEAR, COST_SQUARE = -4.60, 0.182258, 0.000104
"""Oxygen cost [ml/kg/min] of v [m/min]; Runalyze's 0.182253 differs by less than 0.002 ml/kg/min."""

MIN_SPEED_M_MIN, MAX_SPEED_M_MIN = 50.0, 1000.0
"""Speeds outside are not running results (the range that Runalyze accepts)."""

THRESHOLD_SHARE, INTERVAL_SHARE = 0.880, 0.975
EASY_SLOW_SHARE, EASY_FAST_SHARE = 0.630, 0.735
"""Shares of the index run at T, I and E; fitted on Table 5.2 of Daniels' Running Formula, 3rd ed. (T and I
within 1 s/km over 30–85, E within 5 s/km)."""

ZONES = ("E", "E_slow", "E_fast", "M", "T", "I", "R")

_BREAK_GRACE_DAYS = 5


@determined
def vo2_cost(v_m_min: float) -> float | None:
    """Oxygen cost [ml/kg/min] of running at v [m/min]: −4.60 + 0.182258 v + 0.000104 v².

    None below about 25 m/min, where the fit says that running costs nothing. Daniels & Gilbert 1979.
    """
    cost = COST_CONST + COST_LINEAR * v_m_min + COST_SQUARE * v_m_min * v_m_min
    return cost if v_m_min > 0 and cost > 0 else None


@determined
def frac_vo2max(t_min: float) -> float | None:
    """Share of VO2max that can be held for t [min].

    0.8 + 0.1894393 e^(−0.012778 t) + 0.2989558 e^(−0.1932605 t).

    Above 1 for t below about 11 min, by intention; 0.8 in the limit. None for t ≤ 0. Daniels & Gilbert 1979.
    """
    if t_min <= 0:
        return None
    return 0.8 + 0.1894393 * exp(-0.012778 * t_min) + 0.2989558 * exp(-0.1932605 * t_min)


@determined
def velocity_from_vo2(vo2: float) -> float | None:
    """Speed [m/min] whose oxygen cost is `vo2` [ml/kg/min]: the positive root of the cost equation.

    None for vo2 ≤ 0. Daniels & Gilbert 1979.
    """
    if vo2 <= 0:
        return None
    discriminant = COST_LINEAR * COST_LINEAR + 4 * COST_SQUARE * (vo2 - COST_CONST)
    return (sqrt(discriminant) - COST_LINEAR) / (2 * COST_SQUARE)


@determined
def vdot_from_race(distance_m: float, time_s: float) -> float | None:
    """Race index [ml/kg/min] of an all-out effort: VO2(d/t) / F(t).

    Use elapsed time and the official distance. None where distance or time is not positive, or the speed is
    outside 50–1000 m/min. Daniels & Gilbert 1979.
    """
    if distance_m <= 0 or time_s <= 0:
        return None
    t_min = time_s / 60
    v_m_min = distance_m / t_min
    if not MIN_SPEED_M_MIN <= v_m_min <= MAX_SPEED_M_MIN:
        return None
    cost, share = vo2_cost(v_m_min), frac_vo2max(t_min)
    return cost / share if cost is not None and share is not None else None


@determined
def race_time_s(vdot: float, distance_m: float) -> float | None:
    """Time [s] over `distance_m` [m] that has this race index: the root of VO2(d/t) = index · F(t).

    Faster times have a higher index throughout the speeds 50–1000 m/min, so bisection finds the one root.
    None where the index or the distance is not positive, or the root is outside those speeds. Daniels &
    Gilbert 1979; the tables of Daniels' Running Formula (3rd ed.) round it.
    """
    if vdot <= 0 or distance_m <= 0:
        return None
    fast_s, slow_s = distance_m / MAX_SPEED_M_MIN * 60, distance_m / MIN_SPEED_M_MIN * 60
    if not (_index(distance_m, slow_s) <= vdot <= _index(distance_m, fast_s)):
        return None
    while slow_s - fast_s > 1e-9 * slow_s:
        middle_s = (fast_s + slow_s) / 2
        if _index(distance_m, middle_s) > vdot:
            fast_s = middle_s
        else:
            slow_s = middle_s
    return (fast_s + slow_s) / 2


@determined
def threshold_speed_m_s(vdot: float) -> float | None:
    """Speed [m/s] of an hour's race at this index: the cost is index · F(60 min). None for ≤ 0."""
    share = frac_vo2max(60)
    v_m_min = velocity_from_vo2(vdot * share) if share is not None else None
    return v_m_min / 60 if v_m_min is not None else None


@determined
def training_pace_s_per_km(vdot: float, zone: str) -> float | None:
    """Training pace [s/km] of a zone: E, E_slow, E_fast, M, T, I or R.

    T and I are 88 % and 97.5 % of the index through the cost equation, E is 63 % (slow) to 73.5 % (fast) and
    as one number the middle of the band; M is the equivalent marathon pace, R the equivalent mile pace.
    Below index 45 tables give a slower M: see `novice_marathon_offset_s_per_km`. None for index ≤ 0. Shares
    fitted on Table 5.2 of Daniels' Running Formula, 3rd ed. ValueError for another zone.
    """
    if zone not in ZONES:
        raise ValueError(f"unknown zone: {zone}")
    if vdot <= 0:
        return None
    if zone in {"M", "R"}:
        distance_m = MARATHON_M if zone == "M" else MILE_M
        time_s = race_time_s(vdot, distance_m)
        return time_s / distance_m * 1000 if time_s is not None else None
    return _pace_at(vdot * _SHARES[zone])


def novice_marathon_offset_s_per_km(vdot: float) -> float:
    """Seconds per km to add to M for slower runners: 11 at index 30, 8 at 33, 6 at 35, 2.5 at 40, 0 from 45.

    The printed table (Daniels, 3rd ed., Table 5.2) is slower there than the equivalent race pace.
    """
    steps = ((30.0, 11.0), (33.0, 8.0), (35.0, 6.0), (39.0, 3.5), (40.0, 2.5), (45.0, 0.0))
    if vdot <= steps[0][0]:
        return steps[0][1]
    for (low, at_low), (high, at_high) in zip(steps, steps[1:], strict=False):
        if vdot <= high:
            return at_low + (at_high - at_low) * (vdot - low) / (high - low)
    return 0.0


@determined
def vdot_after_break(vdot: float, days_off: float, cross_trained: bool = False) -> float | None:
    """Race index after `days_off` days without running.

    Days beyond the fifth cost 0.3 % each down to 80 %, with cross-training 0.15 % each down to 90 %
    (exactly the lines through the V.O2 table of 2018; its 0.994 at 42 days is a misprint for 0.944).
    None for index ≤ 0; a negative break counts as none.
    """
    if vdot <= 0:
        return None
    per_day, floor = (0.0015, 0.90) if cross_trained else (0.003, 0.80)
    return vdot * max(floor, 1 - per_day * max(0.0, days_off - _BREAK_GRACE_DAYS))


@determined
def vdot_weight_adjust(vdot: float, old_kg: float, new_kg: float) -> float | None:
    """Race index after a change of weight: index · old/new. Apply before `vdot_after_break`.

    Weights in kg. None where a value is not positive. V.O2 (vdoto2.com) 2018.
    """
    if vdot <= 0 or old_kg <= 0 or new_kg <= 0:
        return None
    return vdot * old_kg / new_kg


_SHARES = {
    "E": (EASY_SLOW_SHARE + EASY_FAST_SHARE) / 2,
    "E_slow": EASY_SLOW_SHARE,
    "E_fast": EASY_FAST_SHARE,
    "T": THRESHOLD_SHARE,
    "I": INTERVAL_SHARE,
}


def _pace_at(vo2: float) -> float | None:
    v_m_min = velocity_from_vo2(vo2)
    return 60_000 / v_m_min if v_m_min else None


def _index(distance_m: float, time_s: float) -> float:
    t_min = time_s / 60
    v_m_min = distance_m / t_min
    cost = COST_CONST + COST_LINEAR * v_m_min + COST_SQUARE * v_m_min * v_m_min
    return cost / (0.8 + 0.1894393 * exp(-0.012778 * t_min) + 0.2989558 * exp(-0.1932605 * t_min))
