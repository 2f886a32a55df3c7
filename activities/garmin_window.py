"""What a sync looks at: since when, what is listed there, what went away, and how fresh a stream is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from activities.changed import stamped_since
from runcoach.domain.activity import ListedActivity
from runcoach.domain.connection import Provider, SyncItemState, SyncWindow
from runcoach.ports.garmin import GarminConnection
from runcoach.ports.storage import UnitOfWork

FILE_STREAM, WELLNESS_STREAM = "activities", "wellness"
FIRST_LOOK = timedelta(days=30)
"""So far back looks a sync that knows of no success before it."""


async def window_start(work: UnitOfWork, now: datetime, window_days: int) -> datetime:
    """Some days before the last success: what is uploaded late is found too."""
    said = (await work.sync_states.get(Provider.GARMIN, FILE_STREAM)).get("last_success_at")
    last = datetime.fromisoformat(said) if said else now - FIRST_LOOK
    return last - timedelta(days=window_days)


async def succeeded(work: UnitOfWork, stream: str, at: datetime) -> None:
    """Everything of that stream that was there at `at` has been seen."""
    known = await work.sync_states.get(Provider.GARMIN, stream)
    values = {**known, "last_success_at": at.isoformat(), "last_error": None}
    await work.sync_states.save(Provider.GARMIN, stream, values)


async def list_since(account: GarminConnection, since: datetime, page_size: int) -> list[ListedActivity]:
    """Pages until one of them ends before `since`; the list is ordered by start."""
    found: list[ListedActivity] = []
    while True:
        page = await account.list_activities(len(found), page_size)
        found.extend(page)
        if len(page) < page_size or page[-1].start_time < since:
            return found


async def forget_deleted(
    work: UnitOfWork, since: datetime, listed: Sequence[ListedActivity]
) -> Sequence[date]:
    """Days from which an activity went away at the provider; it goes away here too."""
    there = {item.external_id for item in listed}
    days: list[date] = []
    for item in await work.sync_items.since(Provider.GARMIN, since):
        if item.external_id in there or item.state is SyncItemState.DELETED:
            continue
        if item.activity_id is not None:
            days.append((await work.activities.get(item.activity_id)).local_date)
            await work.activities.delete(item.activity_id)
        await work.sync_items.finish(Provider.GARMIN, item.external_id, SyncItemState.DELETED)
    return days


def sync_window(started_since: str | None, began: str | None) -> SyncWindow | None:
    """What the items of this run are; None = all that wait."""
    if started_since is None or began is None:
        return None
    return SyncWindow(datetime.fromisoformat(started_since), stamped_since(began))


async def local_today(work: UnitOfWork, now: datetime) -> date:
    """The runner's day."""
    return now.astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


async def lost_since(work: UnitOfWork, began: str | None) -> date | None:
    """The earliest day that lost an activity since the run began, whatever zone its device was in."""
    lost = await work.sync_items.earliest_lost(Provider.GARMIN, stamped_since(began)) if began else None
    return await local_today(work, lost) - timedelta(days=1) if lost else None
