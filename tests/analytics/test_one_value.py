"""A figure is the same wherever it is asked for, and says where it came from."""

from datetime import date, timedelta
from math import isfinite
from typing import Any

import httpx
import pytest

from agent.context import build_messages
from agent.tools.contract import PlanIntent, PlanWish, ToolContext
from agent.tools.fitness import FitnessArguments, get_fitness
from agent.tools.recorded import ActivityArguments, get_activity
from runcoach.ports.storage import Period
from runcoach.science.definitions import DEFINITIONS
from tests.analytics.athlete import TODAY, Athlete
from tests.analytics.test_demo_truths import get

RECEIPT = {"value", "unit", "definition_key", "formula_version", "inputs", "as_of", "reason"}


async def no_plan(wish: PlanWish) -> PlanIntent:
    raise AssertionError("nobody asked for a plan")


async def test_dashboard_api_and_chat_have_the_same_figures_today(
    screens: httpx.AsyncClient, demo: Athlete
) -> None:
    dashboard = (await get(screens, "/dashboard/summary"))["figures"]
    current = (await get(screens, "/fitness/current"))["figures"]
    assert dashboard == current
    async with demo.ports.store.begin(demo.user.id) as work:
        context = ToolContext(work, TODAY, "en", "metric", no_plan)
        told = await get_fitness(FitnessArguments(), context)
    for figure in told["figures"]:
        expected = current[figure["definition_key"]]["value"]
        assert figure["value"] == (round(expected, 2) if isinstance(expected, float) else expected)
    for figure in told["level"]:
        key = ".".join(filter(None, (figure["definition_key"], figure.get("of"))))
        expected = current[key]["value"]
        assert figure["value"] == (round(expected, 2) if expected is not None else None)
    assert {"ctl", "readiness"} <= {figure["definition_key"] for figure in told["figures"]}
    assert {"race_index", "race_prediction"} <= {figure["definition_key"] for figure in told["level"]}


async def test_chart_ends_where_the_current_figures_are(screens: httpx.AsyncClient) -> None:
    current = (await get(screens, "/fitness/current"))["figures"]
    for path in ("/dashboard/trends", "/fitness/trends"):
        shown = await get(screens, path)
        chart = shown.get("load") if path.startswith("/dashboard") else shown["series"]
        for key in ("ctl", "atl", "tsb"):
            day, value = chart[key]["points"][-1]
            assert date.fromisoformat(day) == TODAY
            assert value == pytest.approx(current[key]["value"], abs=0.0005)


async def test_activity_has_the_same_figures_in_api_and_chat_and_its_load_is_the_days(
    screens: httpx.AsyncClient, demo: Athlete
) -> None:
    item = (await get(screens, "/activities", limit=1))["items"][0]
    shown = await get(screens, f"/activities/{item['id']}")
    async with demo.ports.store.begin(demo.user.id) as work:
        context = ToolContext(work, TODAY, "en", "metric", no_plan)
        told = await get_activity(ActivityArguments(activity_id=item["id"]), context)
    for figure in told["figures"]:
        expected = shown["figures"][figure["definition_key"]]["value"]
        assert figure["value"] == (round(expected, 2) if expected is not None else None)
    same_day = (await get(screens, "/activities", first=item["local_date"], last=item["local_date"]))["items"]
    loads = [(await get(screens, f"/activities/{one['id']}"))["figures"]["load"]["value"] for one in same_day]
    day = await get(screens, "/fitness/trends", first=item["local_date"], last=item["local_date"])
    assert day["series"]["load"]["points"][0][1] == pytest.approx(sum(loads), abs=0.001)


async def test_weeks_months_and_years_add_up_and_match_what_is_stored(
    screens: httpx.AsyncClient, demo: Athlete
) -> None:
    whole = (await get(screens, "/analytics/lifetime"))["items"][0]
    for period in ("weekly", "monthly", "yearly"):
        items = (await get(screens, f"/analytics/{period}", first=whole["start"], last=TODAY))["items"]
        for key in ("distance", "moving_time", "load", "elevation_gain"):
            total = sum(one[key]["value"] or 0 for one in items)
            assert total == pytest.approx(whole[key]["value"], abs=0.5), (period, key)
    weeks = (await get(screens, "/analytics/weekly", first=TODAY - timedelta(days=80), last=TODAY))["items"]
    async with demo.ports.store.begin(demo.user.id) as work:
        for week in weeks:
            monday = date.fromisoformat(week["start"])
            found = await work.analytics.summaries(Period.WEEK, monday, monday)
            assert len(found) == min(week["activities"], 1)
            for stored in found:
                for key in ("distance", "moving_time", "load", "elevation_gain"):
                    assert stored.figures[key]["value"] == pytest.approx(week[key]["value"], abs=0.001)


async def test_every_figure_is_a_finite_number_or_a_word_with_its_receipt_or_a_reason(
    screens: httpx.AsyncClient,
) -> None:
    pages = [(await get(screens, "/dashboard/summary"))["figures"]]
    for item in (await get(screens, "/activities", limit=60))["items"]:
        pages.append((await get(screens, f"/activities/{item['id']}"))["figures"])
    for snapshot in (await get(screens, "/fitness/snapshots"))["items"]:
        pages.append(snapshot["figures"])
    for figures in pages:
        for key, figure in figures.items():
            check(key, figure)


def check(key: str, figure: dict[str, Any]) -> None:
    about = DEFINITIONS[figure["definition_key"]]
    assert set(figure) == RECEIPT
    assert key.split(".")[0] == about.key
    assert (figure["unit"], figure["formula_version"]) == (about.unit, about.version)
    assert figure["as_of"] is not None
    assert (figure["value"] is None) == (figure["reason"] is not None)
    numbers = [figure["value"], *figure["inputs"].values()]
    assert all(isfinite(value) for value in numbers if isinstance(value, float))


async def test_planned_load_goes_on_from_todays_form(screens: httpx.AsyncClient) -> None:
    shown = await get(screens, "/dashboard/trends")
    assert shown["projection"] == {}


async def test_baseline_of_the_coach_is_bounded(demo: Athlete) -> None:
    async with demo.ports.store.begin(demo.user.id) as work:
        conversation = await work.chats.create("t", "en")
        messages = await build_messages(work, conversation.id, "en", demo.ports.clock.now())
    assert sum(len(message.content or "") for message in messages) < 12_000
