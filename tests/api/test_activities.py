"""Reading what was recorded."""

from datetime import timedelta

import numpy as np
import pytest

from api.views.activities import samples_out
from runcoach.domain.activity import Channel, Streams
from runcoach.storage.store import PgStore
from tests.api.conftest import Browser
from tests.api.seed import seed
from tests.fakes import FakeClock
from tests.storage.builders import MORNING, a_run, watch_streams


async def test_pages_neither_repeat_nor_skip_though_runs_arrive_meanwhile(
    runner: Browser, store: PgStore
) -> None:
    async def add(count: int, first_day: int) -> None:
        async with store.begin(runner.user.id) as work:
            for n in range(count):
                start = MORNING - timedelta(days=(first_day + n) // 2)  # two start at the same instant
                await work.activities.upsert(a_run(runner.user.id, start=start), [], watch_streams(20))

    await add(7, 0)
    seen: list[str] = []
    cursor = None
    while True:
        params: dict[str, str | int] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await runner.http.get("/api/v1/activities", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        await add(1, -20)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("cursor", ["x", "W10=", "eyJhIjoxfQ==", "'; drop table users --", "\u0000"])
async def test_cursor_that_is_not_ours_is_refused(cursor: str, runner: Browser) -> None:
    answer = await runner.http.get("/api/v1/activities", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_detail_has_figures_with_receipts_and_reasons(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    seeded = await seed(store, runner.user.id, clock)
    shown = (await runner.http.get(f"/api/v1/activities/{seeded.activity_id}")).json()
    assert shown["figures"]["load"] == {
        "value": 55.5,
        "unit": "load",
        "definition_key": "load",
        "formula_version": 1,
        "inputs": {"source": seeded.canary},
        "as_of": "2026-03-02",
        "reason": None,
    }
    missing = shown["figures"]["effective_vo2max"]
    assert (missing["value"], missing["reason"]) == (None, "too_short")
    assert shown["pace_s_per_km"] == 300.0
    assert shown["zones"] == [{"system": "hr_max", "seconds": [60.0, 120.0, 180.0, 0.0, 0.0]}]
    assert shown["best_efforts"][0]["pace_s_per_km"] == 270.0
    assert len(shown["laps"]) == 10


async def test_samples_keep_first_and_last_and_gaps(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    seeded = await seed(store, runner.user.id, clock)
    url = f"/api/v1/activities/{seeded.activity_id}/samples"
    everything = (await runner.http.get(url, params={"points": 0})).json()
    assert everything["returned_points"] == everything["total_points"] == 600
    assert everything["channels"]["heart_rate_bpm"][100:160] == [None] * 60
    some = (await runner.http.get(url, params={"points": 50, "channels": "speed_m_s"})).json()
    assert (some["time_s"][0], some["time_s"][-1], len(some["time_s"])) == (0.0, 599.0, 50)
    assert list(some["channels"]) == ["speed_m_s"]
    wrong = await runner.http.get(url, params={"channels": "password_hash"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("points", [1, 2, 3, 999, 1000, 1001])
def test_thinned_samples_are_in_order_and_begin_and_end_where_the_run_does(points: int) -> None:
    streams = Streams(np.arange(1000.0), {Channel.POWER_W: np.arange(1000.0)})
    thin = samples_out(streams, points)
    assert (thin.time_s[0], thin.time_s[-1]) == (0.0, 999.0)
    assert thin.time_s == sorted(set(thin.time_s))
    assert len(thin.time_s) <= max(points, 2)


def test_no_samples_at_all_is_empty_not_an_error() -> None:
    assert samples_out(Streams(np.array([])), 100).time_s == []


async def test_answer_has_no_field_that_the_schema_does_not_name(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    await seed(store, runner.user.id, clock)
    item = (await runner.http.get("/api/v1/activities")).json()["items"][0]
    assert {"user_id", "original_sha256", "external_id"}.isdisjoint(item)
