"""A long history in a Postgres of its own: all figures anew, and the first screens over the API.

    python -m benchmarks.analytics [--activities 3000] [--requests 40]

Every activity is an hour at 1 Hz with seven channels. The recompute reads the kept samples, computes all
metrics, writes them, and goes on to load, form, summaries and levels. What counts is seconds of a core, this
process's and all of Postgres's together: a busy machine lengthens them less than the clock. Screens are
asked over ASGI, a session's cookie and all.
"""

import argparse
import asyncio
import gc
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import psutil
from temporalio.testing import ActivityEnvironment

from activities.contracts import DailyRequest, RecomputePage
from activities.figures import FigureSteps
from api import ApiConfig, ApiDeps, create_app
from benchmarks._loop import run_as_the_api
from benchmarks._report import Result, conclude
from benchmarks.science import an_activity
from runcoach.domain.activity import DailyWellness, Lap, RecordedActivity, Source, Sport, Streams
from runcoach.domain.connection import Provider
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.ports.bundle import Ports
from runcoach.settings import KeyRing
from runcoach.storage.ids import uuid7
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
PASSWORD, EMAIL = "three quiet hills at dawn", "bench@example.org"
EVERY_HOURS = 29
"""So 3,000 activities are ten years."""

RECOMPUTE_GOAL_S, RECOMPUTE_TARGET_S = 60.0, 15.0
SCREEN_GOAL_MS, SCREEN_TARGET_MS = 100.0, 50.0
ROUNDS = 3
"""The calmest one counts: what else runs on the machine is not ours to answer for."""

SCREENS = (
    "/dashboard/summary",
    "/dashboard/trends",
    "/dashboard/trends?days=365",
    "/dashboard/calendar",
    "/fitness/current",
    "/fitness/trends?first=2016-03-02&last=2026-03-02",
    "/fitness/snapshots",
    "/analytics/weekly",
    "/analytics/lifetime",
    "/analytics/best-efforts?first=2016-03-02&last=2026-03-02",
    "/analytics/zones?system=hr_max",
    "/activities",
)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        """The same instant always."""
        return NOW


class Elsewhere:
    """Providers and orchestrator, which nothing here asks."""

    def __getattr__(self, name: str) -> object:
        raise AttributeError(name)


async def fill(store: PgStore, activities: int) -> UUID:
    """A runner with so many hours of running and ten years of nights, nothing computed yet."""
    user = await store.accounts.register(
        email=EMAIL, password=PASSWORD, display_name="Bench", invite_code=None, language="en",
        time_zone="Asia/Seoul",
    )  # fmt: skip
    hours = [an_activity(3600, seed) for seed in range(16)]
    for number in range(activities):
        given = hours[number % len(hours)]
        async with store.begin(user.id) as work:
            run = _a_run(user.id, number)
            laps = [Lap(n, n * 300.0, 300.0, 300.0, 1000.0, 150.0, 160.0) for n in range(12)]
            await work.activities.upsert(run, laps, Streams(given.time_s, given.channels))
    nights = range(int(activities * EVERY_HOURS / 24))
    rng = np.random.default_rng(3)
    async with store.begin(user.id) as work:
        await work.wellness.save(
            [
                DailyWellness(
                    NOW.date() - timedelta(days=n),
                    sleep_s=26_000.0 + float(rng.normal(0, 1800)),
                    hrv_rmssd_ms=60.0 + float(rng.normal(0, 6)),
                    resting_hr_bpm=float(rng.integers(46, 53)),
                )
                for n in nights
            ],
            Provider.GARMIN,
        )
    return user.id


def _a_run(user_id: UUID, number: int) -> RecordedActivity:
    start = NOW - timedelta(hours=EVERY_HOURS * number + 1)
    metres = 21_130.0 if number % 97 == 5 else 11_160.0
    heart = 172.0 if number % 97 == 5 else 148.0
    return RecordedActivity(
        id=uuid7(), user_id=user_id, source=Source.GARMIN, external_id=str(number), sport=Sport.RUN,
        name="run", start_time=start, local_date=(start + timedelta(hours=9)).date(),
        time_zone="Asia/Seoul", elapsed_s=5700.0 if heart > 170 else 3600.0, moving_s=3600.0,
        distance_m=metres, calories_kcal=700.0, ascent_m=40.0, descent_m=40.0, avg_hr_bpm=heart,
        max_hr_bpm=heart + 15, avg_cadence_spm=176.0, avg_power_w=250.0, training_effect_aerobic=3.0,
        training_effect_anaerobic=0.5, device="watch", original_sha256=None,
    )  # fmt: skip


