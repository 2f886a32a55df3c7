"""Heart-rate variability: from beats to a baseline to a word.

Never mix sources in one baseline: a night's average and a morning minute are different series.
"""

from collections.abc import Sequence
from datetime import date
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.figures import Figure, Reason
from runcoach.science.definitions import figure, missing
from runcoach.science.known import determined

SHORTEST_RR_MS, LONGEST_RR_MS = 300.0, 2000.0
LARGEST_DEVIATION = 0.25
MOST_ARTEFACTS = 0.10
BASELINE_DAYS, RECENT_DAYS = 60, 7
FEWEST_BASELINE_NIGHTS, FEWEST_RECENT_NIGHTS = 14, 3
SMALLEST_SD = 0.05
"""A runner whose values hardly vary still has a band of this half width times k (our own floor)."""


@determined
def rmssd(rr: Sequence[float]) -> float | None:
    """Root mean square [ms] of successive differences of RR intervals [ms]. None under two beats.

    Task Force of ESC and NASPE 1996. Artefacts go first: `clean_rr`.
    """
    if len(rr) < 2:
        return None
    steps = np.diff(np.asarray(rr, dtype=np.float64))
    return float(np.sqrt(np.mean(steps * steps)))


@determined
def sdnn(rr: Sequence[float]) -> float | None:
    """Standard deviation [ms] of RR intervals, with n − 1. None with fewer than two beats.

    Task Force of ESC and NASPE 1996.
    """
    return float(np.std(np.asarray(rr, dtype=np.float64), ddof=1)) if len(rr) >= 2 else None


@determined
def ln_rmssd(rr: Sequence[float]) -> float | None:
    """Natural logarithm of rMSSD [ln ms]. None where rMSSD is 0 or there is none.

    Plews 2014.
    """
    value = rmssd(rr)
    return log(value) if value else None


def clean_rr(rr: Sequence[float]) -> NDArray[np.float64] | None:
    """RR intervals without artefacts: 300–2000 ms, and within 25 % of at least one neighbour.

    None where more than 10 % had to go: the measurement is not usable.
    """
    beats = np.asarray(rr, dtype=np.float64)
    if len(beats) < 3:
        return None
    in_range = (beats >= SHORTEST_RR_MS) & (beats <= LONGEST_RR_MS)
    before, after = np.roll(beats, 1), np.roll(beats, -1)
    before[0], after[-1] = after[0], before[-1]
    near = (np.abs(beats / before - 1) <= LARGEST_DEVIATION) | (
        np.abs(beats / after - 1) <= LARGEST_DEVIATION
    )
    kept = beats[in_range & near]
    return kept if len(kept) >= (1 - MOST_ARTEFACTS) * len(beats) else None


@determined
def hrv_normal_range(ln_values: Sequence[float], k: float = 0.5) -> tuple[float, float] | None:
    """(low, high) = mean ± k sample standard deviations of ln rMSSD; Plews 2014 uses k 0.5.

    None with fewer than two values, or for a negative k. In the unit of the values [ln ms].
    """
    if len(ln_values) < 2 or k < 0:
        return None
    values = np.asarray(ln_values, dtype=np.float64)
    mean, half = float(values.mean()), k * float(values.std(ddof=1))
    return mean - half, mean + half


@determined
def hrv_status(avg7: float, low: float, high: float) -> str | None:
    """The 7-day mean against the normal range: below, normal (bounds included) or above. All in one unit.

    None where low > high: that is no range. Plews 2014.
    """
    if low > high:
        return None
    if avg7 < low:
        return "below"
    return "above" if avg7 > high else "normal"


def hrv_figures(
    rmssd_ms: Sequence[float | None], as_of: date | None = None, k: float = 0.5
) -> tuple[Figure, Figure]:
    """Baseline (mean ln rMSSD of 60 days) and status of the last 7 days.

    One value per night, oldest first, missing nights None. At least 14 nights in 60 and 3 in 7; the standard
    deviation is at least 0.05.
    """
    nights = list(rmssd_ms)[-BASELINE_DAYS:]
    baseline, recent = _logs(nights), _logs(nights[-RECENT_DAYS:])
    if len(baseline) < FEWEST_BASELINE_NIGHTS or len(recent) < FEWEST_RECENT_NIGHTS:
        reason = Reason.NO_HRV if not baseline else Reason.NOT_ENOUGH_HISTORY
        inputs = {"nights": len(baseline), "recent_nights": len(recent)}
        return missing("hrv_baseline", reason, as_of, **inputs), missing(
            "hrv_status", reason, as_of, **inputs
        )
    mean, deviation = _spread(baseline)
    half = k * deviation
    avg7 = float(np.mean(recent))
    about = {"avg7_ms": exp(avg7), "low_ms": exp(mean - half), "high_ms": exp(mean + half)}
    return (
        figure("hrv_baseline", mean, Reason.NO_HRV, as_of, nights=len(baseline), **about),
        figure("hrv_status", hrv_status(avg7, mean - half, mean + half), Reason.NO_HRV, as_of, **about),
    )


def hrv_days_below(rmssd_ms: Sequence[float | None]) -> int:
    """For how many days, up to the last, the 7-day mean has been below its range; counted up to a week.

    One value per night as for `hrv_figures`, each day seen with what was known then.
    """
    nights = list(rmssd_ms)
    for back in range(RECENT_DAYS):
        if hrv_figures(nights[: len(nights) - back])[1].value != "below":
            return back
    return RECENT_DAYS


def hrv_today_sd(rmssd_ms: Sequence[float | None]) -> float | None:
    """Last night's ln rMSSD, in standard deviations from the mean of 60 nights; ±1 is an ordinary night.

    None without last night, or with fewer than 14 nights. The deviation is at least 0.05.
    """
    nights = list(rmssd_ms)[-BASELINE_DAYS:]
    today, baseline = _logs(nights[-1:]), _logs(nights)
    if not today or len(baseline) < FEWEST_BASELINE_NIGHTS:
        return None
    mean, deviation = _spread(baseline)
    return (today[0] - mean) / deviation


def _logs(nights: Sequence[float | None]) -> list[float]:
    return [log(value) for value in nights if value is not None and 0 < value < inf]


def _spread(logs: Sequence[float]) -> tuple[float, float]:
    values = np.asarray(logs)
    return float(values.mean()), max(SMALLEST_SD, float(values.std(ddof=1)))
