"""Sunday night: each runner of the zone gets a plan to decide on, once, whoever else fails."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from activities.fanout import iso_week_of
from runcoach.temporal.schedules import ensure_schedules, weekly_refresh
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import with_history
from workflows.contracts import WeeklyRefreshInput
from workflows.names import CORE_QUEUE, weekly_plan_id, weekly_refresh_schedule_id
from workflows.weekly_refresh import WeeklyRefresh

ZONES = [
    "Asia/Seoul",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Kiritimati",
]


@pytest.mark.engines
async def test_every_runner_of_the_zone_gets_one_plan(rig: Rig, a_user: MakeUser) -> None:
    zone = "Pacific/Chatham"
    runner = await with_history(rig, a_user, activities=10)
    newcomer = await a_user(time_zone=zone)  # nothing is known of them
    async with rig.store.begin(runner.id) as work:
        await work.users.set_preferences(time_zone=zone)
    for _ in range(2):  # the second time everything is there already
        await rig.client.execute_workflow(
            WeeklyRefresh.run,
            WeeklyRefreshInput(zone, iso_week="2026-W10", page_size=1),
            id=f"weekly-refresh/{uuid4()}",
            task_queue=CORE_QUEUE,
        )
    for user_id in (runner.id, newcomer.id):
        await rig.client.get_workflow_handle(weekly_plan_id(user_id, "2026-W10")).result()
        async with rig.store.begin(user_id) as work:
            assert len(await work.plans.open_proposals()) == 1


@pytest.mark.engines
@pytest.mark.usefixtures("no_rounds_left")
async def test_schedules_follow_the_zones_where_runners_live(rig: Rig, a_user: MakeUser) -> None:
    await a_user(time_zone="Australia/Lord_Howe")
    for _ in range(2):
        await ensure_schedules(rig.client, rig.store)
    orphan = weekly_refresh_schedule_id("Antarctica/Troll")
    await rig.client.create_schedule(orphan, weekly_refresh("Antarctica/Troll"))
    async with asyncio.timeout(20):  # the list of schedules is told with some delay
        while orphan in (ids := {entry.id async for entry in await rig.client.list_schedules()}) or not ids:
            await ensure_schedules(rig.client, rig.store)
            await asyncio.sleep(0.2)
    assert weekly_refresh_schedule_id("Australia/Lord_Howe") in ids
    handle = rig.client.get_schedule_handle(weekly_refresh_schedule_id("Australia/Lord_Howe"))
    upcoming = (await handle.describe()).info.next_action_times
    zone = ZoneInfo("Australia/Lord_Howe")
    nominal = [at.astimezone(zone) for at in upcoming]
    assert {(at.isoweekday(), at.hour) for at in nominal} == {(7, 23)}
    assert all(at.minute <= 10 for at in nominal)


@pytest.mark.parametrize("zone", ZONES)
def test_sunday_night_is_about_the_week_that_begins(zone: str) -> None:
    for day in ("2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01", "2027-01-03"):
        sunday = datetime.fromisoformat(f"{day}T23:07").replace(tzinfo=ZoneInfo(zone))
        year, week, _ = (sunday.date() + timedelta(days=1)).isocalendar()
        assert iso_week_of(sunday.astimezone(UTC), zone) == f"{year}-W{week:02d}"
