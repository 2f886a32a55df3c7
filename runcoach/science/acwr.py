"""Acute to chronic load: shown as a change of load, never as a risk of injury, and blocks nothing.

Impellizzeri 2020 (10.1007/s40279-020-01378-6): random chronic loads give the same odds. Frandsen 2025
(10.1136/bjsports-2024-109380): in 5205 runners the ratio was inversely related to injury.
"""

from collections.abc import Sequence

from runcoach.science.pmc import ewma_alpha

ACUTE_DAYS, CHRONIC_DAYS = 7, 28


def acwr_rolling(loads28: Sequence[float], coupled: bool = True) -> float | None:
    """Mean of the last 7 days over the mean of 28 (coupled, at most 4), or of days 8–28 (uncoupled).

    Oldest day first. None with fewer than 28 days, or where the chronic load is 0.
    """
    if len(loads28) < CHRONIC_DAYS:
        return None
    window = list(loads28)[-CHRONIC_DAYS:]
    acute = sum(window[-ACUTE_DAYS:]) / ACUTE_DAYS
    before = window if coupled else window[:-ACUTE_DAYS]
    chronic = sum(before) / len(before)
    return acute / chronic if chronic > 0 else None


def acwr_ewma(loads: Sequence[float]) -> float | None:
    """Ratio of weighted means with λ = 2/(N+1), N = 7 and 28, both seeded with the first load.

    Williams 2017 (10.1136/bjsports-2016-096589). None with fewer than 28 days, or chronic load 0.
    """
    if len(loads) < CHRONIC_DAYS:
        return None
    acute, chronic = _seeded(loads, ACUTE_DAYS), _seeded(loads, CHRONIC_DAYS)
    return acute / chronic if chronic > 0 else None


def _seeded(loads: Sequence[float], n_days: int) -> float:
    weight = ewma_alpha(n_days, "span") or 1.0
    value = float(loads[0])
    for load in loads[1:]:
        value += weight * (load - value)
    return value
