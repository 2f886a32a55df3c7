"""What the metrics of one activity are computed from: its samples, and the runner's anchors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Channel, Sport, Streams
from runcoach.science.zones import Zones, friel_hr_zones, hrmax_zones

type Array = NDArray[np.float64]

_NEVER_ALL_ZERO = frozenset(
    {Channel.HEART_RATE_BPM, Channel.POWER_W, Channel.CADENCE_SPM, Channel.DISTANCE_M}
)


def is_on_feet(sport: Sport) -> bool:
    """Runs, walks and hikes: what has paces and steps."""
    return sport.is_run or sport in {Sport.WALK, Sport.HIKE}


@dataclass(frozen=True)
class ActivityStreams:
    """Samples of one activity with what the samples cannot say.

    `time_s`: seconds since the start, strictly rising, gaps allowed. Channels: the same length, NaN =
    missing, named as `Channel`. `pauses_s`: (from, to) while the timer was stopped; `timer_s`: the
    device's own total of running timer, which sparse samples under-count.
    `is_distance_calibrated`: a treadmill's distance is the runner's own. `treadmill_grade`: as typed, a
    fraction. `is_power_estimated`: computed from pace rather than measured. `swbgt_c`: of the weather then.
    """

    sport: Sport
    time_s: Array
    channels: Mapping[Channel, Array] = field(default_factory=dict)
    pauses_s: tuple[tuple[float, float], ...] = ()
    timer_s: float | None = None
    session_rpe: float | None = None
    is_distance_calibrated: bool = False
    treadmill_grade: float | None = None
    is_power_estimated: bool = False
    is_new_hr_sensor: bool = False
    swbgt_c: float | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        if any(len(values) != len(self.time_s) for values in self.channels.values()):
            raise ValueError("channels and time_s differ in length")
        if len(self.time_s) > 1 and not (np.diff(self.time_s) > 0).all():
            raise ValueError("time_s rises strictly")

    @classmethod
    def of(
        cls,
        sport: Sport,
        streams: Streams,
        *,
        timer_s: float | None = None,
        session_rpe: float | None = None,
        is_distance_calibrated: bool = False,
        swbgt_c: float | None = None,
        as_of: date | None = None,
    ) -> "ActivityStreams":
        """The streams of a recorded activity, with what is known beside them."""
        return cls(
            sport,
            streams.time_s,
            streams.channels,
            timer_s=timer_s,
            session_rpe=session_rpe,
            is_distance_calibrated=is_distance_calibrated,
            swbgt_c=swbgt_c,
            as_of=as_of,
        )

    def get(self, channel: Channel) -> Array | None:
        """The channel; None where it is absent, empty, or a sensor wrote nothing but zeros."""
        values = self.channels.get(channel)
        if values is None or np.isnan(values).all():
            return None
        return None if channel in _NEVER_ALL_ZERO and not (values > 0).any() else values


@dataclass(frozen=True)
class AthleteAnchors:
    """The runner's own numbers on the activity's day; None = unknown. `sex`: male, female or unknown.

    `estimated` names the anchors that nobody has confirmed (an HRmax by age): figures repeat it.
    """

    hr_max_bpm: float | None = None
    hr_rest_bpm: float | None = None
    lthr_bpm: float | None = None
    lt1_bpm: float | None = None
    lt2_bpm: float | None = None
    threshold_speed_m_s: float | None = None
    critical_power_w: float | None = None
    weight_kg: float | None = None
    sex: str = "unknown"
    vo2max_factor: float = 1.0
    own_hr_zones: Zones | None = None
    own_pace_zones: Zones | None = None
    own_power_zones: Zones | None = None
    estimated: frozenset[str] = frozenset()

    @property
    def hr_zones(self) -> Zones | None:
        """The runner's own zones, else Friel's by LTHR, else five by HRmax."""
        if self.own_hr_zones is not None:
            return self.own_hr_zones
        if self.lthr_bpm is not None:
            return friel_hr_zones(self.lthr_bpm)
        return hrmax_zones(self.hr_max_bpm) if self.hr_max_bpm is not None else None
