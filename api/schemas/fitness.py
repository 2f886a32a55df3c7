"""Figures about the runner."""

from datetime import date
from uuid import UUID

from api.schemas.common import FigureOut, Out


class FiguresOut(Out):
    """Figures by definition key (with a suffix where one key has several, as `training_pace.threshold`)."""

    as_of: date
    figures: dict[str, FigureOut]


class SeriesOut(Out):
    """One figure over days: `points` holds [day, value] with null where there is none."""

    definition_key: str
    unit: str
    formula_version: int
    points: list[tuple[date, float | None]]


class TrendsOut(Out):
    """Series over [first, last]; `warm_up_until`: before that day the load figures still settle (42 days)."""

    first: date
    last: date
    series: dict[str, SeriesOut]
    warm_up_until: date | None


class SnapshotOut(Out):
    """The fitness profile as it was computed for one day."""

    as_of: date
    figures: dict[str, FigureOut]


class SnapshotsOut(Out):
    """Newest first."""

    items: list[SnapshotOut]


class PeriodOut(Out):
    """One week (from Monday), month (from the 1st), year or lifetime, in the runner's zone."""

    start: date
    end: date
    activities: int
    runs: int
    distance: FigureOut
    moving_time: FigureOut
    load: FigureOut
    elevation_gain: FigureOut


class PeriodsOut(Out):
    """Oldest first."""

    items: list[PeriodOut]


class WellnessDayOut(Out):
    """One local day of the body; null = the source had nothing."""

    day: date
    sleep_s: float | None
    sleep_deep_s: float | None
    sleep_light_s: float | None
    sleep_rem_s: float | None
    sleep_awake_s: float | None
    sleep_score: float | None
    hrv_rmssd_ms: float | None
    resting_hr_bpm: float | None
    stress_avg: float | None
    body_battery_high: float | None
    body_battery_low: float | None
    weight_kg: float | None
    steps: int | None
    vo2max: float | None


class WellnessOut(Out):
    """Days of [first, last] that are known, in order."""

    first: date
    last: date
    days: list[WellnessDayOut]


class SleepDayOut(Out):
    """One night."""

    day: date
    sleep_s: float | None
    deep_s: float | None
    light_s: float | None
    rem_s: float | None
    awake_s: float | None
    score: float | None


class SleepOut(Out):
    """Nights in order."""

    first: date
    last: date
    days: list[SleepDayOut]


class HrDayOut(Out):
    """One day of the resting heart."""

    day: date
    resting_hr_bpm: float | None
    hrv_rmssd_ms: float | None


class HrOut(Out):
    """Days in order."""

    first: date
    last: date
    days: list[HrDayOut]


class BestOut(Out):
    """The fastest stretch of one distance within the window, and the activity that holds it."""

    distance_m: float
    duration: FigureOut
    pace_s_per_km: float
    activity_id: UUID | None
    local_date: date | None


class BestEffortsOut(Out):
    """Shortest distance first."""

    first: date
    last: date
    items: list[BestOut]


class ZoneWeekOut(Out):
    """Seconds per zone of one system in the week from Monday, zone 1 first."""

    monday: date
    seconds: list[float]


class ZoneWeeksOut(Out):
    """Oldest first."""

    system: str
    items: list[ZoneWeekOut]
