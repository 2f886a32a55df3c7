"""The runner's level from what was run: pure, over the best efforts of the last months."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean
from types import MappingProxyType
from typing import Any

from runcoach.domain.figures import Figure, Reason
from runcoach.ports.storage import BestEffort
from runcoach.science import level
from runcoach.science.definitions import missing
from runcoach.science.prediction import Race

SHORTEST_FOR_INDEX_M = 3000.0
"""Shorter stretches inside a run are mostly intervals with rests before them."""


@dataclass(frozen=True)
class LevelInputs:
    """What the level is read from: best efforts and effective VO2max of late, and how much is run."""

    bests: Sequence[BestEffort]
    vo2max: Sequence[float]
    km_per_week: float
    longest_run_km: float
    today: date


def level_figures(given: LevelInputs) -> dict[str, Any]:
    """Definition key → figure as JSON; training paces and predictions carry their zone or distance."""
    races = [
        Race(best.distance_m, best.duration_s, (given.today - best.local_date).days)
        for best in given.bests
        if best.distance_m >= SHORTEST_FOR_INDEX_M and best.local_date is not None
    ]
    index = _index(races, given)
    found = {"race_index": index}
    found |= _paces(index.number, given.today)
    found["threshold_pace_estimate"] = level.threshold_pace_figure(index.number, given.today)
    predictions = level.prediction_figures(races, given.km_per_week, given.longest_run_km, given.today)
    found |= {f"race_prediction.{distance_m:.0f}": figure for distance_m, figure in predictions.items()}
    return {key: figure.as_dict() for key, figure in found.items()}


def _index(races: Sequence[Race], given: LevelInputs) -> Figure:
    """By the best effort of six weeks, else of ninety days, else by effective VO2max; dated by its day."""
    vo2max = fmean(given.vo2max) if given.vo2max else None
    found = level.race_index_figure(races, vo2max, given.today)
    days_ago = found.inputs.get("days_ago")
    if not isinstance(days_ago, int):
        return found
    inputs = MappingProxyType({**found.inputs, "source": "best_effort"})
    return replace(found, inputs=inputs, as_of=given.today - timedelta(days=days_ago))


def _paces(index: float | None, today: date) -> dict[str, Figure]:
    if index is None:
        return {"training_pace": missing("training_pace", Reason.NO_RACE, today)}
    paces = level.training_pace_figures(index, today)
    return {f"training_pace.{zone}": figure for zone, figure in paces.items()}
