"""Readiness for today from its visible parts. Never raises intensity above the plan.

Each part scores −2 to +1; the sum gives green, amber or red. The scores are our own heuristic, not a study.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from statistics import mean, pstdev

from runcoach.domain.figures import Figure, Reason
from runcoach.science.definitions import figure, missing

FEWEST_INPUTS = 2
GREEN_FROM, AMBER_FROM = -1, -3
OVERLOADED_TSB = -30.0
RHR_DAY_BPM, RHR_WEEK_BPM = 5.0, 3.0
RHR_SMALLEST_SD, RHR_DAYS_IN_A_ROW = 1.0, 2
RHR_HIGHEST_BPM = 150.0
"""Nobody rests above: such a value is a fault of the sensor, and counts as no value."""
RHR_BASELINE_DAYS, RHR_RECENT_DAYS, RHR_FEWEST_DAYS, RHR_FEWEST_RECENT = 60, 7, 14, 3
SHORT_SLEEP_S, SLEEP_BELOW_OWN_S = 6.5 * 3600, 3600.0
SLEEP_NIGHTS, SLEEP_BASELINE_NIGHTS = 3, 28


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of this morning; None = unknown, and then not counted.

    `hrv_status`: the 7-day mean against its range (below, normal, above); `hrv_days_below`: since how many
    days. `hrv_today_sd`: today's ln rMSSD in standard deviations from the baseline. `rhr_drift_bpm`: resting
    heart rate over its baseline; `rhr_days_raised`: on how many mornings in a row. `wellbeing`: mean of
    soreness, fatigue and mood, 1 bad to 5 good.
    """

    hrv_status: str | None = None
    hrv_days_below: int = 0
    hrv_today_sd: float | None = None
    rhr_drift_bpm: float | None = None
    sleep_status: str | None = None
    tsb: float | None = None
    wellbeing: float | None = None
    is_ill: bool = False
    has_pain: bool = False
    rhr_days_raised: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the score, as it is shown: `readiness.part.<key>` with its points."""

    key: str
    points: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """The word for today and what it is made of."""

    figure: Figure
    components: tuple[Component, ...]


def readiness(signals: Signals, as_of: date | None = None) -> Readiness:
    """green from −1, amber −2 and −3, red below; illness or pain is red by itself. At least two inputs."""
    parts = tuple(_components(signals))
    total = sum(part.points for part in parts)
    if signals.is_ill or signals.has_pain:
        stop = Component("illness" if signals.is_ill else "pain", -4)
        return Readiness(figure("readiness", "red", Reason.TOO_FEW_INPUTS, as_of), (stop, *parts))
    if len(parts) < FEWEST_INPUTS:
        return Readiness(missing("readiness", Reason.TOO_FEW_INPUTS, as_of, inputs=len(parts)), parts)
    word = "green" if total >= GREEN_FROM else "amber" if total >= AMBER_FROM else "red"
    about = {part.key: part.points for part in parts}
    return Readiness(figure("readiness", word, Reason.TOO_FEW_INPUTS, as_of, score=total, **about), parts)


def resting_hr_drift(values_bpm: Sequence[float | None], as_of: date | None = None) -> Figure:
    """Mean of the last 7 days minus the mean of 60 [bpm], from one value per day, oldest first.

    At least 14 days in 60 and 3 in 7. Night minimum and daytime rest are different series.
    """
    days = _heart_rates(values_bpm)
    known = [value for value in days if value is not None]
    recent = [value for value in days[-RHR_RECENT_DAYS:] if value is not None]
    if len(known) < RHR_FEWEST_DAYS or len(recent) < RHR_FEWEST_RECENT:
        return missing("resting_hr_drift", Reason.NOT_ENOUGH_HISTORY, as_of, days=len(known))
    baseline, mean7 = sum(known) / len(known), sum(recent) / len(recent)
    raised = resting_hr_days_raised(days)
    about = {"baseline_bpm": baseline, "mean_7_days_bpm": mean7, "days": len(known), "days_raised": raised}
    return figure("resting_hr_drift", mean7 - baseline, Reason.NOT_ENOUGH_HISTORY, as_of, **about)


def resting_hr_days_raised(values_bpm: Sequence[float | None]) -> int:
    """How many of the last mornings in a row were 5 bpm or two standard deviations over the mean of 60 days.

    Two are a reason to take it easy and to look for an illness. A morning without a value ends the row; the
    deviation is at least 1 bpm. 0 with fewer than 14 days.
    """
    days = _heart_rates(values_bpm)
    known = [value for value in days if value is not None]
    if len(known) < RHR_FEWEST_DAYS:
        return 0
    limit = mean(known) + min(RHR_DAY_BPM, 2 * max(RHR_SMALLEST_SD, pstdev(known)))
    return len(list(takewhile(lambda value: value is not None and value >= limit, reversed(days))))


def _heart_rates(values_bpm: Sequence[float | None]) -> list[float | None]:
    recent = list(values_bpm)[-RHR_BASELINE_DAYS:]
    return [value if value is not None and 0 < value <= RHR_HIGHEST_BPM else None for value in recent]


def sleep_status(nights_s: Sequence[float | None], as_of: date | None = None) -> Figure:
    """short where the last three nights average under 6.5 h, below_own where an hour under the runner's own
    28 nights, else enough. At least two of the three nights."""
    recent = [night for night in nights_s[-SLEEP_NIGHTS:] if night is not None]
    if len(recent) < SLEEP_NIGHTS - 1:
        return missing("sleep_status", Reason.NO_SLEEP, as_of)
    own = [night for night in nights_s[-SLEEP_BASELINE_NIGHTS:] if night is not None]
    mean_s, own_s = sum(recent) / len(recent), sum(own) / len(own)
    word = "enough"
    if mean_s < SHORT_SLEEP_S:
        word = "short"
    elif mean_s < own_s - SLEEP_BELOW_OWN_S:
        word = "below_own"
    return figure(
        "sleep_status", word, Reason.NO_SLEEP, as_of, mean_3_nights_s=mean_s, mean_28_nights_s=own_s
    )


def _components(signals: Signals) -> list[Component]:
    parts: list[Component] = []
    if signals.hrv_status is not None:
        points = {"below": -2 if signals.hrv_days_below >= 3 else -1, "above": 0}.get(signals.hrv_status, 1)
        parts.append(Component("hrv_week", points))
    if signals.hrv_today_sd is not None:
        parts.append(Component("hrv_today", -1 if signals.hrv_today_sd < -1 else 0))
    if signals.rhr_drift_bpm is not None:
        parts.append(
            Component("resting_hr", _resting_hr_points(signals.rhr_drift_bpm, signals.rhr_days_raised))
        )
    if signals.sleep_status is not None:
        parts.append(Component("sleep", {"short": -1, "below_own": -1}.get(signals.sleep_status, 1)))
    if signals.tsb is not None:
        parts.append(Component("form", -1 if signals.tsb < OVERLOADED_TSB else 0))
    if signals.wellbeing is not None:
        parts.append(Component("wellbeing", _wellbeing_points(signals.wellbeing)))
    return parts


def _resting_hr_points(drift_bpm: float, days_raised: int) -> int:
    if drift_bpm >= RHR_DAY_BPM or days_raised >= RHR_DAYS_IN_A_ROW:
        return -2
    return -1 if drift_bpm >= RHR_WEEK_BPM or days_raised else 0


def _wellbeing_points(mean: float) -> int:
    if mean >= 4:
        return 1
    if mean >= 3:
        return 0
    return -1 if mean >= 2 else -2
