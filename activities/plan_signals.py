"""What is kept about a runner's body and last runs, as the planner's signals."""

from collections.abc import Sequence
from datetime import date, timedelta

from runcoach.domain.activity import RecordedActivity
from runcoach.domain.figures import Figure
from runcoach.planning.signals import Signals, worst_spike
from runcoach.ports.storage import UnitOfWork
from runcoach.science.today import REMEMBERED_DAYS, WELLNESS_DAYS, today_figures


async def signals(work: UnitOfWork, runs: Sequence[RecordedActivity], today: date) -> Signals:
    """Resting heart rate, HRV and readiness of today, and how far the last runs were beyond the usual."""
    daily = await work.metrics.daily(today - timedelta(days=REMEMBERED_DAYS), today)
    wellness = await work.wellness.between(today - timedelta(days=WELLNESS_DAYS - 1), today)
    figures = today_figures([(row.day, row.load) for row in daily], wellness, today)
    return Signals(
        hrv_status=_word(figures.get("hrv_status")),
        rhr_drift_bpm=_number(figures.get("resting_hr_drift")),
        readiness=_word(figures.get("readiness")),
        days_since_run=min(((today - run.local_date).days for run in runs), default=None),
        spike=worst_spike([(run.local_date, run.distance_m or 0.0) for run in runs], today),
    )


def _word(figure: Figure | None) -> str | None:
    return figure.value if figure is not None and isinstance(figure.value, str) else None


def _number(figure: Figure | None) -> float | None:
    return figure.number if figure is not None else None
