"""What was recorded is kept whole, revised in place, and paged without gaps."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import event

from runcoach.domain.activity import Channel, Source, Sport, Streams
from runcoach.domain.errors import Invalid, NotFound
from runcoach.ports.storage import BestEffort, MetricRow
from runcoach.storage.ids import uuid7
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.storage.builders import MONDAY, MORNING, a_run, some_laps, watch_streams

NOTHING = Streams(np.empty(0))


async def test_activity_with_laps_and_samples_comes_back_as_it_was(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    run, laps, streams = a_run(user.id), some_laps(), watch_streams()
    async with store.begin(user.id) as work:
        kept_id = await work.activities.upsert(run, laps, streams)
    async with store.begin(user.id) as work:
        assert await work.activities.get(kept_id) == run
        assert await work.activities.laps(kept_id) == laps
        kept = await work.activities.streams(kept_id)
    assert np.array_equal(kept.time_s, streams.time_s)
    assert set(kept.channels) == set(streams.channels)
    for channel, values in streams.channels.items():
        np.testing.assert_allclose(kept.channels[channel], values, rtol=0, atol=1e-9, equal_nan=True)


async def test_only_the_channels_asked_for_are_read(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        kept_id = await work.activities.upsert(a_run(user.id), [], watch_streams(60))
        kept = await work.activities.streams(kept_id, [Channel.POWER_W, Channel.STEP_LENGTH_MM])
    assert list(kept.channels) == [Channel.POWER_W]
    assert len(kept.time_s) == 60


async def test_same_activity_again_changes_nothing(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    run = a_run(user.id)
    async with store.begin(user.id) as work:
        first = await work.activities.upsert(run, some_laps(), watch_streams(60))
    async with store.begin(user.id) as work:
        again = await work.activities.upsert(replace(run, id=uuid7()), some_laps(), watch_streams(60))
        assert again == first == run.id
        assert await work.activities.get(first) == run
        assert await work.activities.count() == 1
        assert len(await work.activities.laps(first)) == 10


async def test_edited_activity_is_a_new_revision_with_its_own_laps_and_samples(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    run = a_run(user.id)
    async with store.begin(user.id) as work:
        await work.activities.upsert(run, some_laps(), watch_streams(60))
        edited = replace(run, id=uuid7(), name="점심 달리기", distance_m=9_900.0)
        assert await work.activities.upsert(edited, some_laps(2), NOTHING) == run.id
        assert await work.activities.get(run.id) == replace(edited, id=run.id, revision=2)
        assert len(await work.activities.laps(run.id)) == 2
        assert (await work.activities.streams(run.id)).channels == {}


async def test_same_external_id_from_two_sources_is_two_activities(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        for source in (Source.GARMIN, Source.FILE):
            await work.activities.upsert(a_run(user.id, source=source, external_id="1"), [], NOTHING)
        found = await work.activities.find_external("1")
        assert await work.activities.count() == 2
    assert found is not None
    assert found.source is Source.GARMIN


async def test_activity_of_another_user_is_not_kept_as_ones_own(store: PgStore, a_user: MakeUser) -> None:
    user, other = await a_user(), await a_user()
    with pytest.raises(ValueError, match="another user"):
        async with store.begin(user.id) as work:
            await work.activities.upsert(a_run(other.id), [], NOTHING)


async def test_unknown_activity_and_somebody_elses_are_both_not_found(
    store: PgStore, a_user: MakeUser
) -> None:
    user, other = await a_user(), await a_user()
    async with store.begin(user.id) as work:
        kept_id = await work.activities.upsert(a_run(user.id), [], NOTHING)
    async with store.begin(other.id) as work:
        for activity_id in (kept_id, uuid7()):
            with pytest.raises(NotFound):
                await work.activities.get(activity_id)
        await work.activities.delete(kept_id)
    async with store.begin(user.id) as work:
        assert await work.activities.count() == 1
        await work.activities.delete(kept_id)
        assert await work.activities.count() == 0
        assert (await work.activities.streams(kept_id)).time_s.size == 0


async def test_pages_list_each_activity_once_where_many_start_together(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    runs = [a_run(user.id, start=MORNING - timedelta(days=day // 4)) for day in range(17)]
    async with store.begin(user.id) as work:
        for run in runs:
            await work.activities.upsert(run, [], NOTHING)
        seen, cursor = [], None
        for _ in range(6):
            page = await work.activities.page(limit=3, cursor=cursor)
            seen.extend(page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
        assert await work.activities.recent(17) == seen
    assert cursor is None
    assert [run.start_time for run in seen] == sorted((run.start_time for run in runs), reverse=True)
    assert {run.id for run in seen} == {run.id for run in runs}
    assert len(seen) == 17


async def test_activity_that_arrives_between_two_pages_shifts_nothing(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        for day in range(4):
            await work.activities.upsert(a_run(user.id, start=MORNING - timedelta(days=day)), [], NOTHING)
        first = await work.activities.page(limit=2, cursor=None)
        await work.activities.upsert(a_run(user.id, start=MORNING + timedelta(days=1)), [], NOTHING)
        second = await work.activities.page(limit=2, cursor=first.next_cursor)
    assert len({run.id for run in first.items + second.items}) == 4
    assert second.next_cursor is None


async def test_page_is_narrowed_by_sport_and_local_day(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        for day, sport in enumerate([Sport.RUN, Sport.RIDE, Sport.RUN, Sport.TRAIL]):
            run = a_run(user.id, sport=sport, start=MORNING + timedelta(days=day))
            await work.activities.upsert(run, [], NOTHING)
        runs = await work.activities.page(limit=9, cursor=None, sport=Sport.RUN)
        days = await work.activities.page(
            limit=9, cursor=None, first=MONDAY + timedelta(days=1), last=MONDAY + timedelta(days=2)
        )
        within = await work.activities.between(MONDAY, MONDAY + timedelta(days=1))
        assert await work.activities.first_day() == MONDAY
    assert [run.local_date.day for run in runs.items] == [4, 2]
    assert [run.local_date.day for run in days.items] == [4, 3]
    assert [run.local_date.day for run in within] == [2, 3]


@pytest.mark.parametrize("cursor", ["", "x", "W10=", "eyJhIjoxfQ==", "WyIyMDI2LTAxLTAxIiwgIngiXQ=="])
async def test_cursor_that_is_not_ours_is_refused(store: PgStore, a_user: MakeUser, cursor: str) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        with pytest.raises(Invalid):
            await work.activities.page(limit=2, cursor=cursor)


async def test_likely_twins_start_together_last_alike_and_are_of_one_kind(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    run = a_run(user.id, sport=Sport.TRAIL, original_sha256="ab" * 32)
    async with store.begin(user.id) as work:
        await work.activities.upsert(run, [], NOTHING)
        find = work.activities.find_overlapping
        near = MORNING + timedelta(minutes=5)
        assert await find(near, run.elapsed_s * 1.05, Sport.RUN) == [run]
        assert await find(near + timedelta(seconds=1), run.elapsed_s, Sport.RUN) == []
        assert await find(MORNING, run.elapsed_s * 1.2, Sport.RUN) == []
        assert await find(MORNING, run.elapsed_s, Sport.RIDE) == []
        assert await work.activities.find_original("ab" * 32) == [run]


async def test_one_activity_with_everything_takes_nine_statements(store: PgStore, a_user: MakeUser) -> None:
    """However many samples, laps and best efforts. `python -m benchmarks.storage` says how long they take."""
    user = await a_user()
    metrics = [MetricRow(f"figure_{n}", n / 3, "m", 1) for n in range(30)]
    bests = [BestEffort(100.0 + n, 20.0 + n, float(n)) for n in range(80)]
    zones = {"hr": [60.0] * 5, "pace": [70.0] * 6}
    said: list[str] = []

    def listen(_connection, _cursor, statement: str, *_rest: object) -> None:
        said.append(statement.split()[0])

    engine = store._engine.sync_engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        async with store.begin(user.id) as work:
            kept_id = await work.activities.upsert(a_run(user.id), some_laps(12), watch_streams(600))
            await work.metrics.save_activity(kept_id, metrics, bests, zones)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    # who asks · totals · laps · samples · wipe of three tables · figures · local day · bests · zones
    assert said == ["SELECT", "INSERT", "INSERT", "INSERT", "WITH", "INSERT", "SELECT", "INSERT", "INSERT"]
