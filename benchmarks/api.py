"""What the screens ask for, over ten years of runs: the whole API in process, on a Postgres of its own.

3,000 activities with their figures, daily load and health of every day, and an approved plan of nine weeks.
Run: python -m benchmarks.api --activities 3000
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from api import ApiConfig, ApiDeps, create_app
from benchmarks._loop import run_as_the_api
from benchmarks._report import Result, conclude
from benchmarks.storage import Wall, an_hour
from runcoach.domain.activity import DailyWellness, RecordedActivity, Source, Sport, Streams
from runcoach.domain.connection import Provider
from runcoach.domain.plan import Decision, DecisionKind, Method, Phase, PlanDraft, PlanWeek
from runcoach.domain.workout import PaceRange, PlannedWorkout, Step, StepKind, WorkoutKind
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.ports.storage import BestEffort, DailyLoad, MetricRow, UnitOfWork
from runcoach.settings import KeyRing
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore

GOAL_MS, TARGET_MS = 100.0, 50.0
ROUNDS, ASKED = 3, 40
PASSWORD = "three quiet hills at dawn"
ORIGIN = "http://bench.test"
HOURS = (an_hour(1), an_hour(2))
KEYS = ("load", "trimp", "effective_vo2max", "efficiency_factor", "decoupling")

BESTS_M = (400.0, 1000.0, 5000.0, 10_000.0)
IN_ZONES_S = (600.0, 1800.0, 900.0, 240.0, 60.0)

PATHS = (
    "/dashboard/summary",
    "/dashboard/trends?days=90",
    "/dashboard/trends?days=365",
    "/dashboard/calendar",
    "/fitness/current",
    "/fitness/trends",
    "/activities?limit=50",
    "/activities/{activity}",
    "/activities/{activity}/samples?points=1000",
    "/analytics/weekly",
    "/analytics/lifetime",
    "/analytics/best-efforts",
    "/plans/two-months",
    "/approvals",
)


async def seed(store: PgStore, user_id: UUID, count: int, today: date) -> UUID:
    """Ten years of it; the newest activity's id."""
    newest = uuid4()
    for first in range(0, count, 200):
        async with store.begin(user_id) as work:
            for number in range(first, min(first + 200, count)):
                day = today - timedelta(days=round(number * 3650 / count))
                newest_id = await _keep_one(work, user_id, number, day)
                newest = newest_id if number == 0 else newest
    days = [today - timedelta(days=n) for n in range(3650)]
    async with store.begin(user_id) as work:
        await work.metrics.save_daily([DailyLoad(day, 50.0, 49.0, 51.0, -2.0) for day in days])
        await work.metrics.save_profile(today, {})
        await work.wellness.save([_body(day, n) for n, day in enumerate(days)], Provider.GARMIN)
    await _approve_a_plan(store, user_id, today)
    return newest


async def _keep_one(work: UnitOfWork, user_id: UUID, number: int, day: date) -> UUID:
    start = datetime(day.year, day.month, day.day, 7, number % 60, tzinfo=UTC)
    run = RecordedActivity(
        uuid4(), user_id, Source.GARMIN, str(number), Sport.RUN, "Morning run", start, day, "Asia/Seoul",
        3610.0, 3600.0, 11_000.0 + number % 500, 650.0, 40.0, 41.0, 150.0, 168.0, 176.0, None, 3.0, 0.4,
        "watch", None,
    )  # fmt: skip
    streams = HOURS[number % 2] if number < 20 else _none()
    activity_id = await work.activities.upsert(run, [], streams)
    rows = [MetricRow(key, 50.0 + number % 7, "load", 1) for key in KEYS]
    bests = [
        BestEffort(metres, metres * 0.29 + number % 9, 5.0) for metres in (400.0, 1000.0, 5000.0, 10_000.0)
    ]
    await work.metrics.save_activity(
        activity_id, rows, bests, {"hr_max": (600.0, 1800.0, 900.0, 240.0, 60.0)}
    )
    return activity_id


