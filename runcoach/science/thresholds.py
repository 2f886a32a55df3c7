"""Estimates of HRmax, threshold heart rate and threshold pace: proposals that the runner confirms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runcoach.science.known import determined
from runcoach.science.rolling import rolling_mean
from runcoach.science.tables import by_name

HRMAX_FORMULAS = {
    "fox": (220.0, 1.0),
    "tanaka": (208.0, 0.7),
    "gellish": (207.0, 0.7),
    "nes": (211.0, 0.64),
    "gulati": (206.0, 0.88),
}
"""HRmax = a − b · age. Fox 1971, Tanaka 2001, Gellish 2007, Nes 2013 (HUNT), Gulati 2010 (women)."""

HRMAX_ERROR_BPM = 11.0
"""Standard error of the estimate of Nes 2013, rounded; the others are no better."""

TT_S, TT_COUNTED_S = 1800, 1200
LTHR_OF_HRMAX = 0.90
HRMAX_WINDOW_S = 5
SEEN_TWICE_WITHIN_BPM = 2.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value to confirm, with its method and how far off it may be. Nothing uses it before."""

    key: str
    value: float
    low: float
    high: float
    method: str


@determined
def hrmax(age: float, formula: str = "nes") -> float | None:
    """HRmax [bpm] by age [years]: fox, tanaka, gellish, nes or gulati.

    A prior of ±11 bpm, always shown as estimated. None for ages outside 1 to 120. Sources at
    `HRMAX_FORMULAS`; ValueError for another name.
    """
    base, per_year = by_name(HRMAX_FORMULAS, formula)
    return base - per_year * age if 1 <= age <= 120 else None


def propose_hrmax_by_age(age: float) -> Proposal | None:
    """HRmax by age after Nes 2013, ±11 bpm: a start until two hard sessions show better."""
    value = hrmax(age, "nes")
    if value is None:
        return None
    return Proposal("hr_max_bpm", value, value - HRMAX_ERROR_BPM, value + HRMAX_ERROR_BPM, "nes")


@determined
def lthr_from_tt(samples: Sequence[float]) -> float | None:
    """Threshold heart rate [bpm] of a 30-minute time trial alone: mean of the last 20 minutes (1 Hz). Friel.

    None with fewer than 30 minutes of samples.
    """
    if len(samples) < TT_S:
        return None
    mean = float(np.mean(np.asarray(samples[-TT_COUNTED_S:], dtype=np.float64)))
    return mean if np.isfinite(mean) else None


def peak_hr_5s(hr_1hz_bpm: NDArray[np.float64]) -> float | None:
    """Highest 5-second median heart rate: a short spike does not count. None without 5 samples."""
    known = hr_1hz_bpm[~np.isnan(hr_1hz_bpm)]
    if len(known) < HRMAX_WINDOW_S:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(known, HRMAX_WINDOW_S)
    return float(np.median(windows, axis=1).max())


def propose_hrmax(peaks_bpm: Sequence[float], current_bpm: float | None) -> Proposal | None:
    """A higher HRmax where hard sessions show one twice (within 2 bpm); never a lower one.

    `peaks_bpm`: `peak_hr_5s` of each session with a clean signal.
    """
    peaks = sorted(peaks_bpm, reverse=True)
    for higher, lower in zip(peaks, peaks[1:], strict=False):
        if higher - lower <= SEEN_TWICE_WITHIN_BPM:
            if current_bpm is not None and lower <= current_bpm:
                return None
            return Proposal("hr_max_bpm", lower, lower, higher, "observed_twice")
    return None


def propose_lthr(
    hr_1hz_bpm: NDArray[np.float64], hr_rest: float | None, hr_max: float | None
) -> Proposal | None:
    """Threshold heart rate from a hard run, ±4 bpm (our own method).

    98 % of the best 20-minute mean where that reaches 85 % of HRmax; else 85 % of the reserve; without a
    resting rate 90 % of HRmax. None without HRmax.
    """
    if hr_max is None or hr_max <= 0:
        return None
    known = hr_1hz_bpm[~np.isnan(hr_1hz_bpm)]
    means = rolling_mean(known, TT_COUNTED_S)
    best = float(means.max()) if len(means) else 0.0
    if best >= 0.85 * hr_max:
        value, method = min(best, hr_max) * 0.98, "best_20_min"
    elif hr_rest is not None and hr_rest < hr_max:
        value, method = hr_rest + 0.85 * (hr_max - hr_rest), "reserve_85"
    else:
        value, method = LTHR_OF_HRMAX * hr_max, "hr_max_90"
    return Proposal("threshold_hr_bpm", value, value - 4, value + 4, method)
