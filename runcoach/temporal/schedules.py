"""One Schedule per time zone and slot: desired state, brought about at start and whenever it is asked for.

Evaluated by the server in the zone itself, so that summer time is its matter. What was missed for longer than
the catch-up window is not made up for: a stampede of old weeks helps nobody.
"""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from runcoach.domain.errors import RetryLater
from runcoach.ports.storage import Store
from workflows.contracts import WeeklyRefreshInput
from workflows.names import CORE_QUEUE, weekly_refresh_schedule_id

LOOK_EVERY_S = 60.0
SUNDAY, HOUR = 0, 23
JITTER = timedelta(minutes=10)
CATCH_UP = timedelta(hours=12)
_PREFIX = weekly_refresh_schedule_id("").split("/")[0] + "/"

log = logging.getLogger(__name__)


async def keep_schedules(client: Client, store: Store) -> None:
    """Looks every minute: the first runner of a zone needs its schedule, and none may wait for a restart."""
    settled: list[str] | None = None
    while True:
        try:
            zones = await store.accounts.time_zones()
            if zones != settled:
                await ensure_schedules(client, store)
                settled = zones
        except (RPCError, RetryLater) as not_yet:
            log.info("schedules wait for the next look (%s)", type(not_yet).__name__)
        await asyncio.sleep(LOOK_EVERY_S)


async def ensure_schedules(client: Client, store: Store) -> None:
    """Creates what is missing, corrects what differs, takes away zones where nobody lives any more."""
    wanted = {weekly_refresh_schedule_id(zone): zone for zone in await store.accounts.time_zones()}
    known = {entry.id async for entry in await client.list_schedules() if entry.id.startswith(_PREFIX)}
    for schedule_id, zone in sorted(wanted.items()):
        await _ensure(client, schedule_id, zone)
    for orphan in sorted(known - wanted.keys()):
        await client.get_schedule_handle(orphan).delete()
        log.info("nobody lives in the zone of %s any more", orphan)


async def _ensure(client: Client, schedule_id: str, time_zone: str) -> None:
    try:
        await client.create_schedule(schedule_id, weekly_refresh(time_zone))
    except ScheduleAlreadyRunningError:
        await _correct(client.get_schedule_handle(schedule_id), time_zone)


def _correct(handle: ScheduleHandle, time_zone: str) -> Awaitable[None]:
    async def change(known: ScheduleUpdateInput) -> ScheduleUpdate | None:
        wanted, now = weekly_refresh(time_zone), known.description.schedule
        if _facts(now) == _facts(wanted):
            return None
        wanted.state = now.state  # somebody may have paused it
        return ScheduleUpdate(schedule=wanted)

    return handle.update(change)


def weekly_refresh(time_zone: str) -> Schedule:
    """Sunday 23:00 on the clocks of that zone."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            "WeeklyRefresh",
            WeeklyRefreshInput(time_zone),
            id=f"{_PREFIX}{time_zone.replace('/', '_')}",
            task_queue=CORE_QUEUE,
            static_summary=f"Weekly plans of {time_zone}",
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(day_of_week=[ScheduleRange(SUNDAY)], hour=[ScheduleRange(HOUR)])],
            time_zone_name=time_zone,
            jitter=JITTER,
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=CATCH_UP),
        state=ScheduleState(note="A new plan for every runner of this zone"),
    )


def _facts(schedule: Schedule) -> tuple[Any, ...]:
    """What makes two schedules the same for us; the server rewrites the calendar in its own way."""
    spec, policy = schedule.spec, schedule.policy
    times = [
        (
            [(r.start, r.end or r.start) for r in calendar.day_of_week],
            [(r.start, r.end or r.start) for r in calendar.hour],
            [(r.start, r.end or r.start) for r in calendar.minute],
        )
        for calendar in spec.calendars
    ]
    workflow = getattr(schedule.action, "workflow", None)
    queue = getattr(schedule.action, "task_queue", None)
    return (spec.time_zone_name, times, spec.jitter, policy.overlap, policy.catchup_window, workflow, queue)
