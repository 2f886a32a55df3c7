"""All figures of one day from rows of load and of the body: the same for dashboard, API and chat."""

from collections.abc import Sequence
from datetime import date, timedelta

from runcoach.domain.activity import DailyWellness
from runcoach.domain.figures import Figure
from runcoach.science.fitness import daily_loads, fitness_figures
from runcoach.science.hrv import BASELINE_DAYS, hrv_days_below, hrv_figures, hrv_today_sd
from runcoach.science.readiness import Signals, readiness, resting_hr_drift, sleep_status

REMEMBERED_DAYS = 1100
"""What lies further back moves fitness, a mean of 42 days, by less than one part in ten billion."""

WELLNESS_DAYS = BASELINE_DAYS
"""How many days of the body the baselines look at, today included."""


def today_figures(
    loads: Sequence[tuple[date, float]], wellness: Sequence[DailyWellness], today: date
) -> dict[str, Figure]:
    """Fitness, form, monotony, HRV, resting heart rate, sleep and readiness of `today`, by definition key.

    `loads`: one per local day or session from the first activity on; days without one are rest days, up to
    today. `wellness`: known days in any order. Empty history gives reasons, never 0.
    """
    first = min((day for day, _ in loads), default=today + timedelta(days=1))
    figures = fitness_figures(daily_loads(loads, first, today), today)
    days = {one.day: one for one in wellness}
    window = [days.get(today - timedelta(days=back)) for back in reversed(range(WELLNESS_DAYS))]
    nights = [one.hrv_rmssd_ms if one else None for one in window]
    baseline, status = hrv_figures(nights, today)
    drift = resting_hr_drift([one.resting_hr_bpm if one else None for one in window], today)
    sleep = sleep_status([one.sleep_s if one else None for one in window], today)
    signals = Signals(
        hrv_status=_word(status),
        hrv_days_below=hrv_days_below(nights),
        hrv_today_sd=hrv_today_sd(nights),
        rhr_drift_bpm=drift.number,
        rhr_days_raised=int(drift.inputs.get("days_raised") or 0),
        sleep_status=_word(sleep),
        tsb=figures["tsb"].number,
    )
    body = (baseline, status, drift, sleep, readiness(signals, today).figure)
    return figures | {figure.definition_key: figure for figure in body}


def _word(figure: Figure) -> str | None:
    return figure.value if isinstance(figure.value, str) else None
