"""Storing a long history and reading what screens show of it, on a Postgres of its own.

Each activity has nine channels, 12 laps, 30 figures, 80 best efforts and 11 zones, in one transaction,
through the repositories and row-level security. Run: python -m benchmarks.storage --activities 3000
"""

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks._report import Result, conclude
from runcoach.domain.activity import Channel, Lap, RecordedActivity, Source, Sport, Streams
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.ports.storage import BestEffort, DailyLoad, MetricRow, Period, UnitOfWork
from runcoach.settings import KeyRing
from runcoach.storage.ids import uuid7
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore

TODAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
EVER = (date(2000, 1, 1), date(2100, 1, 1))
FIGURES = [
    MetricRow(name, 40 + place / 3, "load", 1) for place, name in enumerate(["load", *map(str, range(29))])
]
BESTS_M = np.unique(np.geomspace(100, 21_000, 80).round())
STORE_GOAL_MS, READ_GOAL_MS, READ_TARGET_MS = 10.0, 100.0, 50.0
BYTES_GOAL, BYTES_TARGET = 10.0, 8.0

type Read = Callable[[UnitOfWork], Awaitable[object]]


class Wall:
    """The wall clock."""

    def now(self) -> datetime:
        """Now."""
        return datetime.fromtimestamp(time.time(), UTC)


def an_hour(seed: int, seconds: int = 3600) -> Streams:
    """Nine channels on the file format's own grid."""
    rng = np.random.default_rng(seed)
    smooth = np.convolve(rng.normal(0, 0.3, seconds), np.ones(10) / 10, "same")
    speed = np.rint((3.3 + smooth) * 1000) / 1000
    turn = 2.0**31 / 180
    path = np.cumsum(rng.normal(2e-5, 1e-6, (2, seconds)), axis=1)
    return Streams(
        np.arange(seconds, dtype=np.float64),
        {
            Channel.HEART_RATE_BPM: np.rint(150 + np.cumsum(rng.normal(0, 0.3, seconds))),
            Channel.SPEED_M_S: speed,
            Channel.DISTANCE_M: np.rint(np.cumsum(speed) * 100) / 100,
            Channel.ALTITUDE_M: np.rint((30 + np.cumsum(rng.normal(0, 0.05, seconds))) * 5) / 5,
            Channel.CADENCE_SPM: 2 * np.rint(88 + rng.normal(0, 0.7, seconds)),
            Channel.POWER_W: np.rint(250 + 60 * smooth),
            Channel.LATITUDE_DEG: np.rint((37.5 + path[0]) * turn) / turn,
            Channel.LONGITUDE_DEG: np.rint((127.0 + path[1]) * turn) / turn,
            Channel.TEMPERATURE_C: np.full(seconds, 18.0),
        },
    )


async def keep_one(work: UnitOfWork, number: int, streams: Streams) -> None:
    """One activity with everything that hangs on it."""
    start = TODAY - timedelta(hours=28 * number)
    run = RecordedActivity(
        id=uuid7(), user_id=work.user_id, source=Source.GARMIN, external_id=str(number), sport=Sport.RUN,
        name="run", start_time=start, local_date=start.date(), time_zone="Asia/Seoul", elapsed_s=3600.0,
        moving_s=3580.0, distance_m=11_880.0, calories_kcal=700.0, ascent_m=40.0, descent_m=40.0,
        avg_hr_bpm=150.0, max_hr_bpm=170.0, avg_cadence_spm=176.0, avg_power_w=250.0,
        training_effect_aerobic=3.0, training_effect_anaerobic=0.5, device="watch", original_sha256=None,
    )  # fmt: skip
    laps = [Lap(n, n * 300.0, 300.0, 300.0, 1000.0, 150.0, 160.0) for n in range(12)]
    bests = [BestEffort(float(m), float(m) / 4 + number % 60, 10.0) for m in BESTS_M]
    kept_id = await work.activities.upsert(run, laps, streams)
    zones = {"hr": [700.0] * 5, "pace": [600.0] * 6}
    await work.metrics.save_activity(kept_id, FIGURES, bests, zones)


