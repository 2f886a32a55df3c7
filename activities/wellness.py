"""What is known of each stream of daily health, day by day."""

from collections.abc import Sequence
from datetime import date

from runcoach.domain.activity import DailyWellness
from runcoach.domain.connection import CoverageState

STREAMS = {
    "sleep": "sleep_s",
    "hrv": "hrv_rmssd_ms",
    "resting_hr": "resting_hr_bpm",
    "stress": "stress_avg",
    "body_battery": "body_battery_high",
    "weight": "weight_kg",
    "steps": "steps",
}
"""Stream → the field that says whether the source had it."""


def coverage_of(days: Sequence[DailyWellness]) -> dict[str, dict[date, CoverageState]]:
    """Stream → day → have or empty: a gap stays visible, and is not asked for twice."""
    return {
        stream: {
            day.day: CoverageState.EMPTY if getattr(day, field) is None else CoverageState.HAVE
            for day in days
        }
        for stream, field in STREAMS.items()
    }
