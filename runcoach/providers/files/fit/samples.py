"""Record columns to samples: one per second at most, in order, in our channels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runcoach.domain.activity import Channel, Streams
from runcoach.providers.files.fit.columns import Column
from runcoach.providers.files.fit.reader import FitFile

_CHANNELS = {
    Channel.HEART_RATE_BPM: ("heart_rate",),
    Channel.SPEED_M_S: ("enhanced_speed", "speed"),
    Channel.DISTANCE_M: ("distance",),
    Channel.ALTITUDE_M: ("enhanced_altitude", "altitude"),
    Channel.CADENCE_SPM: ("cadence",),
    Channel.POWER_W: ("power",),
    Channel.LATITUDE_DEG: ("latitude",),
    Channel.LONGITUDE_DEG: ("longitude",),
    Channel.TEMPERATURE_C: ("temperature",),
    Channel.GROUND_CONTACT_MS: ("stance_time",),
    Channel.VERTICAL_OSCILLATION_MM: ("vertical_oscillation",),
    Channel.VERTICAL_RATIO_PCT: ("vertical_ratio",),
    Channel.STEP_LENGTH_MM: ("step_length",),
    Channel.RESPIRATION_BRPM: ("enhanced_respiration_rate", "respiration_rate"),
}


@dataclass(frozen=True)
class Samples:
    """Times in FIT seconds, strictly increasing, and channels as the file has them."""

    time_s: Column
    channels: Mapping[Channel, Column]
    warnings: tuple[str, ...] = ()

    def get(self, channel: Channel) -> Column | None:
        """The channel, or None where it holds nothing."""
        return self.channels.get(channel)

    def cadence(self) -> Column | None:
        """Cycles a minute, not yet steps."""
        return self.get(Channel.CADENCE_SPM)

    def between(self, begin: float, end: float) -> "Samples":
        """Those with begin ≤ time < end, channels without values left out."""
        low, high = np.searchsorted(self.time_s, [begin, end])
        if low == 0 and high == len(self.time_s):
            return self
        parts = {channel: values[low:high] for channel, values in self.channels.items()}
        return Samples(self.time_s[low:high], _without_empty(parts), self.warnings)

    def streams(self, start_s: float, steps_per_cycle: float) -> Streams:
        """As the domain has them: seconds from the start, cadence in steps."""
        channels = dict(self.channels)
        if Channel.CADENCE_SPM in channels:
            channels[Channel.CADENCE_SPM] = channels[Channel.CADENCE_SPM] * steps_per_cycle
        return Streams(self.time_s - start_s, channels)


def read_samples(file: FitFile) -> Samples:
    """The file's records in order of time, one per instant; a time that jumps back is warned of."""
    time = file.records.column("timestamp")
    if time is None or not file.records.count:
        return Samples(np.empty(0), {})
    columns = {channel: _column(file, names) for channel, names in _CHANNELS.items()}
    channels = {channel: column for channel, column in columns.items() if column is not None}
    fraction = file.records.column("fractional_cadence")
    if fraction is not None and Channel.CADENCE_SPM in channels:
        channels[Channel.CADENCE_SPM] = channels[Channel.CADENCE_SPM] + np.nan_to_num(fraction)
    time, channels, warnings = _in_order(time, channels)
    if file.heart_rates is not None and len(time):
        # Under water the wrist guesses; what the strap has stored is the better figure.
        own = channels.get(Channel.HEART_RATE_BPM, np.full(len(time), np.nan))
        strap = file.heart_rates.at(time)
        channels[Channel.HEART_RATE_BPM] = np.where(np.isnan(strap), own, strap)
    return Samples(time, _without_empty(_plausible(channels)), warnings)


def _column(file: FitFile, names: tuple[str, ...]) -> Column | None:
    """The device's own values; where it has none at all, those of a sensor's own field."""
    own = _first_of(file, names)
    if own is not None and not np.isnan(own).all():
        return own
    other = file.records.column(f"developer {names[-1]}")
    if other is None or not (other > 0).any():
        return own
    return other if names[-1] == "power" else np.where(other > 0, other, np.nan)


def _first_of(file: FitFile, names: tuple[str, ...]) -> Column | None:
    """By sample the first of the fields that holds a value (enhanced before plain)."""
    found = [c for c in (file.records.column(name) for name in names) if c is not None]
    if len(found) < 2:
        return found[0] if found else None
    return np.where(np.isnan(found[0]), found[1], found[0])


def _in_order(
    time: Column, channels: dict[Channel, Column]
) -> tuple[Column, dict[Channel, Column], tuple[str, ...]]:
    """Strictly increasing times; records of one instant are one sample, the later value winning."""
    warnings: list[str] = []
    known = ~np.isnan(time)
    if not known.all():
        warnings.append("records_without_time")
        time, channels = time[known], {c: v[known] for c, v in channels.items()}
    steps = np.diff(time)
    if (steps < 0).any():
        warnings.append("time_went_back")
        order = np.argsort(time, kind="stable")
        time, channels = time[order], {c: v[order] for c, v in channels.items()}
        steps = np.diff(time)
    if (steps == 0).any():
        first = np.concatenate(([True], steps > 0))
        place = np.cumsum(first) - 1
        channels = {c: _latest(v, place, int(place[-1]) + 1) for c, v in channels.items()}
        time = time[first]
    return time, channels, tuple(warnings)


def _latest(values: Column, place: np.ndarray, count: int) -> Column:
    merged = np.full(count, np.nan)
    known = ~np.isnan(values)
    merged[place[known]] = values[known]
    return merged


def _plausible(channels: dict[Channel, Column]) -> dict[Channel, Column]:
    """A heart rate of 0 is a strap without contact; 0 / 0 is a receiver without a fix."""
    heart_rate = channels.get(Channel.HEART_RATE_BPM)
    if heart_rate is not None:
        channels[Channel.HEART_RATE_BPM] = np.where(heart_rate > 0, heart_rate, np.nan)
    latitude, longitude = channels.get(Channel.LATITUDE_DEG), channels.get(Channel.LONGITUDE_DEG)
    if latitude is not None and longitude is not None:
        no_fix = ((latitude == 0) & (longitude == 0)) | (np.abs(latitude) > 90) | (np.abs(longitude) > 180)
        channels[Channel.LATITUDE_DEG] = np.where(no_fix, np.nan, latitude)
        channels[Channel.LONGITUDE_DEG] = np.where(no_fix, np.nan, longitude)
    return channels


def _without_empty(channels: Mapping[Channel, Column]) -> dict[Channel, Column]:
    return {channel: values for channel, values in channels.items() if not np.isnan(values).all()}
