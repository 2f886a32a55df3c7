"""Recorded activities."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from api.schemas.activities import ActivityOut, BestEffortOut, LapOut, SamplesOut, ZoneTimeOut
from api.schemas.common import FigureOut
from runcoach.domain.activity import Lap, RecordedActivity, Samples, Streams
from runcoach.ports.storage import BestEffort, MetricRow

SHORTEST_M, SHORTEST_S = 1.0, 1.0


def pace_s_per_km(duration_s: float | None, distance_m: float | None) -> float | None:
    """Seconds per kilometre; None where there is nothing to divide by."""
    if duration_s is None or distance_m is None or distance_m < SHORTEST_M or duration_s < SHORTEST_S:
        return None
    return round(duration_s / distance_m * 1000, 2)


def activity_out(activity: RecordedActivity) -> ActivityOut:
    """Totals; nothing of where the original lies."""
    return ActivityOut(**activity_fields(activity))


def activity_fields(activity: RecordedActivity) -> dict[str, object]:
    """The allow-list of what leaves."""
    return {
        "id": activity.id,
        "source": activity.source,
        "sport": activity.sport,
        "is_run": activity.sport.is_run,
        "name": activity.name,
        "start_time": activity.start_time,
        "local_date": activity.local_date,
        "time_zone": activity.time_zone,
        "elapsed_s": activity.elapsed_s,
        "moving_s": activity.moving_s,
        "distance_m": activity.distance_m,
        "pace_s_per_km": pace_s_per_km(activity.moving_s, activity.distance_m),
        "calories_kcal": activity.calories_kcal,
        "ascent_m": activity.ascent_m,
        "descent_m": activity.descent_m,
        "avg_hr_bpm": activity.avg_hr_bpm,
        "max_hr_bpm": activity.max_hr_bpm,
        "avg_cadence_spm": activity.avg_cadence_spm,
        "avg_power_w": activity.avg_power_w,
        "training_effect_aerobic": activity.training_effect_aerobic,
        "training_effect_anaerobic": activity.training_effect_anaerobic,
        "device": activity.device,
        "has_original": activity.original_sha256 is not None,
        "revision": activity.revision,
    }


def lap_out(lap: Lap) -> LapOut:
    """One lap with its pace."""
    return LapOut(
        index=lap.index,
        start_s=lap.start_s,
        elapsed_s=lap.elapsed_s,
        moving_s=lap.moving_s,
        distance_m=lap.distance_m,
        pace_s_per_km=pace_s_per_km(lap.moving_s, lap.distance_m),
        avg_hr_bpm=lap.avg_hr_bpm,
        max_hr_bpm=lap.max_hr_bpm,
        avg_cadence_spm=lap.avg_cadence_spm,
        avg_power_w=lap.avg_power_w,
        trigger=lap.trigger,
    )


def metric_figures(rows: Iterable[MetricRow], activity: RecordedActivity) -> dict[str, FigureOut]:
    """The stored figures of one activity by definition key."""
    return {
        row.definition_key: FigureOut(
            value=row.value,
            unit=row.unit,
            definition_key=row.definition_key,
            formula_version=row.formula_version,
            inputs={**(row.inputs or {}), **({"source": row.source} if row.source else {})},
            as_of=activity.local_date,
            reason=row.reason if row.value is None else None,
        )
        for row in rows
    }


def best_out(best: BestEffort) -> BestEffortOut | None:
    """One best effort; None where it cannot be a pace."""
    pace = pace_s_per_km(best.duration_s, best.distance_m)
    if pace is None:
        return None
    return BestEffortOut(
        distance_m=best.distance_m, duration_s=best.duration_s, start_s=best.start_s, pace_s_per_km=pace
    )


def zones_out(zones: Mapping[str, Sequence[float]]) -> list[ZoneTimeOut]:
    """Seconds per zone, each system."""
    return [ZoneTimeOut(system=name, seconds=list(seconds)) for name, seconds in sorted(zones.items())]


def samples_out(streams: Streams, points: int) -> SamplesOut:
    """At most `points` samples (0 = all) at even steps, the first and the last always among them."""
    total = len(streams.time_s)
    chosen = _chosen(total, points)
    return SamplesOut(
        time_s=[round(float(second), 3) for second in streams.time_s[chosen]],
        channels={str(name): _column(values[chosen]) for name, values in streams.channels.items()},
        total_points=total,
        returned_points=len(chosen),
    )


def _chosen(total: int, points: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    if points <= 0 or total <= points:
        return np.arange(total)
    return np.unique(np.linspace(0, total - 1, max(points, 2)).round().astype(np.intp))


def _column(values: Samples) -> list[float | None]:
    return [None if math.isnan(value) else round(value, 7) for value in values.tolist()]
