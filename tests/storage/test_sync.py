"""Keeping up with providers: connections, items, coverage, jobs, uploads."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from runcoach.domain.activity import ListedActivity, Sport, Streams
from runcoach.domain.connection import (
    ConnectionState,
    CoverageState,
    JobState,
    JobStatus,
    Provider,
    ProviderConnection,
    SyncItemState,
    SyncWindow,
)
from runcoach.domain.errors import Conflict
from runcoach.ports.storage import RawFile
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.storage.builders import MONDAY, MORNING, a_run, watch_streams

GARMIN = Provider.GARMIN


def listed(number: int, raw_hash: str = "h1") -> ListedActivity:
    """Item 0 is the newest."""
    start = MORNING - timedelta(days=number)
    return ListedActivity(f"ext-{number}", f"run {number}", Sport.RUN, start, 10_000.0, 3000.0, raw_hash)


async def test_account_nobody_connected_is_disconnected(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        found = await work.connections.get(GARMIN)
    assert found == ProviderConnection(user.id, GARMIN, ConnectionState.DISCONNECTED)


async def test_connection_is_kept_with_the_time_of_its_change(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    known = ProviderConnection(user.id, GARMIN, ConnectionState.CONNECTED, "4711", "Minji", None, None)
    async with store.begin(user.id) as work:
        await work.connections.save(known)
        cooling = replace(known, state=ConnectionState.COOLING_DOWN, retry_at=clock.now(), error_code="x")
        await work.connections.save(cooling)
        assert await work.connections.get(GARMIN) == replace(cooling, updated_at=clock.now())
        assert (await work.connections.get(Provider.STRAVA)).state is ConnectionState.DISCONNECTED


async def test_second_runner_cannot_link_the_same_strava_athlete_until_the_first_lets_go(
    store: PgStore, a_user: MakeUser
) -> None:
    first, second = await a_user(), await a_user()
    athlete = f"athlete-{first.id}"
    mine = ProviderConnection(first.id, Provider.STRAVA, ConnectionState.CONNECTED, athlete)
    async with store.begin(first.id) as work:
        await work.connections.save(mine)
    async with store.begin(second.id) as work:
        with pytest.raises(Conflict):
            await work.connections.save(replace(mine, user_id=second.id))
        assert (await work.connections.get(Provider.STRAVA)).state is ConnectionState.DISCONNECTED
    async with store.begin(first.id) as work:
        await work.connections.save(replace(mine, state=ConnectionState.DISCONNECTED))
    async with store.begin(second.id) as work:
        await work.connections.save(replace(mine, user_id=second.id))


async def test_lock_lets_one_transaction_refresh_at_a_time(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    inside, most = 0, 0

    async def refresh() -> None:
        nonlocal inside, most
        async with store.begin(user.id) as work:
            await work.connections.lock(GARMIN)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(refresh() for _ in range(6)))
    assert most == 1


async def test_newest_items_are_claimed_first_and_those_tried_before_last(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        items = work.sync_items
        assert await items.discover(GARMIN, [listed(n) for n in (4, 0, 2, 1, 3)]) == 5
        await items.finish(GARMIN, "ext-0", SyncItemState.FAILED, error_code="provider_unavailable")
        await items.finish(GARMIN, "ext-1", SyncItemState.IMPORTED)
        assert await items.retry_failed(GARMIN) == 1
        claimed = await items.claim(GARMIN, 10)
        assert [item.external_id for item in claimed] == ["ext-2", "ext-3", "ext-4", "ext-0"]
        assert claimed == await items.claim(GARMIN, 10)
        assert [item.external_id for item in await items.claim(GARMIN, 2)] == ["ext-2", "ext-3"]
        assert claimed[-1].attempts == 1


async def test_window_of_a_sync_leaves_out_what_an_older_listing_left(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        await work.sync_items.discover(GARMIN, [listed(n) for n in range(6)])
        await work.sync_items.finish(GARMIN, "ext-5", SyncItemState.FAILED, error_code="provider_rejected")
        assert await work.sync_items.retry_failed(GARMIN, below_attempts=1) == 0
        assert await work.sync_items.retry_failed(GARMIN, below_attempts=2) == 1
    async with store.begin(user.id) as work:
        items, newest = work.sync_items, (await work.sync_items.claim(GARMIN, 1))[0]
        long_ago, soon = MORNING - timedelta(days=999), MORNING + timedelta(days=9999)
        recent = SyncWindow(started_since=newest.started_at, found_since=soon)
        claimed = await items.claim(GARMIN, 10, recent)
        assert [item.external_id for item in claimed] == [newest.external_id, "ext-5"]
        assert await items.count_waiting(GARMIN, recent) == 2
        assert await items.count_waiting(GARMIN, SyncWindow(soon, found_since=long_ago)) == 6
        assert await items.count_waiting(GARMIN) == 6
        assert await items.earliest_lost(GARMIN, long_ago) is None
        await items.finish(GARMIN, "ext-3", SyncItemState.DELETED)
        assert await items.earliest_lost(GARMIN, long_ago) == listed(3).start_time
        assert await items.earliest_lost(GARMIN, soon) is None


async def test_listing_again_finds_only_what_is_new_changed_or_back(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        items = work.sync_items
        await items.discover(GARMIN, [listed(n) for n in range(4)])
        for n in range(4):
            await items.keep_original(GARMIN, f"ext-{n}", "ab" * 32)
            await items.finish(GARMIN, f"ext-{n}", SyncItemState.IMPORTED)
        await items.finish(GARMIN, "ext-3", SyncItemState.DELETED)
        again = [listed(0), listed(1, "h2"), listed(3), listed(9), listed(9)]
        assert await items.discover(GARMIN, again) == 3
        waiting = {item.external_id: item for item in await items.claim(GARMIN, 10)}
        assert set(waiting) == {"ext-1", "ext-3", "ext-9"}
        assert waiting["ext-1"].original_sha256 is None
        assert waiting["ext-1"].attempts == 0
        assert await items.discover(GARMIN, again) == 0
        assert await items.discover(GARMIN, []) == 0


async def test_counts_and_failures_name_every_state(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        items = work.sync_items
        await items.discover(GARMIN, [listed(n) for n in range(4)])
        run = a_run(user.id)
        await work.activities.upsert(run, [], watch_streams(60))
        await items.finish(GARMIN, "ext-0", SyncItemState.IMPORTED, activity_id=run.id)
        await items.finish(GARMIN, "ext-1", SyncItemState.UNREADABLE, error_code="truncated")
        await items.finish(GARMIN, "ext-2", SyncItemState.FAILED, error_code="provider_rejected")
        counts = await items.count(GARMIN)
        failed = await items.list_failed(GARMIN)
        since = await items.since(GARMIN, MORNING - timedelta(days=1))
    assert counts == {
        SyncItemState.DISCOVERED: 1,
        SyncItemState.IMPORTED: 1,
        SyncItemState.UNREADABLE: 1,
        SyncItemState.FAILED: 1,
        SyncItemState.DELETED: 0,
    }
    assert [(item.external_id, item.error_code) for item in failed] == [
        ("ext-1", "truncated"),
        ("ext-2", "provider_rejected"),
    ]
    assert [(item.external_id, item.activity_id) for item in since] == [("ext-0", run.id), ("ext-1", None)]


async def test_state_of_a_stream_is_replaced_whole(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        assert await work.sync_states.get(GARMIN, "activities") == {}
        await work.sync_states.save(GARMIN, "activities", {"cursor": 40, "last_error": None})
        await work.sync_states.save(GARMIN, "activities", {"last_success_at": "2026-03-02T07:30:00+00:00"})
        assert await work.sync_states.get(GARMIN, "activities") == {
            "last_success_at": "2026-03-02T07:30:00+00:00"
        }


async def test_coverage_shows_the_best_that_any_provider_has(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    days = [MONDAY + timedelta(days=n) for n in range(3)]
    async with store.begin(user.id) as work:
        states = work.sync_states
        await states.set_coverage(GARMIN, "sleep", dict.fromkeys(days, CoverageState.PENDING))
        await states.set_coverage(
            GARMIN, "sleep", {days[0]: CoverageState.HAVE, days[1]: CoverageState.FAILED}
        )
        await states.set_coverage(Provider.FILE, "sleep", {days[1]: CoverageState.EMPTY})
        await states.set_coverage(GARMIN, "hrv", {date(2020, 1, 1): CoverageState.HAVE})
        found = await states.coverage(days[0], days[2])
    assert found == {
        "sleep": {
            days[0]: CoverageState.HAVE,
            days[1]: CoverageState.EMPTY,
            days[2]: CoverageState.PENDING,
        }
    }


async def test_job_is_one_row_per_workflow_id_and_the_last_changed_comes_first(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    backfill = JobStatus(
        f"garmin-backfill/{user.id}",
        user.id,
        "garmin_backfill",
        JobState.RUNNING,
        done=20,
        total=450,
        detail={"stream": "activities"},
        started_at=clock.now(),
        updated_at=clock.now(),
    )
    async with store.begin(user.id) as work:
        await work.jobs.save(backfill)
        later = clock.advance(minutes=1)
        await work.jobs.save(replace(backfill, id="import/1", kind="import_files", updated_at=later))
        parked = replace(
            backfill, state=JobState.PARKED, needs_human=True, updated_at=clock.advance(minutes=1)
        )
        await work.jobs.save(parked)
        assert await work.jobs.get(backfill.id) == parked
        assert [job.kind for job in await work.jobs.list()] == ["garmin_backfill", "import_files"]
        assert [job.kind for job in await work.jobs.list(kind="import_files")] == ["import_files"]
        assert await work.jobs.get("unknown") is None
        with pytest.raises(ValueError, match="another user"):
            await work.jobs.save(replace(backfill, user_id=(await a_user()).id))


async def test_each_file_of_an_upload_has_its_own_fate(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    run = a_run(user.id)
    async with store.begin(user.id) as work:
        await work.activities.upsert(run, [], watch_streams(60))
        upload_id = await work.uploads.create("export.zip", "ab" * 32, 1234)
        for name in ("b.fit", "a.fit", "a.fit"):
            await work.uploads.add_file(upload_id, name, "cd" * 32, 99)
        await work.uploads.finish_file(upload_id, "cd" * 32, "a.fit", "imported", activity_ids=[run.id])
        await work.uploads.finish_file(upload_id, "cd" * 32, "b.fit", "unreadable", reason="truncated")
        files = await work.uploads.files(upload_id)
        upload = await work.uploads.get(upload_id)
        assert [one["id"] for one in await work.uploads.list(5)] == [upload_id]
    assert upload is not None
    assert (upload["file_name"], upload["size_bytes"]) == ("export.zip", 1234)
    assert [(f["file_name"], f["state"], f["reason"], f["ids"]) for f in files] == [
        ("a.fit", "imported", None, [run.id]),
        ("b.fit", "unreadable", "truncated", []),
    ]


async def test_strava_twin_of_an_activity_learns_field_by_field(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    run = a_run(user.id)
    async with store.begin(user.id) as work:
        await work.activities.upsert(run, [], watch_streams(60))
        assert await work.strava_map.get(run.id) is None
        await work.strava_map.save(run.id, {"upload_id": "77", "state": "processing"})
        await work.strava_map.save(run.id, {"strava_activity_id": "88", "state": "uploaded"})
        twin = await work.strava_map.get(run.id)
        assert await work.strava_map.list(5) == [twin]
        with pytest.raises(ValueError, match="not fields"):
            await work.strava_map.save(run.id, {"stat": "uploaded"})
    assert twin is not None
    assert (twin["upload_id"], twin["strava_activity_id"], twin["state"]) == ("77", "88", "uploaded")


async def test_originals_of_a_runner_are_listed_and_shared_bytes_are_known(
    store: PgStore, a_user: MakeUser
) -> None:
    user, other = await a_user(), await a_user()
    sha256 = user.id.hex * 2
    one, two = a_run(user.id), a_run(user.id, original_sha256=sha256)
    async with store.begin(user.id) as work:
        for run in (one, two):
            await work.activities.upsert(run, [], Streams(watch_streams(60).time_s))
        await work.raw_files.save(RawFile(sha256, "fit", 100, (one.id,)))
        await work.raw_files.save(RawFile(sha256, "fit", 100, (one.id, two.id)))
        assert [(f.sha256, set(f.activity_ids)) for f in await work.raw_files.list()] == [
            (sha256, {one.id, two.id})
        ]
        assert await work.raw_files.size_bytes() == 100
        assert not await work.raw_files.is_shared(sha256)
    async with store.begin(other.id) as work:
        assert await work.raw_files.is_shared(sha256)
        assert await work.raw_files.list() == []
    async with store.begin(user.id) as work:
        await work.raw_files.delete(sha256)
        assert await work.raw_files.list() == []
