"""The runner's level from what was run: pure, over the best efforts of the last half year."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from runcoach.domain.figures import Figure, Reason
from runcoach.ports.storage import BestEffort
from runcoach.science.definitions import missing, stated
from runcoach.science.race_index import race_time_s, training_pace_s_per_km, vdot_from_race

SHORTEST_FOR_INDEX_M, LONGEST_FOR_INDEX_M = 3000.0, 50_000.0
"""Shorter stretches inside a run are mostly intervals with rests before them."""

PACE_ZONES = ("E_slow", "E_fast", "M", "T", "I", "R")
PREDICTED_M = (5000, 10_000, 21_097, 42_195)


def level_figures(bests: Sequence[BestEffort], today: date) -> dict[str, Any]:
    """Definition key → figure as JSON; training paces and predictions carry their zone or distance."""
    index, best = _race_index(bests)
    found = {"race_index": _index_figure(index, best, today).as_dict()}
    for zone in PACE_ZONES:
        found[f"training_pace.{zone}"] = _pace(index, zone, today).as_dict()
    for distance_m in PREDICTED_M:
        found[f"race_prediction.{distance_m}"] = _prediction(index, distance_m, today).as_dict()
    return found


def _race_index(bests: Sequence[BestEffort]) -> tuple[float | None, BestEffort | None]:
    """The highest index that a stretch of 3 km or more shows; nobody runs better than they can."""
    usable = [
        (value, best)
        for best in bests
        if SHORTEST_FOR_INDEX_M <= best.distance_m <= LONGEST_FOR_INDEX_M
        and (value := vdot_from_race(best.distance_m, best.duration_s)) is not None
    ]
    return max(usable, key=lambda pair: (pair[0], -pair[1].distance_m)) if usable else (None, None)


def _index_figure(index: float | None, best: BestEffort | None, today: date) -> Figure:
    if index is None or best is None:
        return missing("race_index", Reason.NO_RUNS, today)
    return stated(
        "race_index",
        index,
        best.local_date or today,
        distance_m=best.distance_m,
        time_s=best.duration_s,
        activity_id=str(best.activity_id) if best.activity_id else None,
    )


def _pace(index: float | None, zone: str, today: date) -> Figure:
    pace = training_pace_s_per_km(index, zone) if index is not None else None
    if pace is None:
        return missing("training_pace", Reason.NO_RACE, today, zone=zone)
    return stated("training_pace", pace, today, zone=zone, race_index=index)


def _prediction(index: float | None, distance_m: int, today: date) -> Figure:
    time_s = race_time_s(index, distance_m) if index is not None else None
    if time_s is None:
        return missing("race_prediction", Reason.NO_RACE, today, distance_m=distance_m)
    return stated("race_prediction", time_s, today, distance_m=distance_m, race_index=index)
