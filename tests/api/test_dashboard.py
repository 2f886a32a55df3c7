"""What the first screen shows: figures with receipts, gaps as gaps, the same number everywhere."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from runcoach.domain.activity import Source, Sport
from runcoach.domain.connection import ConnectionState, Provider, ProviderConnection
from runcoach.domain.plan import Completion, Decision, DecisionKind, LedgerState
from runcoach.ports.storage import DatedZones, MetricRow
from runcoach.science.pmc import pmc_series
from runcoach.storage.ids import uuid7
from runcoach.storage.store import PgStore
from tests.api.conftest import Browser
from tests.api.fakes import FakeOrchestrator
from tests.api.seed import propose, seed
from tests.fakes import FakeClock
from tests.storage.builders import MONDAY, MORNING, a_run, watch_streams


async def get(runner: Browser, path: str, **params: object) -> dict[str, object]:
    answer = await runner.http.get(f"/api/v1{path}", params=params)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_runner_without_any_data_gets_reasons_and_never_zero_or_nan(runner: Browser) -> None:
    shown = await get(runner, "/dashboard/summary")
    figures = shown["figures"]
    assert isinstance(figures, dict)
    assert {"ctl", "atl", "tsb", "hrv_status", "readiness", "sleep_status"} <= set(figures)
    for name, figure in figures.items():
        assert figure["value"] is None, name
        assert figure["reason"], name
    assert (shown["today_workout"], shown["week_planned_distance_m"], shown["activities"]) == (None, None, 0)
    trends = await get(runner, "/dashboard/trends")
    assert trends["projection"] == {}
    assert [week["distance"]["value"] for week in trends["weeks"]] == [None] * 12  # type: ignore[attr-defined]
    for path in ("/analytics/weekly", "/analytics/lifetime", "/plans/two-months", "/plans/assumptions"):
        await get(runner, path)


async def test_same_figure_has_the_same_value_on_every_screen(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    await seed(store, runner.user.id, clock)
    places = ["/fitness/current", "/metrics", "/dashboard/summary"]
    values = [(await get(runner, path))["figures"] for path in places]
    assert values[0] == values[1] == values[2]
    figures = values[0]
    assert isinstance(figures, dict)
    ctl, _, tsb = pmc_series([50.0] * 60)  # type: ignore[arg-type]
    assert figures["ctl"]["value"] == pytest.approx(float(ctl[-1]))
    assert figures["tsb"]["value"] == pytest.approx(float(tsb[-1]))
    assert figures["race_index"]["value"] == 48.2
    assert figures["readiness"]["value"] == "green"
    assert figures["hrv_status"]["inputs"]["avg7_ms"] > 0


async def test_days_since_the_last_row_count_as_rest(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    await seed(store, runner.user.id, clock)
    before = (await get(runner, "/fitness/current"))["figures"]
    clock.advance(days=7)
    after = (await get(runner, "/fitness/current"))["figures"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["ctl"]["value"] < before["ctl"]["value"]
    assert after["tsb"]["value"] > before["tsb"]["value"]


async def approved_plan(runner: Browser, store: PgStore, clock: FakeClock) -> list[date]:
    proposal = await propose(store, runner.user.id, clock)
    decision = Decision(
        uuid7(), proposal.id, runner.user.id, DecisionKind.APPROVE, proposal.content_hash, clock.now(), None
    )
    async with store.begin(runner.user.id) as work:
        await work.plans.decide(decision)
        done = proposal.draft.workouts[0]
        await work.plans.save_completions([Completion(done.id, done.day, LedgerState.ASSUMED)])
    return [workout.day for workout in proposal.draft.workouts]


async def test_today_shows_the_session_the_week_and_what_waits(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    await approved_plan(runner, store, clock)
    await propose(store, runner.user.id, clock)
    async with store.begin(runner.user.id) as work:
        run = a_run(runner.user.id, km=7)
        run_id = await work.activities.upsert(run, [], watch_streams(20))
        await work.metrics.save_activity(run_id, [MetricRow("load", 41.0, "load", 1)], [], {})
        walk = replace(a_run(runner.user.id, km=3), sport=Sport.WALK)
        await work.activities.upsert(walk, [], watch_streams(20))
    shown = await get(runner, "/dashboard/summary")
    assert shown["today"] == MONDAY.isoformat()
    assert shown["today_workout"]["estimated_distance_m"] == 8000  # type: ignore[index]
    assert shown["next_workout"]["day"] == (MONDAY + timedelta(days=1)).isoformat()  # type: ignore[index]
    monday = shown["week"][0]  # type: ignore[index]
    assert (monday["planned_distance_m"], monday["done_distance_m"], monday["done_load"]) == (
        8000,
        7000.0,
        41.0,
    )
    assert monday["completion"]["state"] == "assumed"
    assert shown["week_done_distance_m"] == 7000.0  # a walk is no running volume
    assert shown["approvals"]["count"] == 1  # type: ignore[index]
    trends = await get(runner, "/dashboard/trends")
    assert trends["weeks"][-1]["distance"]["value"] == 7000.0  # type: ignore[index]
    assert trends["weeks"][-1]["activities"] == 2  # type: ignore[index]


async def test_projection_goes_on_from_today_to_the_plans_end(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    await seed(store, runner.user.id, clock)
    days = await approved_plan(runner, store, clock)
    ahead = (await get(runner, "/dashboard/trends"))["projection"]
    assert isinstance(ahead, dict)
    assert ahead["ctl"]["points"][0][0] == (MONDAY + timedelta(days=1)).isoformat()
    assert ahead["ctl"]["points"][-1][0] == max(days).isoformat()


async def test_calendar_has_every_day_with_planned_beside_done(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    await approved_plan(runner, store, clock)
    async with store.begin(runner.user.id) as work:
        await work.activities.upsert(a_run(runner.user.id, km=7), [], watch_streams(20))
    shown = await get(runner, "/dashboard/calendar", first="2026-02-23", last="2026-03-15")
    days = shown["days"]
    assert isinstance(days, list)
    assert len(days) == 21
    today = days[7]
    assert (today["day"], today["workout"]["kind"], len(today["activities"])) == ("2026-03-02", "easy", 1)
    assert days[0]["workout"] is None


async def test_run_after_midnight_belongs_to_the_runners_own_day(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    clock.set(MORNING.replace(hour=15, minute=30))  # 00:30 on Tuesday in Seoul
    shown = await get(runner, "/dashboard/summary")
    assert shown["today"] == "2026-03-03"


async def test_weeks_begin_on_monday_and_months_on_the_first_also_the_empty_ones(
    runner: Browser, store: PgStore
) -> None:
    async with store.begin(runner.user.id) as work:
        for start in (MORNING, MORNING - timedelta(days=1), MORNING - timedelta(days=30)):
            await work.activities.upsert(a_run(runner.user.id, km=5, start=start), [], watch_streams(20))
    weeks = (await get(runner, "/analytics/weekly", first="2026-02-18", last="2026-03-04"))["items"]
    assert isinstance(weeks, list)
    assert [(w["start"], w["end"], w["runs"]) for w in weeks] == [
        ("2026-02-16", "2026-02-22", 0),
        ("2026-02-23", "2026-03-01", 1),
        ("2026-03-02", "2026-03-08", 1),
    ]
    assert weeks[0]["distance"]["reason"] == "no_runs"
    months = (await get(runner, "/analytics/monthly", first="2026-01-31", last="2026-03-01"))["items"]
    assert isinstance(months, list)
    assert [(month["start"], month["runs"]) for month in months] == [
        ("2026-01-01", 1),
        ("2026-02-01", 0),
        ("2026-03-01", 2),
    ]
    (lifetime,) = (await get(runner, "/analytics/lifetime"))["items"]  # type: ignore[misc]
    assert lifetime["distance"]["value"] == 15_000.0


async def test_span_that_runs_backwards_or_for_ever_is_refused(runner: Browser) -> None:
    for first, last in (("2026-03-02", "2026-03-01"), ("1900-01-01", "2026-01-01"), ("x", "2026-01-01")):
        answer = await runner.http.get("/api/v1/fitness/trends", params={"first": first, "last": last})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_estimate_waits_as_a_proposal_until_the_runner_says_yes(
    runner: Browser, store: PgStore
) -> None:
    def estimate(value: float) -> DatedZones:
        return DatedZones(uuid7(), "hr_max", "estimate", (value,), "bpm", "best 5 min", MONDAY)

    good, bad = estimate(191.0), estimate(230.0)
    async with store.begin(runner.user.id) as work:
        await work.zones.save(good)
        await work.zones.save(bad)
    waiting = (await get(runner, "/zones/proposals"))["items"]
    assert isinstance(waiting, list)
    assert {one["values"][0] for one in waiting} == {191.0, 230.0}
    assert (await get(runner, "/zones"))["current"] == []
    yes = await runner.http.post(f"/api/v1/zones/proposals/{good.id}/confirm")
    assert yes.json()["is_confirmed"] is True
    assert (await runner.http.post(f"/api/v1/zones/proposals/{bad.id}/dismiss")).status_code == 204
    assert (await runner.http.post(f"/api/v1/zones/proposals/{good.id}/dismiss")).status_code == 404
    assert [one["values"] for one in (await get(runner, "/zones"))["current"]] == [[191.0]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "zones",
    [
        {"kind": "hr_max", "values": [190, 200], "valid_from": "2026-01-01"},
        {"kind": "hr_zones", "values": [120, 150, 140], "valid_from": "2026-01-01"},
        {"kind": "hr_zones", "values": [], "valid_from": "2026-01-01"},
        {"kind": "hr_zones", "values": [-1.0], "valid_from": "2026-01-01"},
        {"kind": "shoe_size", "values": [42], "valid_from": "2026-01-01"},
    ],
)
async def test_zones_that_are_none_are_refused(zones: dict[str, object], runner: Browser) -> None:
    answer = await runner.http.put("/api/v1/zones", json={"items": [zones]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_activity_from_strava_is_not_sent_back_there(runner: Browser, store: PgStore) -> None:
    async with store.begin(runner.user.id) as work:
        await work.connections.save(
            ProviderConnection(runner.user.id, Provider.STRAVA, ConnectionState.CONNECTED)
        )
        run = replace(a_run(runner.user.id), source=Source.STRAVA)
        run_id = await work.activities.upsert(run, [], watch_streams(20))
    answer = await runner.http.post("/api/v1/strava/sync/run", json={"activity_id": str(run_id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_own_numbers_make_all_figures_new_and_can_be_taken_back(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    told = {"kind": "threshold_pace", "values": [250.0], "valid_from": "2026-01-01"}
    saved = await runner.http.put("/api/v1/zones", json={"items": [told]})
    assert saved.json()["current"][0]["unit"] == "s/km"
    assert [start.workflow for start in orchestrator.starts] == ["RecomputeMetrics"]
    row = saved.json()["current"][0]["id"]
    assert (await runner.http.delete(f"/api/v1/zones/{row}")).status_code == 204
    assert (await runner.http.delete(f"/api/v1/zones/{row}")).status_code == 404
    assert (await get(runner, "/zones"))["current"] == []


async def test_own_numbers_are_kept_though_nobody_can_recompute_now(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.is_away = True
    told = {"kind": "hr_max", "values": [191.0], "valid_from": "2026-01-01"}
    assert (await runner.http.put("/api/v1/zones", json={"items": [told]})).status_code == 200
    assert [one["values"] for one in (await get(runner, "/zones"))["current"]] == [[191.0]]  # type: ignore[attr-defined]
