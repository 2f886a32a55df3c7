"""Letting the demo athlete live on: days pass, here too, then a sync, then the plan of a new week."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import date
from typing import Any

import httpx
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.fanout import iso_week_of
from runcoach.ports.bundle import Ports
from runcoach.settings import Settings
from runcoach.wiring.clock import DemoClock, SystemClock
from runcoach.wiring.demo import TIME_ZONE, find_user
from workflows.contracts import SyncInput, WeeklyRefreshInput
from workflows.names import CORE_QUEUE, garmin_sync_id, weekly_plan_id, weekly_refresh_schedule_id

_SYNC_S = 120.0
_LOOK_S = 30.0
_SUNDAY = 6


async def live_on(settings: Settings, ports: Ports, client: Client, days: int) -> AsyncIterator[str]:
    """What happened, line by line. Nothing passes where the simulators don't answer."""
    async with httpx.AsyncClient(base_url=f"{settings.simulators_url}/_control", timeout=120) as http:
        lived = (await http.post("/advance", json={"days": days})).raise_for_status().json()
        world = (await http.get("/world")).raise_for_status().json()
    DemoClock(settings.data_dir, SystemClock()).set_ahead(world["days_ahead"])
    for day in lived:
        yield f"{day['day']}  {told(day['recorded'])}"
    yield f"It is {world['today']} now, for everybody on this machine."
    user = await find_user(settings, ports)
    if user is None:
        return
    await _until_over(client.get_workflow_handle(garmin_sync_id(user.id)))
    sync = await _start(client, "GarminSync", SyncInput(user.id, reason="demo"), garmin_sync_id(user.id))
    yield f"Sync: {await _outcome(sync)}"
    if has_sunday(day["day"] for day in lived):
        week = iso_week_of(ports.clock.now(), TIME_ZONE)
        refresh_id = f"{weekly_refresh_schedule_id(TIME_ZONE)}/{week}"
        refresh = await _start(
            client, "WeeklyRefresh", WeeklyRefreshInput(TIME_ZONE, iso_week=week), refresh_id
        )
        yield f"Plans of {week}: {await _outcome(refresh)}"
        plan = client.get_workflow_handle(weekly_plan_id(user.id, week))
        yield f"Plan of the demo athlete: {await _outcome(plan)}"


def told(recorded: Iterable[dict[str, Any]]) -> str:
    """What was recorded on a day, and when it reaches Garmin where that is later."""
    words = [
        f"{one['title']} (reaches Garmin on {one['visible_from']})" if one["visible_from"] else one["title"]
        for one in recorded
    ]
    return ", ".join(words) or "nothing recorded"


def has_sunday(days: Iterable[str]) -> bool:
    """Whether a week ended within these days."""
    return any(date.fromisoformat(day).weekday() == _SUNDAY for day in days)


async def _start(client: Client, workflow: str, argument: object, run_id: str) -> WorkflowHandle[Any, Any]:
    return await client.start_workflow(
        workflow,
        argument,
        id=run_id,
        task_queue=CORE_QUEUE,
        static_summary="The demo athlete lived on",
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def _until_over(handle: WorkflowHandle[Any, Any]) -> None:
    """The regular look at Garmin may be at it right now, and looked before these days had passed."""
    with suppress(TimeoutError, WorkflowFailureError, RPCError):
        await asyncio.wait_for(handle.result(), _LOOK_S)


async def _outcome(handle: WorkflowHandle[Any, Any]) -> str:
    with suppress(TimeoutError, WorkflowFailureError, RPCError):
        await asyncio.wait_for(handle.result(), _SYNC_S)
        return "done"
    return f"not finished, look at {handle.id} in Temporal's UI"
