"""What the body and the last days say against training as usual. Pure: the figures come from science."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from runcoach.planning.request import Flag
from runcoach.science.readiness import RHR_DAY_BPM, RHR_WEEK_BPM
from runcoach.science.risk import session_spike

ILL_AFTER_DAYS = 3
"""Resting heart rate far up and no run since: more than tired."""

SPIKE_DAYS, SPIKE_WINDOW_DAYS, SPIKE_FROM_M = 7, 30, 8_000
_RISKY_SPIKES = {"moderate", "large"}


@dataclass(frozen=True)
class Signals:
    """Today's figures; None = unknown, and nothing follows from it. `spike`: `worst_spike` of the week."""

    hrv_status: str | None = None
    rhr_drift_bpm: float | None = None
    readiness: str | None = None
    days_since_run: int | None = None
    spike: str | None = None


def flags_of(signals: Signals) -> frozenset[Flag]:
    """Illness: resting heart rate up by 5 or HRV below as well as up by 3, and three days without a run.

    Fatigue: the same while running on, red readiness, or a run far beyond the longest of the month before.
    """
    drift = signals.rhr_drift_bpm or 0.0
    is_strained = drift >= RHR_DAY_BPM or (signals.hrv_status == "below" and drift >= RHR_WEEK_BPM)
    if is_strained and (signals.days_since_run or 0) >= ILL_AFTER_DAYS:
        return frozenset({Flag.ILLNESS})
    is_tired = is_strained or signals.readiness == "red" or signals.spike in _RISKY_SPIKES
    return frozenset({Flag.FATIGUE}) if is_tired else frozenset()


def worst_spike(runs: Sequence[tuple[date, float]], today: date) -> str | None:
    """The worst band of a week's runs (day, metres), each against the longest of the 30 days before it.

    Runs of less than 8 km are too short to count, and so are those without a month before them.
    """
    order = ("none", "small", "moderate", "large")
    bands = [
        session_spike(metres / 1000, _longest_before(day, runs) / 1000)
        for day, metres in runs
        if metres >= SPIKE_FROM_M and 0 <= (today - day).days < SPIKE_DAYS
    ]
    known = [band for band in bands if band in order]
    return max(known, key=order.index, default=None)


def _longest_before(day: date, runs: Sequence[tuple[date, float]]) -> float:
    first = day - timedelta(days=SPIKE_WINDOW_DAYS)
    return max((metres for other, metres in runs if first <= other < day), default=0.0)