async def fill(store: PgStore, activities: int) -> list[Result]:
    """Stores them, then reads every view."""
    user = await store.accounts.register(
        email="bench@example.org", password="three quiet hills at dawn", display_name="Bench",
        invite_code=None, language="en", time_zone="Asia/Seoul",
    )  # fmt: skip
    hours = [an_hour(seed) for seed in range(16)]
    times = []
    for number in range(activities):
        start = time.perf_counter()
        async with store.begin(user.id) as work:
            await keep_one(work, number, hours[number % len(hours)])
        times.append((time.perf_counter() - start) * 1e3)
    async with store.begin(user.id) as work:
        first = TODAY.date() - timedelta(days=int(activities * 28 / 24))
        days = [
            DailyLoad(first + timedelta(days=n), 50, 40, 45, -5) for n in range(int(activities * 28 / 24))
        ]
        await work.metrics.save_daily(days)
    return [
        Result("storing an activity, best", min(times[20:]), "ms", STORE_GOAL_MS),
        Result("storing an activity, median", statistics.median(times), "ms"),
        *await read_all(store, user.id),
    ]


async def read_all(store: PgStore, user_id: object) -> list[Result]:
    """Every view, and how long it took: the 95th percentile of the calmest of three rounds."""
    recent = TODAY.date() - timedelta(days=90), TODAY.date()
    views: dict[str, Read] = {
        "50 newest with figures": lambda w: w.overview.activities(
            limit=50, cursor=None, metric_keys=["load", "1", "2"]
        ),
        "glance": lambda w: w.overview.glance(),
        "load, form: whole history": lambda w: w.metrics.daily(*EVER),
        "weekly totals: whole history": lambda w: w.overview.totals(Period.WEEK, *EVER),
        "weekly zones: whole history": lambda w: w.metrics.weekly_zone_seconds("hr", *EVER),
        "daily sums: whole history": lambda w: w.metrics.daily_sums("load", *EVER),
        "best efforts: whole history": lambda w: w.metrics.best_efforts(*EVER),
        "best efforts: 90 days": lambda w: w.metrics.best_efforts(*recent),
        "calendar: 9 weeks": lambda w: w.overview.calendar(recent[1] - timedelta(days=62), recent[1]),
        "one activity, all samples": one_whole,
    }
    found = []
    for name, view in views.items():
        p95s = [sorted([await _read_ms(store, user_id, view) for _ in range(20)])[18] for _ in range(3)]
        found.append(Result(f"p95 {name}", min(p95s), "ms", READ_GOAL_MS, READ_TARGET_MS))
    return found


async def _read_ms(store: PgStore, user_id: object, view: Read) -> float:
    start = time.perf_counter()
    async with store.begin(user_id) as work:  # type: ignore[arg-type]
        await view(work)
    return (time.perf_counter() - start) * 1e3


async def one_whole(work: UnitOfWork) -> object:
    """Figures, laps and samples of the newest activity."""
    newest = (await work.activities.recent(1))[0]
    await work.activities.laps(newest.id)
    await work.metrics.of_activity(newest.id)
    return await work.activities.streams(newest.id)


async def sizes(server: EmbeddedPostgres, activities: int) -> list[Result]:
    """What it takes on disk."""
    connection = await server.address.connect("runcoach")
    await connection.execute("VACUUM ANALYZE")
    rows = await connection.fetch(
        "SELECT relname, pg_total_relation_size(oid) AS size FROM pg_class "
        "WHERE relname IN ('activity_streams', 'best_efforts', 'activity_metrics', 'activities')"
    )
    blobs = await connection.fetchval("SELECT sum(length(data)) FROM activity_streams")
    await connection.close()
    per_record = Result(
        "a record of nine channels", blobs / (activities * 3600), "B", BYTES_GOAL, BYTES_TARGET
    )
    return [per_record, *(Result(f"table {row['relname']}", row["size"] / 1e6, "MB") for row in rows)]


async def main(activities: int) -> int:
    """A Postgres in a folder of its own, which goes with it; 1 where a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="runcoach-bench-") as folder:
        server = EmbeddedPostgres(Path(folder))
        await asyncio.to_thread(server.start)
        try:
            await upgrade(server.owner_url)
            store = PgStore(server.app_url, KeyRing("k", {"k": secrets.token_bytes(32)}), Wall())
            found = await fill(store, activities)
            await store.close()
            return conclude([*found, *await sizes(server, activities)])
        finally:
            await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--activities", type=int, default=3000)
    sys.exit(asyncio.run(main(parser.parse_args().activities)))
