"""What really happened to the demo athlete is what the API says, after a real import of the FIT files."""

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import mean
from typing import Any

import httpx
import pytest

from runcoach.simulators.world.planted import PlantedTruth
from tests.analytics.athlete import TODAY, Athlete

API = "/api/v1"
DAY = timedelta(days=1)


@pytest.fixture
def truths(demo: Athlete) -> dict[str, PlantedTruth]:
    assert demo.world is not None
    return {truth.kind: truth for truth in demo.world.planted}


async def get(http: httpx.AsyncClient, path: str, **query: object) -> Any:
    answer = await http.get(f"{API}{path}", params={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def series(http: httpx.AsyncClient, key: str, first: date, last: date) -> dict[date, float]:
    shown = await get(http, "/fitness/trends", first=first, last=last)
    return {date.fromisoformat(day): value for day, value in shown["series"][key]["points"]}


async def details(http: httpx.AsyncClient, first: date, last: date) -> list[dict[str, Any]]:
    page = await get(http, "/activities", first=first, last=last, limit=200)
    return [await get(http, f"/activities/{one['id']}") for one in page["items"]]


def values(activities: Iterable[dict[str, Any]], key: str) -> list[float]:
    found = (one["figures"][key]["value"] for one in activities)
    return [value for value in found if value is not None]


async def test_runner_who_told_only_age_and_sex_has_every_load_with_source_and_method(
    screens: httpx.AsyncClient,
) -> None:
    for one in await details(screens, TODAY - 21 * DAY, TODAY):
        load = one["figures"]["load"]
        assert load["value"] > 0
        assert load["inputs"]["source"] in ("pace", "heart_rate")
        assert "hr_max_bpm:observed_twice" in load["inputs"]["estimated"]
        assert sum(
            zone for zones in one["zones"] if zones["system"] == "friel_lthr" for zone in zones["seconds"]
        )


async def test_ten_km_race_is_the_race_index_of_today(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    race = truths["ten_km"].start
    index = (await get(screens, "/fitness/current"))["figures"]["race_index"]
    assert index["inputs"]["source"] == "recent_race"
    assert index["inputs"]["days_ago"] == (TODAY - race).days
    bests = await get(screens, "/analytics/best-efforts", first=race - 90 * DAY, last=TODAY)
    fastest = next(one for one in bests["items"] if one["distance_m"] == 10_000)
    assert date.fromisoformat(fastest["local_date"]) == race


async def test_threshold_estimated_from_the_race_is_within_four_percent_of_the_true_one(
    screens: httpx.AsyncClient, demo: Athlete
) -> None:
    assert demo.world is not None
    pace = (await get(screens, "/fitness/current"))["figures"]["threshold_pace_estimate"]["value"]
    assert 1000 / pace == pytest.approx(demo.world.threshold_mps, rel=0.04)


async def test_half_marathon_is_the_best_half_of_the_year_before_it(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    race = truths["half_marathon"].start
    bests = await get(screens, "/analytics/best-efforts", first=race - 300 * DAY, last=race + 60 * DAY)
    half = next(one for one in bests["items"] if one["distance_m"] == 21_097.5)
    assert date.fromisoformat(half["local_date"]) == race


async def test_illness_is_a_gap_in_load_with_falling_fitness_and_a_raised_pulse(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    ill = truths["illness"]
    load = await series(screens, "load", ill.start, ill.end)
    assert sum(load.values()) == 0
    ctl = await series(screens, "ctl", ill.start - DAY, ill.end)
    assert ctl[ill.end] < 0.8 * ctl[ill.start - DAY]
    form = await series(screens, "tsb", ill.start, ill.end)
    assert form[ill.end] > 15
    pulse = (await get(screens, "/hr", first=ill.start - 40 * DAY, last=ill.end))["days"]
    rates = {date.fromisoformat(day["day"]): day["resting_hr_bpm"] for day in pulse if day["resting_hr_bpm"]}
    during = mean(rate for day, rate in rates.items() if day >= ill.start + 2 * DAY)
    assert during > mean(rate for day, rate in rates.items() if day < ill.start) + 3


async def test_overreach_week_is_the_hardest_week_and_leaves_the_deepest_form(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    week = truths["overreach_week"].start
    weeks = (await get(screens, "/analytics/weekly", first=TODAY - 700 * DAY, last=TODAY))["items"]
    hardest = max(weeks, key=lambda one: one["load"]["value"] or 0)
    assert date.fromisoformat(hardest["start"]) == week
    form = await series(screens, "tsb", TODAY - 600 * DAY, TODAY)
    lowest = min(form, key=lambda day: form[day])
    assert timedelta(0) <= lowest - week <= timedelta(days=8)


async def test_after_the_threshold_shift_vo2max_is_higher(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    shift = truths["threshold_shift"]
    before = await details(screens, shift.start - 28 * DAY, shift.start - DAY)
    after = await details(screens, shift.end + DAY, shift.end + 28 * DAY)
    for key in ("effective_vo2max", "efficiency_factor"):
        assert mean(values(after, key)) > 1.01 * mean(values(before, key))


async def test_in_the_hot_august_each_heartbeat_bought_less_speed(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    hot = truths["hot_august"]
    august = await details(screens, hot.start, hot.end)
    for first, last in ((hot.start - 31 * DAY, hot.start - DAY), (hot.end + DAY, hot.end + 30 * DAY)):
        other = await details(screens, first, last)
        assert mean(values(august, "efficiency_factor")) < mean(values(other, "efficiency_factor"))
        assert mean(values(august, "average_temperature")) > mean(values(other, "average_temperature"))


async def test_walks_rides_and_strength_count_by_heart_rate_and_never_as_running(
    screens: httpx.AsyncClient,
) -> None:
    seen = set()
    for sport in ("walk", "ride", "strength", "treadmill", "trail"):
        page = await get(screens, "/activities", sport=sport, limit=2)
        for item in page["items"]:
            one = await get(screens, f"/activities/{item['id']}")
            assert one["figures"]["load"]["inputs"]["source"] == "heart_rate"
            if not one["is_run"]:
                assert one["best_efforts"] == []
                assert one["figures"]["effective_vo2max"]["reason"] == "not_a_run"
            seen.add(sport)
    assert seen == {"walk", "ride", "strength", "treadmill", "trail"}


async def test_snapshots_tell_the_level_month_by_month(
    screens: httpx.AsyncClient, truths: dict[str, PlantedTruth]
) -> None:
    items = (await get(screens, "/fitness/snapshots", limit=40))["items"]
    months = {date.fromisoformat(item["as_of"]): item["figures"] for item in items}
    assert len(months) == 25
    assert min(months) == date(2024, 3, 1)
    race = truths["half_marathon"].start.replace(day=1)
    assert months[race]["race_index"]["inputs"]["source"] == "recent_race"
    assert months[race]["race_index"]["inputs"]["distance_m"] == 21_097.5
