"""Where the runner stands: race index with its source, paces, predictions and marathon shape, as figures."""

from collections.abc import Sequence
from datetime import date
from math import isfinite

from runcoach.domain.figures import Figure, Reason
from runcoach.science import marathon_shape, race_index
from runcoach.science.definitions import figure, missing
from runcoach.science.prediction import Race, best_race, personal_exponent, predict
from runcoach.science.units import HALF_MARATHON_M, MARATHON_M, mps_to_pace

FRESH_DAYS, USABLE_DAYS = 42, 90
OFFICIAL_M = (1500.0, 3000.0, 5000.0, 10_000.0, 15_000.0, HALF_MARATHON_M, MARATHON_M)
SNAP_SHARE = 0.02
PREDICTED_M = (5000.0, 10_000.0, HALF_MARATHON_M, MARATHON_M)
LOWEST_INDEX = 30.0
RAISE_DAYS = 28


def official_distance_m(measured_m: float) -> float:
    """The official distance within 2 % of a measured one, else the measured one."""
    nearest = min(OFFICIAL_M, key=lambda official: abs(official - measured_m))
    return nearest if abs(nearest - measured_m) <= SNAP_SHARE * nearest else measured_m


def race_index_figure(
    races: Sequence[Race], effective_vo2max: float | None, as_of: date | None = None
) -> Figure:
    """Race index by the best source there is; `source` names it.

    A race of the last six weeks, else the best of 90 days, else (less sure) the effective VO2max of the last
    30 days. Never from an easy run's pace alone, nor from a goal time. `is_in_range` is false below index 30,
    where the tables end and effort is the better guide.
    """
    for days, source in ((FRESH_DAYS, "recent_race"), (USABLE_DAYS, "race_of_90_days")):
        race = best_race([race for race in races if 0 <= race.days_ago <= days])
        index = race_index.vdot_from_race(race.distance_m, race.time_s) if race is not None else None
        if race is not None and index is not None:
            return figure(
                "race_index",
                index,
                Reason.NO_RACE,
                as_of,
                source=source,
                distance_m=race.distance_m,
                time_s=race.time_s,
                days_ago=race.days_ago,
                is_in_range=index >= LOWEST_INDEX,
            )
    if effective_vo2max is None or not isfinite(effective_vo2max):
        return missing("race_index", Reason.NO_RACE, as_of)
    in_range = effective_vo2max >= LOWEST_INDEX
    return figure(
        "race_index",
        effective_vo2max,
        Reason.NO_RACE,
        as_of,
        source="effective_vo2max",
        is_in_range=in_range,
    )


def training_index(previous: float | None, found: float, days_since_raise: int, has_new_race: bool) -> float:
    """The index to train by: without a new race it rises by at most 1, and not more often than every 4 weeks.

    Falls follow at once.
    """
    if previous is None or has_new_race or found <= previous:
        return found
    return min(found, previous + 1) if days_since_raise >= RAISE_DAYS else previous


def training_pace_figures(index: float, as_of: date | None = None) -> dict[str, Figure]:
    """One training pace [s/km] per zone; M with the novice's offset."""
    paces = {zone: race_index.training_pace_s_per_km(index, zone) for zone in race_index.ZONES}
    marathon = paces["M"]
    if marathon is not None:
        paces["M"] = marathon + race_index.novice_marathon_offset_s_per_km(index)
    return {
        zone: figure("training_pace", pace, Reason.NO_RACE, as_of, zone=zone, race_index=index)
        for zone, pace in paces.items()
    }


def threshold_pace_figure(index: float | None, as_of: date | None = None) -> Figure:
    """Pace [s/km] of an hour's race at this race index."""
    speed = race_index.threshold_speed_m_s(index) if index is not None else None
    pace = mps_to_pace(speed) if speed is not None else None
    return figure("threshold_pace_estimate", pace, Reason.NO_RACE, as_of, race_index=index)


def power_law_figure(one: Race, other: Race, as_of: date | None = None) -> Figure:
    """Personal exponent between two races."""
    exponent = personal_exponent(one, other)
    return figure("power_law_exponent", exponent, Reason.OUTSIDE_VALID_RANGE, as_of)


def prediction_figures(
    races: Sequence[Race],
    km_per_week: float,
    longest_run_km: float,
    as_of: date | None = None,
    shape_pct: float | None = None,
) -> dict[float, Figure]:
    """Predicted time [s] per distance with its range, from the best race of 90 days.

    `by_marathon_shape_s` in the inputs: what the race index promises at the present marathon shape [%].
    """
    race = best_race([race for race in races if 0 <= race.days_ago <= USABLE_DAYS])
    found = {}
    for distance_m in PREDICTED_M:
        guess = predict(race, distance_m, km_per_week, longest_run_km) if race is not None else None
        if guess is None:
            found[distance_m] = missing("race_prediction", Reason.NO_RACE, as_of, distance_m=distance_m)
            continue
        found[distance_m] = figure(
            "race_prediction",
            guess.time_s,
            Reason.NO_RACE,
            as_of,
            distance_m=distance_m,
            low_s=guess.low_s,
            high_s=guess.high_s,
            method=guess.method,
            reasons=",".join(guess.reasons) or None,
            by_marathon_shape_s=_time_by_shape(race, distance_m, shape_pct) if race is not None else None,
        )
    return found


def _time_by_shape(race: Race, distance_m: float, shape_pct: float | None) -> float | None:
    index = race_index.vdot_from_race(race.distance_m, race.time_s)
    if index is None or shape_pct is None:
        return None
    usable = marathon_shape.marathon_shape_factor(distance_m / 1000, shape_pct)
    return race_index.race_time_s(index * usable, distance_m) if usable is not None else None


def marathon_shape_figure(
    effective_vo2max: float | None,
    runs: Sequence[tuple[float, int]],
    days_since_first_run: int,
    as_of: date | None = None,
) -> Figure:
    """Marathon shape [%] of runs (km, days ago). At least 70 days of history."""
    if effective_vo2max is None:
        return missing("marathon_shape", Reason.NO_RUNS, as_of)
    if days_since_first_run < marathon_shape.LONG_RUN_DAYS:
        return missing("marathon_shape", Reason.NOT_ENOUGH_HISTORY, as_of, days=days_since_first_run)
    days = marathon_shape.history_days(days_since_first_run)
    total_km = sum(km for km, days_ago in runs if 0 <= days_ago < days)
    points = marathon_shape.marathon_shape_long_points(runs, effective_vo2max) or 0.0
    shape = marathon_shape.marathon_shape_pct(effective_vo2max, total_km, points, days)
    return figure(
        "marathon_shape",
        shape,
        Reason.NO_RUNS,
        as_of,
        effective_vo2max=effective_vo2max,
        km=total_km,
        days=days,
        long_run_points=points,
    )
