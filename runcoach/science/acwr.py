"""Acute to chronic load: shown as a change of load, never as a risk of injury, and blocks nothing.

Impellizzeri 2020 (10.1007/s40279-020-01378-6): random chronic loads give the same odds. Frandsen 2025
(10.1136/bjsports-2024-109380): in 5205 runners the ratio was inversely related to injury.
"""

from collections.abc import Sequence

import numpy as np

from runcoach.science.known import determined
from runcoach.science.pmc import ewma_series

ACUTE_DAYS, CHRONIC_DAYS = 7, 28


@determined
def acwr_rolling(loads28: Sequence[float], coupled: bool = True) -> float | None:
    """Mean of the last 7 days over the mean of 28 (coupled, at most 4), or of days 8–28 (uncoupled).

    Oldest day first. None with fewer than 28 days, a negative load, or where the chronic load is 0.
    The coupled ratio is the older convention (Gabbett 2016), the uncoupled one that of Lolli 2019. Loads per
    day, no unit in the result.
    """
    if len(loads28) < CHRONIC_DAYS or min(loads28) < 0:
        return None
    window = list(loads28)[-CHRONIC_DAYS:]
    acute = sum(window[-ACUTE_DAYS:]) / ACUTE_DAYS
    before = window if coupled else window[:-ACUTE_DAYS]
    chronic = sum(before) / len(before)
    return acute / chronic if chronic > 0 else None


@determined
def acwr_ewma(loads: Sequence[float]) -> float | None:
    """Ratio of weighted means with λ = 2/(N+1), N = 7 and 28, both seeded with the first load.

    Williams 2017 (10.1136/bjsports-2016-096589). None with fewer than 28 days, a negative load, or
    chronic load 0. Loads per day, no unit in the result.
    """
    if len(loads) < CHRONIC_DAYS or min(loads) < 0:
        return None
    acute, chronic = _seeded(loads, ACUTE_DAYS), _seeded(loads, CHRONIC_DAYS)
    return acute / chronic if chronic > 0 else None


def _seeded(loads: Sequence[float], n_days: int) -> float:
    values = np.asarray(loads, dtype=np.float64)
    return float(ewma_series(values[1:], 2 / (n_days + 1), float(values[0]))[-1])
