"""Recomputing gives the same rows whichever way it is done, and finds by itself what has become stale."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from temporalio.testing import ActivityEnvironment

from activities import derive as derive_module
from activities.anchors import load_anchors
from activities.contracts import RecomputePage
from activities.figures import stale_activities
from runcoach.domain.activity import DailyWellness, RecordedActivity, Source, Sport, Streams
from runcoach.domain.plan import RunnerProfile
from runcoach.ports.storage import DailyLoad, DatedZones, Period
from runcoach.science.definitions import DEFINITIONS
from runcoach.storage.store import PgStore
from tests.analytics.athlete import PROFILE, TODAY, Athlete, new_athlete
from tests.fakes import FakeClock
from tests.storage.builders import MORNING, a_run, watch_streams

DAY = timedelta(days=1)
KNOWN: RunnerProfile = replace(PROFILE, hr_max_bpm=190, hr_rest_bpm=50, threshold_hr_bpm=168)


@pytest.fixture
async def athlete(store: PgStore, clock: FakeClock) -> Athlete:
    """With settings of their own, so that one run more moves no estimate."""
    return await new_athlete(store, clock, KNOWN)


async def run_on(athlete: Athlete, day: date, minutes: int = 20, **more: Any) -> RecordedActivity:
    """A run of that day, its samples a little different every day."""
    start = MORNING + (day - MORNING.date()) * 1
    run = a_run(athlete.user.id, km=minutes / 5, start=start, local_date=day, **more)
    async with athlete.ports.store.begin(athlete.user.id) as work:
        await work.activities.upsert(run, [], watch_streams(minutes * 60, seed=day.toordinal()))
    return run


async def daily(athlete: Athlete) -> list[DailyLoad]:
    async with athlete.ports.store.begin(athlete.user.id) as work:
        return await work.metrics.daily(date.min, date.max)


async def everything(athlete: Athlete) -> dict[str, Any]:
    """All derived rows."""
    async with athlete.ports.store.begin(athlete.user.id) as work:
        computed = await work.derived.computed()
        return {
            "metrics": {one.activity.id: await work.metrics.of_activity(one.activity.id) for one in computed},
            "zones": {
                one.activity.id: await work.metrics.zones_of_activity(one.activity.id) for one in computed
            },
            "fingerprints": [one.fingerprint for one in computed],
            "weeks": await work.analytics.summaries(Period.WEEK, date.min, date.max),
            "months": await work.analytics.summaries(Period.MONTH, date.min, date.max),
            "years": await work.analytics.summaries(Period.YEAR, date.min, date.max),
            "profiles": await work.metrics.profiles(date.min, date.max),
            "snapshots": await work.analytics.snapshots(date(1, 1, 1), date.max),
        }


def alike(one: list[DailyLoad], other: list[DailyLoad]) -> bool:
    """The same days with the same values, to a millionth: sums go on in another order."""
    pairs = zip(one, other, strict=True)
    return all(
        a.day == b.day
        and np.allclose((a.load, a.ctl, a.atl, a.tsb), (b.load, b.ctl, b.atl, b.tsb), atol=1e-6)
        for a, b in pairs
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_runs_that_arrive_in_any_order_give_the_rows_of_a_recompute_from_scratch(
    seed: int, athlete: Athlete
) -> None:
    rng = np.random.default_rng(seed)
    days = rng.choice(90, 8, replace=False)
    for back in days.tolist():
        day = TODAY - back * DAY
        await run_on(athlete, day)
        await athlete.update(day)
    one_by_one, rows = await daily(athlete), await everything(athlete)
    await athlete.update()
    assert alike(one_by_one, await daily(athlete))
    scratch = await everything(athlete)
    for key, found in scratch.items():
        assert rounded(rows[key]) == rounded(found), key


def rounded(value: Any) -> Any:
    """To six digits after the point, however deep."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return rounded(value.__dict__) if hasattr(value, "__dataclass_fields__") else value


async def test_everything_again_gives_the_same_rows(athlete: Athlete) -> None:
    for back in (3, 40, 70):
        await run_on(athlete, TODAY - back * DAY)
    await athlete.update()
    before = await everything(athlete)
    page: RecomputePage | None = RecomputePage(athlete.user.id, days=30)
    pages = 0
    while page is not None:
        done = await ActivityEnvironment().run(athlete.steps.recompute_page, page)
        pages += 1
        page = RecomputePage(athlete.user.id, after=done.after, days=30) if done.after else None
    assert pages == 3
    assert before == await everything(athlete)


async def test_only_days_from_the_edited_one_on_are_written(athlete: Athlete) -> None:
    await run_on(athlete, TODAY - 50 * DAY)
    assert await athlete.update() == 51
    edited = await run_on(athlete, TODAY - 5 * DAY)
    assert await athlete.update(TODAY - 5 * DAY) == 6
    async with athlete.ports.store.begin(athlete.user.id) as work:
        await work.activities.delete(edited.id)
    assert await athlete.update(TODAY - 5 * DAY) == 6
    rows = await daily(athlete)
    await athlete.update()
    assert alike(rows, await daily(athlete))


async def test_first_run_that_is_deleted_takes_its_days_with_it(athlete: Athlete) -> None:
    first = await run_on(athlete, TODAY - 100 * DAY)
    await run_on(athlete, TODAY - 10 * DAY)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        await work.activities.delete(first.id)
    await athlete.update(TODAY - 100 * DAY)
    rows = await daily(athlete)
    assert rows[0].day == TODAY - 10 * DAY
    assert rows[0].ctl == pytest.approx(rows[0].load / 42)
    async with athlete.ports.store.begin(athlete.user.id) as work:
        months = [one.first_day for one in await work.analytics.summaries(Period.MONTH, date.min, date.max)]
        assert months == [date(2026, 2, 1)]


