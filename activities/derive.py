"""Everything that follows from one activity's samples and its runner's own numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from runcoach.domain.activity import RecordedActivity, Streams
from runcoach.domain.figures import Figure
from runcoach.domain.plan import RunnerProfile
from runcoach.ports.storage import BestEffort, MetricRow, UnitOfWork
from runcoach.science.activity_metrics import ActivityMetrics, ActivityStreams, AthleteAnchors, compute
from runcoach.science.thresholds import hrmax


@dataclass(frozen=True)
class Derived:
    """Rows as the store takes them."""

    rows: tuple[MetricRow, ...]
    bests: tuple[BestEffort, ...]
    zone_seconds: Mapping[str, Sequence[float]]


def derive(activity: RecordedActivity, streams: Streams, anchors: AthleteAnchors) -> Derived:
    """All derived rows of one activity. CPU-bound: call it in a thread."""
    found = compute(ActivityStreams.of(activity.sport, streams, as_of=activity.local_date), anchors)
    return Derived(
        rows=tuple(_row(figure, found) for figure in found.figures()),
        bests=tuple(
            BestEffort(best.distance_m, best.time_s, best.start_s, activity.id, activity.local_date)
            for best in found.best_efforts
        ),
        zone_seconds={times.system: times.seconds for times in found.zone_times},
    )


async def load_anchors(work: UnitOfWork) -> AthleteAnchors:
    """The runner's own numbers; what nobody knows stays unknown."""
    return anchors_of(await work.users.profile())


def anchors_of(profile: RunnerProfile | None, today: date | None = None) -> AthleteAnchors:
    """From the profile; an HRmax by age is named as estimated."""
    if profile is None:
        return AthleteAnchors()
    hr_max, estimated = profile.hr_max_bpm, frozenset[str]()
    if hr_max is None and profile.birth_year is not None and today is not None:
        by_age = hrmax(today.year - profile.birth_year)
        hr_max, estimated = (round(by_age) if by_age is not None else None), frozenset({"hr_max_bpm"})
    return AthleteAnchors(
        hr_max_bpm=hr_max,
        hr_rest_bpm=profile.hr_rest_bpm,
        lthr_bpm=profile.threshold_hr_bpm,
        sex=profile.sex if profile.sex in ("male", "female") else "unknown",
        estimated=estimated,
    )


def _row(figure: Figure, found: ActivityMetrics) -> MetricRow:
    is_load = figure.definition_key in ("load", "intensity_factor")
    return MetricRow(
        definition_key=figure.definition_key,
        value=figure.number,
        unit=figure.unit,
        formula_version=figure.formula_version,
        reason=figure.reason.value if figure.reason else None,
        source=found.load_source.value if is_load and found.load_source else None,
    )
