"""What was recorded."""

from datetime import date, datetime
from uuid import UUID

from api.schemas.common import FigureOut, Out
from runcoach.domain.activity import Source, Sport


class ActivityOut(Out):
    """Totals of one activity. Null = the device recorded none."""

    id: UUID
    source: Source
    sport: Sport
    is_run: bool
    name: str
    start_time: datetime
    local_date: date
    time_zone: str
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    pace_s_per_km: float | None
    calories_kcal: float | None
    ascent_m: float | None
    descent_m: float | None
    avg_hr_bpm: float | None
    max_hr_bpm: float | None
    avg_cadence_spm: float | None
    avg_power_w: float | None
    training_effect_aerobic: float | None
    training_effect_anaerobic: float | None
    device: str | None
    has_original: bool
    revision: int


class ActivitiesOut(Out):
    """A keyset page, newest first; `next_cursor` null = the end."""

    items: list[ActivityOut]
    next_cursor: str | None


class LapOut(Out):
    """One lap."""

    index: int
    start_s: float
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    pace_s_per_km: float | None
    avg_hr_bpm: float | None
    max_hr_bpm: float | None
    avg_cadence_spm: float | None
    avg_power_w: float | None
    trigger: str


class LapsOut(Out):
    """Laps in order."""

    items: list[LapOut]


class BestEffortOut(Out):
    """The fastest stretch of one distance within the activity."""

    distance_m: float
    duration_s: float
    start_s: float
    pace_s_per_km: float


class ZoneTimeOut(Out):
    """Seconds per zone of one system, zone 1 first."""

    system: str
    seconds: list[float]


class ActivityDetailOut(ActivityOut):
    """Everything but the samples. `figures`: by definition key."""

    figures: dict[str, FigureOut]
    laps: list[LapOut]
    zones: list[ZoneTimeOut]
    best_efforts: list[BestEffortOut]
    strava_url: str | None
    workout_id: UUID | None


class SamplesOut(Out):
    """Columns of equal length; null = nothing recorded there. First and last sample are always kept."""

    time_s: list[float]
    channels: dict[str, list[float | None]]
    total_points: int
    returned_points: int
