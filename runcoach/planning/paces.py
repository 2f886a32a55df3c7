"""Pace ranges of the training zones, from the race index."""

from collections.abc import Mapping
from dataclasses import dataclass

from runcoach.domain.workout import PaceRange
from runcoach.science.race_index import novice_marathon_offset_s_per_km, training_pace_s_per_km

HALF_WIDTH_S_PER_KM = {"M": 5, "T": 5, "I": 5, "R": 4}
"""Half of a target band; narrower ones make a watch nag."""


@dataclass(frozen=True)
class Paces:
    """`ranges` by zone (E, M, T, I, R); `has_targets` False = estimates only, nothing for the watch."""

    ranges: Mapping[str, PaceRange]
    has_targets: bool

    def target(self, zone: str) -> PaceRange | None:
        """What a step shows on the watch."""
        return self.ranges[zone] if self.has_targets else None

    def seconds(self, zone: str, distance_m: float) -> int:
        """Estimated time of a distance."""
        return round(distance_m * self._middle(zone) / 1000)

    def metres(self, zone: str, duration_s: float) -> int:
        """Estimated distance of a time."""
        return round(duration_s * 1000 / self._middle(zone))

    def _middle(self, zone: str) -> float:
        band = self.ranges[zone]
        return (band.fast_s_per_km + band.slow_s_per_km) / 2


def paces_of(index: float, *, has_targets: bool) -> Paces:
    """Whole-second bands for every zone at this race index."""
    easy = PaceRange(_pace(index, "E_fast"), _pace(index, "E_slow"))
    bands = {zone: _band(_pace(index, zone), width) for zone, width in HALF_WIDTH_S_PER_KM.items()}
    return Paces(ranges={"E": easy, **bands}, has_targets=has_targets)


def _band(middle: float, half_width: int) -> PaceRange:
    return PaceRange(max(120.0, middle - half_width), middle + half_width)


def _pace(index: float, zone: str) -> float:
    pace = training_pace_s_per_km(index, zone)
    if pace is None:
        raise ValueError(f"no {zone} pace at index {index}")
    offset = novice_marathon_offset_s_per_km(index) if zone == "M" else 0.0
    return float(round(pace + offset))
