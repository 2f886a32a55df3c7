"""A few weeks of daily health by the range routes; sleep by day where the range is not served."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from garminconnect import Garmin

from runcoach.domain.activity import DailyWellness
from runcoach.domain.errors import ProviderRejected
from runcoach.providers.garmin.client import GarminClient
from runcoach.providers.garmin.mapping import WellnessDays
from runcoach.providers.garmin.wire import (
    BodyBatteryDayWire,
    DayValueWire,
    HrvRangeWire,
    MaxMetricDayWire,
    SleepStatsDayWire,
    SleepWire,
    StepsDayWire,
    StressDayWire,
    WeightRangeWire,
    parse,
    parse_list,
)

CHUNK_DAYS = 28
"""The service refuses longer ranges on several of these routes."""


def read_wellness(client: GarminClient, first: date, last: date) -> list[DailyWellness]:
    """One entry per day of at most CHUNK_DAYS days; a stream that this account has not is left empty."""
    a, b = first.isoformat(), last.isoformat()
    days = WellnessDays(first, last)
    _add_sleep(client, days, first, last)
    days.add_hrv(
        parse(HrvRangeWire, _optional(client, lambda g: g.get_hrv_data_range(a, b)) or {}).hrv_summaries or []
    )
    days.add_resting_hr(parse_list(DayValueWire, _optional(client, lambda g: g.get_rhr_daily(a, b))))
    days.add_stress(parse_list(StressDayWire, _optional(client, lambda g: g.get_daily_stress_stats(a, b))))
    days.add_body_battery(
        parse_list(BodyBatteryDayWire, _optional(client, lambda g: g.get_body_battery(a, b)))
    )
    days.add_steps(parse_list(StepsDayWire, _optional(client, lambda g: g.get_daily_steps(a, b))))
    weights = parse(WeightRangeWire, _optional(client, lambda g: g.get_weigh_ins(a, b)) or {})
    days.add_weight(weights.daily_weight_summaries or [])
    days.add_vo2max(parse_list(MaxMetricDayWire, _optional(client, lambda g: g.get_max_metrics_range(a, b))))
    return days.days


def _add_sleep(client: GarminClient, days: WellnessDays, first: date, last: date) -> None:
    if first < last:
        stats = _optional(client, lambda g: g.get_sleep_daily(first.isoformat(), last.isoformat()))
        rows = parse_list(SleepStatsDayWire, stats)
        if rows:
            days.add_sleep_stats(rows)
            return
    for day in (first + timedelta(n) for n in range((last - first).days + 1)):
        payload = _optional(client, lambda g, d=day.isoformat(): g.get_sleep_data(d))  # type: ignore[misc]
        wire = parse(SleepWire, payload or {}).daily_sleep
        if wire is not None:
            days.add_sleep([wire])


def _optional(client: GarminClient, use: Callable[[Garmin], Any]) -> Any:
    """None where the service says that this account has no such stream."""
    try:
        return client.call(use)
    except ProviderRejected as error:
        if error.data.get("status") in (403, 404):
            return None
        raise
