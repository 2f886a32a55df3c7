"""Seconds in the zones of one activity, by each system that the runner has anchors for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Channel
from runcoach.domain.figures import Figure, Reason
from runcoach.science import zones
from runcoach.science.definitions import figure
from runcoach.science.load_chain import has_own_distance
from runcoach.science.prepare import Prepared
from runcoach.science.streams import AthleteAnchors
from runcoach.science.time_in_zone import time_in_zones
from runcoach.science.trimp import trimp_edwards, trimp_lucia


@dataclass(frozen=True, slots=True)
class ZoneTimes:
    """Seconds in each zone of one system; `lower_bounds` are the zones' own, in the unit of the samples."""

    system: str
    names: tuple[str, ...]
    lower_bounds: tuple[float, ...]
    seconds: tuple[float, ...]


def zone_times(
    values: NDArray[np.float64] | None, data: Prepared, system: zones.Zones | None
) -> ZoneTimes | None:
    if values is None or system is None:
        return None
    seconds = time_in_zones(values, data.seconds, system.lower_bounds)
    return ZoneTimes(system.system, system.names, system.lower_bounds, seconds)


@dataclass(frozen=True, slots=True)
class HeartZones:
    """Seconds by heart rate: in the zones that the runner sees, in five of HRmax, and at low, middle and high
    by the best anchor there is. None without heart rate or anchor."""

    chosen: ZoneTimes | None
    of_max: ZoneTimes | None
    three: ZoneTimes | None


def heart_zones(data: Prepared) -> HeartZones:
    anchors, hr_max = data.anchors, data.anchors.hr_max_bpm
    three = zones.three_zones(anchors.lthr_bpm, hr_max, anchors.lt1_bpm, anchors.lt2_bpm)
    return HeartZones(
        zone_times(data.hr_bpm, data, anchors.hr_zones),
        zone_times(data.hr_bpm, data, zones.hrmax_zones(hr_max) if hr_max is not None else None),
        zone_times(data.hr_bpm, data, three),
    )


def zonal_trimps(data: Prepared, heart: HeartZones) -> dict[str, Figure]:
    """TRIMP after Edwards (five zones of HRmax) and Lucia (three zones), for export and comparison."""
    as_of, edwards, lucia = data.streams.as_of, heart.of_max, heart.three
    no_anchor = Reason.NO_HEART_RATE if data.hr_bpm is None else Reason.NO_HR_MAX
    return {
        "trimp_edwards": figure(
            "trimp_edwards",
            trimp_edwards([seconds / 60 for seconds in edwards.seconds]) if edwards else None,
            no_anchor,
            as_of,
            hr_max_bpm=data.anchors.hr_max_bpm,
        ),
        "trimp_lucia": figure(
            "trimp_lucia",
            trimp_lucia([seconds / 60 for seconds in lucia.seconds]) if lucia else None,
            no_anchor,
            as_of,
            system=lucia.system if lucia else None,
        ),
    }


def all_zone_times(data: Prepared, heart: HeartZones) -> tuple[ZoneTimes, ...]:
    streams, chosen = data.streams, heart.chosen
    found = [chosen, heart.three]
    if chosen is None or chosen.system != "hr_max":
        found.append(heart.of_max)
    if streams.sport.is_run and has_own_distance(data):
        found.append(zone_times(data.speed_m_s, data, _pace_zones(data.anchors)))
    if streams.sport.is_run and not streams.is_power_estimated:
        found.append(zone_times(data.get(Channel.POWER_W), data, _power_zones(data.anchors)))
    return tuple(times for times in found if times is not None)


def _pace_zones(anchors: AthleteAnchors) -> zones.Zones | None:
    if anchors.own_pace_zones is not None or anchors.threshold_speed_m_s is None:
        return anchors.own_pace_zones
    return zones.friel_pace_zones(anchors.threshold_speed_m_s)


def _power_zones(anchors: AthleteAnchors) -> zones.Zones | None:
    if anchors.own_power_zones is not None or anchors.critical_power_w is None:
        return anchors.own_power_zones
    return zones.power_zones(anchors.critical_power_w)


def hr_zone_figure(data: Prepared, times: ZoneTimes | None) -> Figure:
    reason = Reason.NO_HEART_RATE if data.hr_bpm is None else Reason.NO_ZONES
    system = times.system if times is not None else None
    total = sum(times.seconds) if times is not None else None
    return figure("time_in_hr_zones", total, reason, data.streams.as_of, system=system)
