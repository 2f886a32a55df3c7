"""Figures over days: fitness, fatigue, form, monotony and the flags, from one load per local day."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.figures import Figure, Reason, Scalar
from runcoach.science import acwr, monotony, pmc
from runcoach.science.definitions import figure, missing

type Array = NDArray[np.float64]


def daily_loads(loads: Sequence[tuple[date, float]], first: date, last: date) -> Array:
    """One load per day from `first` to `last`, both included: sums of a day's sessions, 0 on rest days.

    Sessions outside are left out, in whatever order they come. Empty where last < first.
    """
    days = np.zeros(max(0, (last - first).days + 1), dtype=np.float64)
    for day, load in loads:
        if first <= day <= last:
            days[(day - first).days] += load
    return days


def fitness_figures(loads: Array, last: date, days_unknown: int = 0) -> dict[str, Figure]:
    """CTL, ATL, TSB, ramp, monotony, strain, ACWR and rest days on `last`, the day of the last load.

    `days_unknown`: days up to `last` that are not synchronised; any freezes the figures with a reason.
    `is_building` in the inputs: the history is shorter than the mean it is averaged over.
    """
    keys = ("ctl", "atl", "tsb", "ramp_rate", "monotony", "strain", "acwr", "rest_days_to_balance")
    if len(loads) == 0 or days_unknown > 0:
        reason = Reason.NOT_ENOUGH_HISTORY if len(loads) == 0 else Reason.NOT_SYNCHRONISED
        return {key: missing(key, reason, last, days=len(loads)) for key in keys}
    ctl, atl, tsb = pmc.pmc_series(loads)
    week = loads[-monotony.WEEK_DAYS :].tolist()
    ramp = pmc.ramp_rate(float(ctl[-1]), float(ctl[-8])) if len(ctl) > monotony.WEEK_DAYS else None
    sameness = monotony.monotony(week)
    has_week = len(loads) >= monotony.WEEK_DAYS
    mark = monotony.mark(sameness) if sameness is not None else None
    short, days = Reason.NOT_ENOUGH_HISTORY, len(loads)
    about: dict[str, Scalar | None] = {"days": days}
    change = acwr.acwr_ewma(loads.tolist())
    no_change = short if len(loads) < acwr.CHRONIC_DAYS else Reason.NO_CHRONIC_LOAD
    rest = pmc.rest_days_to_balance(float(ctl[-1]), float(atl[-1]))
    building: dict[str, Scalar | None] = {
        "is_building": days < pmc.CTL_BUILDING_DAYS,
        "method": "tp",
        **about,
    }
    return {
        "ctl": figure("ctl", float(ctl[-1]), short, last, **building),
        "atl": figure(
            "atl", float(atl[-1]), short, last, **(building | {"is_building": days < pmc.ATL_BUILDING_DAYS})
        ),
        "tsb": figure("tsb", float(tsb[-1]), short, last, band=pmc.tsb_band(float(tsb[-1])), **building),
        "ramp_rate": figure("ramp_rate", ramp, short, last, is_steep=_is_steep(ramp), **about),
        "monotony": figure("monotony", sameness if has_week else None, short, last, mark=mark, **about),
        "strain": figure("strain", monotony.strain(week) if has_week else None, short, last, **about),
        "acwr": figure("acwr", change, no_change, last, **about),
        "rest_days_to_balance": figure("rest_days_to_balance", rest, short, last, **about),
    }


def _is_steep(ramp: float | None) -> bool | None:
    return None if ramp is None else ramp > pmc.STEEP_RAMP_PER_WEEK


def projection(ctl: float, atl: float, planned: Array, today: date) -> list[tuple[date, float, float, float]]:
    """(day, CTL, ATL, TSB) of each day after `today` under planned loads."""
    series = pmc.pmc_series(planned, ctl, atl)
    return [
        (today + timedelta(days=index + 1), float(ctl_day), float(atl_day), float(tsb_day))
        for index, (ctl_day, atl_day, tsb_day) in enumerate(zip(*series, strict=True))
    ]
