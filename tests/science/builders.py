"""Activities to compute on: each test names only what matters to it."""

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Channel, Sport
from runcoach.science.streams import ActivityStreams, AthleteAnchors

type Array = NDArray[np.float64]

ANCHORS = AthleteAnchors(
    hr_max_bpm=190,
    hr_rest_bpm=50,
    lthr_bpm=165,
    threshold_speed_m_s=4.0,
    critical_power_w=300,
    weight_kg=70,
    sex="male",
)


def wavering(count: int, around: float, by: float = 1.0) -> Array:
    """A signal that never stands still for long, with this mean and no randomness."""
    return around + by * np.sign(np.sin(np.arange(count) * 0.7 + 0.1))


def a_run(
    minutes: float = 60,
    speed_m_s: float = 3.0,
    hr_bpm: float | Array | None = 150,
    grade: float | None = 0.0,
    power_w: float | None = None,
    sport: Sport = Sport.RUN,
    **about: object,
) -> ActivityStreams:
    """An even run at 1 Hz: n + 1 samples over n seconds."""
    count = int(minutes * 60) + 1
    time_s = np.arange(count, dtype=np.float64)
    channels = {
        Channel.SPEED_M_S: np.full(count, speed_m_s),
        Channel.DISTANCE_M: time_s * speed_m_s,
    }
    if hr_bpm is not None:
        channels[Channel.HEART_RATE_BPM] = (
            hr_bpm if isinstance(hr_bpm, np.ndarray) else wavering(count, float(hr_bpm))
        )
    if grade is not None:
        channels[Channel.ALTITUDE_M] = 100 + time_s * speed_m_s * grade
    if power_w is not None:
        channels[Channel.POWER_W] = np.full(count, power_w)
    return ActivityStreams(sport, time_s, channels, **about)  # type: ignore[arg-type]


def without(streams: ActivityStreams, *channels: Channel) -> ActivityStreams:
    """The same activity from a watch that lacks these channels."""
    left = {key: values for key, values in streams.channels.items() if key not in channels}
    return ActivityStreams(streams.sport, streams.time_s, left, session_rpe=streams.session_rpe)


def thinned(streams: ActivityStreams, every: int) -> ActivityStreams:
    """The same activity by smart recording: one sample in `every`, and the last."""
    keep = np.unique(np.append(np.arange(0, len(streams.time_s), every), len(streams.time_s) - 1))
    channels = {key: values[keep] for key, values in streams.channels.items()}
    return ActivityStreams(streams.sport, streams.time_s[keep], channels)
