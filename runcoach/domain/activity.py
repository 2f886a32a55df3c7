"""What a runner recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray


class Sport(StrEnum):
    """Activity types that have rules of their own."""

    RUN = "run"
    TREADMILL = "treadmill"
    TRACK = "track"
    TRAIL = "trail"
    WALK = "walk"
    HIKE = "hike"
    RIDE = "ride"
    SWIM = "swim"
    STRENGTH = "strength"
    OTHER = "other"

    @property
    def is_run(self) -> bool:
        """Counts as running volume."""
        return self in {Sport.RUN, Sport.TREADMILL, Sport.TRACK, Sport.TRAIL}


class Source(StrEnum):
    """Where a row came from. Strava-sourced rows never reach prompts, embeddings, memory or metrics."""

    GARMIN = "garmin"
    FILE = "file"
    STRAVA = "strava"
    MANUAL = "manual"


class Channel(StrEnum):
    """Sample channels; the unit is the name's last word."""

    HEART_RATE_BPM = "heart_rate_bpm"
    SPEED_M_S = "speed_m_s"
    DISTANCE_M = "distance_m"
    ALTITUDE_M = "altitude_m"
    CADENCE_SPM = "cadence_spm"
    POWER_W = "power_w"
    LATITUDE_DEG = "latitude_deg"
    LONGITUDE_DEG = "longitude_deg"
    TEMPERATURE_C = "temperature_c"
    GROUND_CONTACT_MS = "ground_contact_ms"
    VERTICAL_OSCILLATION_MM = "vertical_oscillation_mm"
    VERTICAL_RATIO_PCT = "vertical_ratio_pct"
    STEP_LENGTH_MM = "step_length_mm"
    RESPIRATION_BRPM = "respiration_brpm"


type Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Streams:
    """Samples of one activity.

    `time_s`: seconds since the activity's start, strictly increasing, gaps allowed, shape (n,).
    `channels`: shape (n,) each, NaN = the device recorded nothing there.
    """

    time_s: Samples
    channels: Mapping[Channel, Samples] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {len(values) for values in self.channels.values()} | {len(self.time_s)}
        if len(lengths) > 1:
            raise ValueError("channels and time_s differ in length")

    def get(self, channel: Channel) -> Samples | None:
        """The channel, or None where nothing was recorded."""
        return self.channels.get(channel)


@dataclass(frozen=True)
class Lap:
    """One lap, manual or automatic."""

    index: int
    start_s: float
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    avg_hr_bpm: float | None
    max_hr_bpm: float | None
    avg_cadence_spm: float | None = None
    avg_power_w: float | None = None
    trigger: str = "unknown"


@dataclass(frozen=True)
class DecodedActivity:
    """One session of a decoded file: the file's own totals beside its samples."""

    sport: Sport
    start_time: datetime
    elapsed_s: float
    moving_s: float
    distance_m: float | None
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
    utc_offset_s: int | None
    laps: tuple[Lap, ...]
    streams: Streams
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.start_time.tzinfo is None:
            raise ValueError("start_time needs a zone")


@dataclass(frozen=True)
class RecordedActivity:
    """An activity as it is kept: totals and where it came from, without samples."""

    id: UUID
    user_id: UUID
    source: Source
    external_id: str
    sport: Sport
    name: str
    start_time: datetime
    local_date: date
    time_zone: str
    elapsed_s: float
    moving_s: float
    distance_m: float | None
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
    original_sha256: str | None
    revision: int = 1


@dataclass(frozen=True)
class ListedActivity:
    """One row of a provider's activity list: enough to decide what to fetch."""

    external_id: str
    name: str
    sport: Sport
    start_time: datetime
    distance_m: float | None
    elapsed_s: float | None
    raw_hash: str


@dataclass(frozen=True)
class DailyWellness:
    """One local day of a runner's body, as the watch saw it. None = the source had nothing."""

    day: date
    sleep_s: float | None = None
    sleep_deep_s: float | None = None
    sleep_light_s: float | None = None
    sleep_rem_s: float | None = None
    sleep_awake_s: float | None = None
    sleep_score: float | None = None
    hrv_rmssd_ms: float | None = None
    resting_hr_bpm: float | None = None
    stress_avg: float | None = None
    body_battery_high: float | None = None
    body_battery_low: float | None = None
    weight_kg: float | None = None
    steps: int | None = None
    vo2max: float | None = None

    @property
    def is_empty(self) -> bool:
        """The source knew nothing of that day."""
        return all(getattr(self, name) is None for name in self.__dataclass_fields__ if name != "day")