def _none() -> Streams:
    return Streams(HOURS[0].time_s[:0], {})


def _body(day: date, number: int) -> DailyWellness:
    return DailyWellness(
        day,
        sleep_s=26_000.0 + number % 900,
        hrv_rmssd_ms=55.0 + number % 11,
        resting_hr_bpm=47.0 + number % 4,
    )


async def _approve_a_plan(store: PgStore, user_id: UUID, today: date) -> None:
    monday = today - timedelta(days=today.weekday())
    weeks = tuple(_week(index, monday + timedelta(days=7 * index)) for index in range(9))
    draft = PlanDraft(Method.DANIELS, monday, monday + timedelta(days=62), 48.0, weeks, (), ())
    now = Wall().now()
    async with store.begin(user_id) as work:
        proposal = await work.plans.propose(
            draft, proposal_id=uuid4(), cause="weekly", created_at=now, expires_at=now + timedelta(days=3),
            watch_until=today + timedelta(days=14), target_account="1",
        )  # fmt: skip
        yes = DecisionKind.APPROVE
        await work.plans.decide(
            Decision(uuid4(), proposal.id, user_id, yes, proposal.content_hash, now, None)
        )


def _week(index: int, monday: date) -> PlanWeek:
    steps = (Step(StepKind.STEADY, distance_m=8000, pace=PaceRange(320.0, 360.0)),)
    days = [monday + timedelta(days=n) for n in range(7)]
    workouts = tuple(
        PlannedWorkout(uuid4(), d, WorkoutKind.EASY, "Easy 8 km", steps, 2720, 8000) for d in days
    )
    return PlanWeek(index, monday, Phase.BASE, False, 56_000, 60_000, workouts)


async def measure(client: httpx.AsyncClient, path: str) -> tuple[float, float]:
    """Milliseconds: the calmest round's 95th percentile, and our own processor's part of a request."""
    (await client.get(path)).raise_for_status()
    busy = time.process_time()
    p95s = [await _p95_ms(client, path) for _ in range(ROUNDS)]
    return min(p95s), (time.process_time() - busy) * 1000 / (ROUNDS * ASKED)


async def _p95_ms(client: httpx.AsyncClient, path: str) -> float:
    found: list[float] = []
    for _ in range(ASKED):
        begin = time.perf_counter()
        (await client.get(path)).raise_for_status()
        found.append((time.perf_counter() - begin) * 1000)
    return sorted(found)[int(ASKED * 0.95)]


async def run(activities: int, server: EmbeddedPostgres) -> list[Result]:
    """A result per path, and the processor's part of it."""
    clock: Any = Wall()
    store = PgStore(server.app_url, KeyRing("k", {"k": secrets.token_bytes(32)}), clock)
    user = await store.accounts.register(
        email="bench@example.org", password=PASSWORD, display_name="Bench", invite_code=None, language="ko",
        time_zone="Asia/Seoul", is_demo=True,
    )  # fmt: skip
    newest = await seed(store, user.id, activities, clock.now().date())
    token = await store.accounts.login(user.email, PASSWORD, client_ip="127.0.0.1", now=clock.now())
    nothing: Any = None
    config = ApiConfig(frozenset({ORIGIN}), frozenset({"bench.test"}))
    app = create_app(ApiDeps(store, clock, nothing, nothing, nothing, config))
    cookies = {"rc_session": token or ""}
    results = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=ORIGIN, cookies=cookies
    ) as client:
        for path in PATHS:
            p95_ms, busy_ms = await measure(client, "/api/v1" + path.format(activity=newest))
            results.append(Result(f"p95 {path} (own {busy_ms:.0f})", p95_ms, "ms", GOAL_MS, TARGET_MS))
    await store.close()
    return results


def main() -> int:
    """0 where every screen is quick enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=3000)
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            asyncio.run(upgrade(server.owner_url))
            return conclude(run_as_the_api(run(wishes.activities, server)))
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
