"""Real FIT files of many watches, all the way into rows and out of the API."""

import json
from math import isfinite

import pytest

from runcoach.domain.errors import UnreadableFile
from runcoach.storage.store import PgStore
from tests.analytics.athlete import Athlete, new_athlete
from tests.fakes import FakeClock
from tests.shared_files import shared


@pytest.fixture
async def athlete(store: PgStore, clock: FakeClock) -> Athlete:
    """Who told nothing at all."""
    return await new_athlete(store, clock, profile=None)


async def test_runner_who_only_drops_files_has_loads_zones_and_a_level(athlete: Athlete) -> None:
    kept = 0
    for path in sorted(shared("fixtures/fit").glob("*/*.fit")):
        if path.stat().st_size > 700_000:
            continue
        try:
            kept += len(await athlete.keep([(path.name, path.read_bytes())]))
        except UnreadableFile:
            continue
    assert kept > 40
    await athlete.update()
    with_heart = with_load = 0
    async with athlete.ports.store.begin(athlete.user.id) as work:
        computed = await work.derived.computed()
        for one in computed:
            rows = {row.definition_key: row for row in await work.metrics.of_activity(one.activity.id)}
            assert all((row.value is None) == (row.reason is not None) for row in rows.values())
            assert all(isfinite(row.value) for row in rows.values() if row.value is not None)
            json.dumps([dict(row.inputs or {}) for row in rows.values()], allow_nan=False)
            if rows["trimp"].value is not None:
                with_heart += 1
                with_load += rows["load"].value is not None
                assert await work.metrics.zones_of_activity(one.activity.id)
        profile = await work.metrics.profile()
    assert with_heart > 20
    assert with_load == with_heart
    assert profile is not None
    json.dumps(dict(profile[1]), allow_nan=False)