def core_seconds() -> float:
    """Of this process and of everything that it started."""
    me = psutil.Process()
    times = [one.cpu_times() for one in (me, *me.children(recursive=True))]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


async def recompute(store: PgStore, user_id: UUID) -> float:
    """Seconds of a core for everything again, as the workflow does it; prints its parts by the clock."""
    steps = FigureSteps(_ports(store))
    began, worked = time.perf_counter(), core_seconds()
    page: RecomputePage | None = RecomputePage(user_id)
    activities = 0
    while page is not None:
        done = await ActivityEnvironment().run(steps.recompute_page, page)
        activities += done.activities
        page = RecomputePage(user_id, after=done.after) if done.after else None
    rows = time.perf_counter() - began
    await ActivityEnvironment().run(steps.update_daily, DailyRequest(user_id))
    days = time.perf_counter() - began - rows
    await ActivityEnvironment().run(steps.update_profile, user_id)
    whole = time.perf_counter() - began
    cores_s = core_seconds() - worked
    print(
        f"recompute of {activities} activities: {cores_s:.1f} s of a core, {whole:.1f} s by the clock "
        f"(metrics {rows:.1f}, load and summaries {days:.1f}, levels {whole - rows - days:.1f})"
    )
    began = time.perf_counter()
    await ActivityEnvironment().run(steps.update_daily, DailyRequest(user_id, NOW.date().isoformat()))
    await ActivityEnvironment().run(steps.update_profile, user_id)
    print(f"after one more run, by the clock: {time.perf_counter() - began:.2f} s")
    return cores_s


def _ports(store: PgStore) -> Ports:
    nobody = Elsewhere()
    return Ports(Noon(), store, nobody, nobody, nobody, nobody, nobody, None)  # type: ignore[arg-type]


async def ask_screens(server: EmbeddedPostgres, ring: KeyRing, requests: int) -> list[Result]:
    """Every screen's 95th percentile in the calmest round. Goals are the dashboard's."""
    store = _store(server, ring)
    config = ApiConfig(allowed_origins=frozenset({"http://bench"}), allowed_hosts=frozenset({"bench"}))
    nobody = Elsewhere()
    app = create_app(ApiDeps(store, Noon(), nobody, nobody, nobody, config))  # type: ignore[arg-type]
    token = await store.accounts.login(EMAIL, PASSWORD, client_ip="192.0.2.1", now=NOW)
    assert token is not None
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bench", cookies={"rc_session": token}
    ) as http:
        found = [await _ask(http, path, requests) for path in SCREENS]
    await store.close()
    return found


async def _ask(http: httpx.AsyncClient, path: str, requests: int) -> Result:
    rounds = [[await _milliseconds(http, path) for _ in range(requests)] for _ in range(ROUNDS)]
    p95_ms = min(float(np.percentile(times, 95)) for times in rounds)
    is_judged = path.startswith("/dashboard")
    limits = (SCREEN_GOAL_MS, SCREEN_TARGET_MS) if is_judged else (None, None)
    return Result(f"p95 {path}", p95_ms, "ms", *limits)


async def _milliseconds(http: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    (await http.get(f"/api/v1{path}")).raise_for_status()
    return (time.perf_counter() - began) * 1e3


def _store(server: EmbeddedPostgres, ring: KeyRing) -> PgStore:
    return PgStore(server.app_url, ring, Noon(), pool_size=4, statement_timeout_s=60)


async def fill_and_recompute(server: EmbeddedPostgres, ring: KeyRing, activities: int) -> float:
    """Seconds of a core."""
    await upgrade(server.owner_url)
    store = _store(server, ring)
    taken_s = await recompute(store, await fill(store, activities))
    await store.close()
    return taken_s


def run(activities: int, requests: int) -> int:
    """Everything; 1 where a goal is missed."""
    ring = KeyRing("k", {"k": secrets.token_bytes(32)})
    with tempfile.TemporaryDirectory(prefix="runcoach-bench-") as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            taken_s = asyncio.run(fill_and_recompute(server, ring, activities))
            gc.freeze()
            screens = run_as_the_api(ask_screens(server, ring, requests))
        finally:
            server.stop()
    name = f"all figures of {activities} activities anew, of a core"
    limits = (RECOMPUTE_GOAL_S, RECOMPUTE_TARGET_S)
    return conclude([Result(name, taken_s, "s", *limits), *screens])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=3000)
    parser.add_argument("--requests", type=int, default=40)
    asked = parser.parse_args()
    sys.exit(run(asked.activities, asked.requests))


if __name__ == "__main__":
    main()
