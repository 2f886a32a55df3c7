"""Everything that follows from one activity's samples and its runner's own numbers: pure."""

import hashlib
from dataclasses import fields
from functools import lru_cache

from runcoach.domain.activity import Channel, RecordedActivity, Streams
from runcoach.domain.figures import Figure
from runcoach.ports.derived import DerivedActivity
from runcoach.ports.storage import BestEffort, MetricRow
from runcoach.science.activity_metrics import ActivityMetrics, ActivityStreams, AthleteAnchors, compute
from runcoach.science.best_efforts import mean_max
from runcoach.science.definitions import DEFINITIONS
from runcoach.science.heart_rate import believable
from runcoach.science.resample import Grid

PEAK_S, HARD_S = 5, 1200
_OF_LOAD = ("load", "intensity_factor")
_OF_ACTIVITIES = tuple(item.name for item in fields(ActivityMetrics) if item.name in DEFINITIONS)


def derive(activity: RecordedActivity, streams: Streams, anchors: AthleteAnchors) -> DerivedActivity:
    """All derived rows of one activity. CPU-bound: call it in a thread."""
    given = ActivityStreams.of(
        activity.sport, streams, timer_s=activity.moving_s or None, as_of=activity.local_date
    )
    found = compute(given, anchors, with_curves=False)
    peak, hard = observed_heart(given)
    return DerivedActivity(
        activity_id=activity.id,
        rows=tuple(_row(figure, found) for figure in found.figures()),
        bests=tuple(
            BestEffort(best.distance_m, best.time_s, best.start_s, activity.id, activity.local_date)
            for best in found.best_efforts
        ),
        zone_seconds={times.system: times.seconds for times in found.zone_times},
        fingerprint=fingerprint(anchors),
        peak_hr_bpm=peak,
        best_20_min_hr_bpm=hard,
    )


def fingerprint(anchors: AthleteAnchors) -> str:
    """Names the formulas and the anchors: rows with another one are stale."""
    return _digest(tuple((key, DEFINITIONS[key].version) for key in _OF_ACTIVITIES), anchors)


@lru_cache(maxsize=1000)
def _digest(versions: tuple[tuple[str, int], ...], anchors: AthleteAnchors) -> str:
    """Kept, since all activities of a month have the same anchors."""
    about = [(one.name, getattr(anchors, one.name)) for one in fields(anchors) if one.name != "estimated"]
    parts = (list(versions), about, sorted(anchors.estimated))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def observed_heart(streams: ActivityStreams) -> tuple[float | None, float | None]:
    """Highest 5-second and 20-minute mean heart rate [bpm]. By the samples alone: no anchor enters, so that
    estimates of anchors don't depend on themselves."""
    hr = streams.get(Channel.HEART_RATE_BPM)
    if hr is None:
        return None, None
    clean = believable(hr, streams.time_s)
    curve = mean_max(Grid.of(streams.time_s).resample(clean), (PEAK_S, HARD_S))
    found = dict(zip(curve.durations_s, curve.values, strict=True))
    return found.get(PEAK_S), found.get(HARD_S)


def _row(figure: Figure, found: ActivityMetrics) -> MetricRow:
    is_load = figure.definition_key in _OF_LOAD
    return MetricRow(
        definition_key=figure.definition_key,
        value=figure.number,
        unit=figure.unit,
        formula_version=figure.formula_version,
        reason=figure.reason.value if figure.reason else None,
        source=found.load_source.value if is_load and found.load_source else None,
        inputs={name: value for name, value in figure.inputs.items() if value is not None},
    )
