"""Schedules as desired state, brought about at start and whenever it is asked for.

One per time zone for the weekly plans, evaluated by the server in the zone itself, so that summer time is its
matter; one for all runners each for the regular look at Garmin and for the night's housekeeping. What was
missed for longer than the catch-up window is not made up for: a stampede of old weeks helps nobody.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
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
from workflows.contracts import RoundInput, WeeklyRefreshInput
from workflows.names import (
    CORE_QUEUE,
    GARMIN_SWEEP_SCHEDULE,
    HOUSEKEEPING_SCHEDULE,
    weekly_refresh_schedule_id,
)

LOOK_EVERY_S = 60.0
SUNDAY, HOUR = 0, 23
JITTER = timedelta(minutes=10)
CATCH_UP = timedelta(hours=12)
SWEEP_CATCH_UP = timedelta(hours=1)
NIGHT_UTC = 18
"""Three in the morning in Seoul, where most of our runners are."""

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
    """Creates what is missing, corrects what differs, takes away zones where nobody lives any more.

    What somebody paused stays paused.
    """
    wanted = wanted_schedules(await store.accounts.time_zones())
    known = {entry.id async for entry in await client.list_schedules() if entry.id.startswith(_PREFIX)}
    for schedule_id, schedule in sorted(wanted.items()):
        await _ensure(client, schedule_id, schedule)
    for orphan in sorted(known - wanted.keys()):
        await client.get_schedule_handle(orphan).delete()
        log.info("nobody lives in the zone of %s any more", orphan)


def wanted_schedules(time_zones: Sequence[str]) -> dict[str, Schedule]:
    """By id."""
    weekly = {weekly_refresh_schedule_id(zone): weekly_refresh(zone) for zone in time_zones}
    return weekly | {GARMIN_SWEEP_SCHEDULE: garmin_sweep(), HOUSEKEEPING_SCHEDULE: housekeeping()}


async def _ensure(client: Client, schedule_id: str, wanted: Schedule) -> None:
    try:
        await client.create_schedule(schedule_id, wanted)
    except ScheduleAlreadyRunningError:
        await _correct(client.get_schedule_handle(schedule_id), wanted)


def _correct(handle: ScheduleHandle, wanted: Schedule) -> Awaitable[None]:
    async def change(known: ScheduleUpdateInput) -> ScheduleUpdate | None:
        now = known.description.schedule
        if is_same(now, wanted):
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


def garmin_sweep() -> Schedule:
    """Every hour; a round that takes longer than that is not overtaken by the next one."""
    note = "A sync for every connected runner who is due"
    return _round("GarminSweep", "garmin-sweep", ScheduleRange(0, 23), SWEEP_CATCH_UP, note)


def housekeeping() -> Schedule:
    """Once a night; on a machine that sleeps at night, when it wakes up."""
    note = "Expired sessions and secrets, heard streams, failed items"
    return _round("Housekeeping", "housekeeping", ScheduleRange(NIGHT_UTC), CATCH_UP, note)


def _round(workflow: str, run_id: str, hours: ScheduleRange, catch_up: timedelta, note: str) -> Schedule:
    """Through all runners, one round at a time."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            workflow, RoundInput(), id=run_id, task_queue=CORE_QUEUE, static_summary=note
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[hours])], time_zone_name="UTC", jitter=JITTER
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=catch_up),
        state=ScheduleState(note=note),
    )


def is_same(one: Schedule, other: Schedule) -> bool:
    """Whether there is nothing to correct."""
    return _facts(one) == _facts(other)


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