async def test_week_that_lost_its_only_run_is_no_longer_summed_up(athlete: Athlete) -> None:
    await run_on(athlete, TODAY - 60 * DAY)
    gone = await run_on(athlete, TODAY - 30 * DAY)
    await run_on(athlete, TODAY - 3 * DAY)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        before = await work.analytics.summaries(Period.WEEK, date.min, date.max)
        await work.activities.delete(gone.id)
    await athlete.update(TODAY - 30 * DAY)
    async with athlete.ports.store.begin(athlete.user.id) as work:
        after = await work.analytics.summaries(Period.WEEK, date.min, date.max)
    assert [len(before), len(after)] == [3, 2]
    rows = await everything(athlete)
    await athlete.update()
    assert rounded(rows) == rounded(await everything(athlete))


async def test_last_run_that_is_deleted_leaves_nothing_behind(athlete: Athlete) -> None:
    only = await run_on(athlete, TODAY - 3 * DAY)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        await work.activities.delete(only.id)
    await athlete.update(TODAY - 3 * DAY)
    assert await daily(athlete) == []
    assert (await everything(athlete))["weeks"] == []


async def test_new_formula_makes_rows_stale_and_the_next_update_computes_them(
    athlete: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await run_on(athlete, TODAY - 3 * DAY)
    await athlete.update()
    assert await stale(athlete) == []
    known = DEFINITIONS["trimp"]
    newer = {**DEFINITIONS, "trimp": replace(known, version=known.version + 1)}
    monkeypatch.setattr(derive_module, "DEFINITIONS", newer)
    assert await stale(athlete) == [run.id]
    assert await athlete.update(TODAY) == 4
    assert await stale(athlete) == []


async def test_confirmed_threshold_changes_figures_from_its_day_on_and_no_earlier_one(
    athlete: Athlete,
) -> None:
    before, after = await run_on(athlete, TODAY - 30 * DAY), await run_on(athlete, TODAY - 3 * DAY)
    await athlete.update()
    old = await loads(athlete)
    await tell(athlete, "threshold_hr", 178.0, TODAY - 10 * DAY)
    await athlete.update(TODAY)
    new = await loads(athlete)
    assert new[before.id] == old[before.id]
    assert new[after.id] < old[after.id]
    rows = await daily(athlete)
    await athlete.update()
    assert alike(rows, await daily(athlete))


async def test_strava_rows_reach_no_figure(athlete: Athlete) -> None:
    await run_on(athlete, TODAY - 3 * DAY)
    shown_only = await run_on(athlete, TODAY - 2 * DAY, source=Source.STRAVA)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        assert await work.metrics.of_activity(shown_only.id) == []
        (year,) = await work.analytics.summaries(Period.YEAR, date.min, date.max)
        assert year.figures["distance"]["inputs"]["runs"] == 1
    assert [row.load for row in await daily(athlete)][-3:] == [0, 0, 0]


async def test_activity_without_samples_has_reasons(athlete: Athlete) -> None:
    run = a_run(athlete.user.id, start=MORNING - 3 * DAY, sport=Sport.STRENGTH, distance_m=None)
    async with athlete.ports.store.begin(athlete.user.id) as work:
        await work.activities.upsert(run, [], Streams(np.array([])))
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        rows = await work.metrics.of_activity(run.id)
    assert all(row.value is not None or row.reason for row in rows)
    assert next(row for row in rows if row.definition_key == "load").reason == "no_load_source"


async def test_nights_that_come_later_give_a_resting_rate_and_new_loads(
    store: PgStore, clock: FakeClock
) -> None:
    athlete = await new_athlete(store, clock)
    run = await run_on(athlete, TODAY - 3 * DAY)
    await athlete.update()
    before = await loads(athlete)
    await athlete.nights(DailyWellness(TODAY - n * DAY, resting_hr_bpm=44.0) for n in range(30))
    await athlete.update(TODAY)
    after = await loads(athlete)
    assert after[run.id] != before[run.id]
    async with athlete.ports.store.begin(athlete.user.id) as work:
        trimp = next(row for row in await work.metrics.of_activity(run.id) if row.definition_key == "trimp")
    assert trimp.inputs is not None
    assert trimp.inputs["hr_rest_bpm"] == 44
    assert "hr_rest_bpm:60_nights" in trimp.inputs["estimated"]


async def test_estimates_are_asked_about_once_and_a_no_is_remembered(athlete: Athlete) -> None:
    for back in (9, 6, 3):
        await run_on(athlete, TODAY - back * DAY, minutes=40)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        asked = await work.zones.proposals()
        assert asked
        await work.zones.delete(asked[0].id)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        assert await work.zones.proposals() == asked[1:]
        await work.zones.delete(asked[0].id)
    await athlete.update()
    async with athlete.ports.store.begin(athlete.user.id) as work:
        assert asked[0] not in await work.zones.proposals()


async def stale(athlete: Athlete) -> list[Any]:
    async with athlete.ports.store.begin(athlete.user.id) as work:
        computed = await work.derived.computed()
        return [one.id for one in stale_activities(computed, await load_anchors(work, computed))]


async def loads(athlete: Athlete) -> Mapping[Any, float]:
    async with athlete.ports.store.begin(athlete.user.id) as work:
        return {key: found["load"] for key, found in (await work.derived.values(["load"])).items()}


async def tell(athlete: Athlete, kind: str, value: float, valid_from: date) -> None:
    async with athlete.ports.store.begin(athlete.user.id) as work:
        told = DatedZones(
            id=athlete.user.id, kind=kind, system="own", values=(value,), unit="bpm", source="runner",
            valid_from=valid_from, confirmed_at=athlete.ports.clock.now(),
        )  # fmt: skip
        await work.zones.save(told)
