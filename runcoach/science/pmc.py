"""Fitness, fatigue and form: exponentially weighted means of daily load.

y(t) = y(t−1) + α (load(t) − y(t−1)). Conventions differ in α: TrainingPeaks 1/N (ours), GoldenCheetah and
intervals.icu 1 − e^(−1/N), Runalyze 2/(N+1). Form is yesterday's fitness minus yesterday's fatigue.
"""

from collections.abc import Sequence
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from runcoach.science.known import determined

type Array = NDArray[np.float64]

CTL_DAYS, ATL_DAYS = 42, 7
CTL_BUILDING_DAYS, ATL_BUILDING_DAYS = 42, 14
"""Before these many days of history the values are still building up from their start."""

STEEP_RAMP_PER_WEEK = 8.0
"""Sustained rises of CTL above 5–8 per week deserve a word."""

_TSB_BANDS = ((25.0, "detraining"), (15.0, "very_fresh"), (-10.0, "neutral"), (-30.0, "productive"))

_BLOCK_DAYS = 256


@determined
def ewma_alpha(n_days: float, method: str = "tp") -> float | None:
    """Weight of the newest day: "tp" 1/N, "exp" 1 − e^(−1/N), "span" 2/(N+1). None for N < 1.

    N in days, no unit. TrainingPeaks; GoldenCheetah and intervals.icu; Runalyze. ValueError for another
    name.
    """
    if n_days < 1:
        return None
    match method:
        case "tp":
            return 1 / n_days
        case "exp":
            return 1 - exp(-1 / n_days)
        case "span":
            return 2 / (n_days + 1)
    raise ValueError(f"unknown method: {method}")


@determined
def ewma(loads: Sequence[float], n_days: float, method: str = "tp", init: float = 0.0) -> float | None:
    """Weighted mean after the last day of `loads`, starting from `init`. No days: `init`.

    One load [load/day] per day, oldest first. None for N < 1 or a day that is not known. As `ewma_alpha`.
    """
    alpha = ewma_alpha(n_days, method)
    if alpha is None:
        return None
    if len(loads) == 0:
        return float(init)
    return float(ewma_series(np.asarray(loads, dtype=np.float64), alpha, init)[-1])


def ewma_series(loads: Array, alpha: float, init: float = 0.0) -> Array:
    """The weighted mean after each day, by blocks: y(k) = (1−α)^k (init + α Σ load(j) / (1−α)^j).

    Blocks keep the powers in range; within a block it is two vector operations. α of 1 follows the load.
    """
    if alpha >= 1:
        return loads.astype(np.float64, copy=True)
    out = np.empty(len(loads), dtype=np.float64)
    block = min(_BLOCK_DAYS, max(1, int(-200 / log(1 - alpha))))
    decay = (1 - alpha) ** np.arange(1, block + 1)
    state = float(init)
    for start in range(0, len(loads), block):
        part = loads[start : start + block]
        powers = decay[: len(part)]
        out[start : start + len(part)] = powers * (state + alpha * np.cumsum(part / powers))
        state = float(out[start + len(part) - 1])
    return out


def pmc_series(
    loads: Array, ctl0: float = 0.0, atl0: float = 0.0, method: str = "tp"
) -> tuple[Array, Array, Array]:
    """CTL, ATL and TSB of each day [load/day] from one load per local calendar day, rest days 0.

    TSB of a day is the CTL minus the ATL of the day before; on the first day ctl0 − atl0.
    """
    ctl_alpha, atl_alpha = ewma_alpha(CTL_DAYS, method), ewma_alpha(ATL_DAYS, method)
    assert ctl_alpha is not None
    assert atl_alpha is not None
    ctl = ewma_series(loads, ctl_alpha, ctl0)
    atl = ewma_series(loads, atl_alpha, atl0)
    tsb = np.empty_like(ctl)
    if len(loads):
        tsb[0] = ctl0 - atl0
        np.subtract(ctl[:-1], atl[:-1], out=tsb[1:])
    return ctl, atl, tsb


@determined
def pmc(
    loads: Sequence[float], method: str = "tp", ctl0: float = 0.0, atl0: float = 0.0
) -> tuple[float, float, float]:
    """CTL, ATL and TSB on the last day of `loads`; without days the start values.

    All in load/day. None where a day is not known. TrainingPeaks, where `method` is not named.
    """
    if len(loads) == 0:
        return float(ctl0), float(atl0), float(ctl0 - atl0)
    ctl, atl, tsb = pmc_series(np.asarray(loads, dtype=np.float64), ctl0, atl0, method)
    return float(ctl[-1]), float(atl[-1]), float(tsb[-1])


@determined
def ramp_rate(ctl_today: float, ctl_7_days_ago: float) -> float:
    """Rise of CTL [load/day] over a week.

    None where one is not known. TrainingPeaks.
    """
    return ctl_today - ctl_7_days_ago


@determined
def rest_days_to_balance(ctl: float, atl: float, method: str = "tp") -> float | None:
    """Days of full rest until form is no longer negative: ln(max(1, CTL)/ATL) / ln((1−α_A)/(1−α_C)).

    0 where form is not negative already. CTL below 1 counts as 1, as in Runalyze. None for negative input.
    CTL and ATL in load/day.
    """
    ctl_alpha, atl_alpha = ewma_alpha(CTL_DAYS, method), ewma_alpha(ATL_DAYS, method)
    if ctl < 0 or atl < 0 or ctl_alpha is None or atl_alpha is None:
        return None
    floor_ctl = max(1.0, ctl)
    if atl <= floor_ctl:
        return 0.0
    return log(floor_ctl / atl) / log((1 - atl_alpha) / (1 - ctl_alpha))


@determined
def balancing_load(ctl: float, atl: float, method: str = "tp") -> float | None:
    """The load today that leaves tomorrow's form at 0: the L with CTL + α_C (L − CTL) = ATL + α_A (L − ATL).

    None where no load ≥ 0 does.
    """
    ctl_alpha, atl_alpha = ewma_alpha(CTL_DAYS, method), ewma_alpha(ATL_DAYS, method)
    if ctl_alpha is None or atl_alpha is None:
        return None
    load = ((1 - ctl_alpha) * ctl - (1 - atl_alpha) * atl) / (atl_alpha - ctl_alpha)
    return load if load >= 0 else None


def tsb_band(tsb: float) -> str:
    """A word for form, on the scale where 100 is an hour at threshold: detraining, very_fresh, neutral,
    productive or overload. Bands at +25, +15, −10 and −30, lower bound inclusive."""
    for bound, word in (
        (25.0, "detraining"),
        (15.0, "very_fresh"),
        (-10.0, "neutral"),
        (-30.0, "productive"),
    ):
        if tsb >= bound:
            return word
    return "overload"
