"""What was recorded is kept whole, revised in place, and paged without gaps."""

import numpy as np

from runcoach.domain.activity import Channel, Streams
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.storage.builders import a_run, some_laps, watch_streams

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
