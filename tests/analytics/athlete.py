"""A runner whose history came in as files, through the same importer and steps as every other runner's."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from temporalio.testing import ActivityEnvironment

from activities.anchors import load_anchors
from activities.contracts import DailyRequest
from activities.figures import FigureSteps
from activities.importer import Importer, Kept, Original
from runcoach.domain.activity import DailyWellness, Source
from runcoach.domain.connection import Provider
from runcoach.domain.plan import Method, RunnerProfile
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import User
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.files.workout_fit import FitWorkoutEncoder
from runcoach.simulators.world.world import World
from runcoach.storage.store import PgStore
from tests.api.fakes import FakeOriginals
from tests.engines import make_user
from tests.fakes import FakeClock

TODAY = date(2026, 3, 2)
PROFILE = RunnerProfile(
    available_weekdays=frozenset({1, 2, 3, 5, 6}),
    long_run_weekday=6,
    quality_days_per_week=2,
    max_weekly_distance_m=None,
    method=Method.DANIELS,
    hr_max_bpm=None,
    hr_rest_bpm=None,
    threshold_hr_bpm=None,
    birth_year=1990,
    sex="female",
    injury_notes=None,
)


class NoNetwork:
    """Stands where no analytics step looks."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"analytics asked a provider for {name}")


def ports_of(store: PgStore, clock: FakeClock) -> Ports:
    """Real store and decoder; no provider."""
    nobody = NoNetwork()
    return Ports(
        clock=clock,
        store=store,
        originals=FakeOriginals(),
        garmin=nobody,  # type: ignore[arg-type]
        strava=nobody,  # type: ignore[arg-type]
        decoder=FitDecoder(),
        workout_files=FitWorkoutEncoder(),
        model=None,
    )


@dataclass(frozen=True)
class Athlete:
    """A runner with a history, and the doors to it."""

    user: User
    ports: Ports
    world: World | None = None

    @property
    def steps(self) -> FigureSteps:
        return FigureSteps(self.ports)

    async def keep(self, files: Iterable[tuple[str, bytes]], time_zone: str = "Asia/Seoul") -> list[UUID]:
        """Imports files, as a drop of files does."""
        importer, kept = Importer(self.ports), []
        async with self.ports.store.begin(self.user.id) as work:
            book = await load_anchors(work)
        for name, data in files:
            original = Original(self.user.id, time_zone, Source.FILE, name, name, name, name)
            kept.append(await importer.keep(original, book, _nothing_more, data))
        return [activity_id for each in kept for activity_id in each.activity_ids]

    async def update(self, first_day: date | None = None) -> int:
        """Both steps that follow every import; how many days were written."""
        request = DailyRequest(self.user.id, first_day.isoformat() if first_day else None)
        days: int = await ActivityEnvironment().run(self.steps.update_daily, request)
        await ActivityEnvironment().run(self.steps.update_profile, self.user.id)
        return days

    async def nights(self, days: Iterable[DailyWellness]) -> None:
        """What the watch said of the body."""
        async with self.ports.store.begin(self.user.id) as work:
            await work.wellness.save(list(days), Provider.GARMIN)


async def _nothing_more(work: object, kept: Kept) -> None:
    """No item waits for its fate."""


async def new_athlete(store: PgStore, clock: FakeClock, profile: RunnerProfile | None = PROFILE) -> Athlete:
    """Without a history."""
    athlete = Athlete(await make_user(store), ports_of(store, clock))
    if profile is not None:
        async with store.begin(athlete.user.id) as work:
            await work.users.save_profile(profile)
    return athlete


async def demo_athlete(store: PgStore, clock: FakeClock) -> Athlete:
    """The demo world's two years: every FIT file and every night, figures up to date."""
    clock.set(datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC))
    world = World.build(7, TODAY)
    athlete = replace(await new_athlete(store, clock), world=world)
    files = [(f"{one}.fit", await asyncio.to_thread(world.fit, one)) for one in world.activity_ids()]
    await athlete.keep(files)
    days = [world.first_day + timedelta(days=n) for n in range((TODAY - world.first_day).days + 1)]
    health = [world.health(day) for day in days]
    await athlete.nights(
        DailyWellness(
            one.day,
            sleep_s=one.sleep_s,
            hrv_rmssd_ms=one.hrv_ms,
            resting_hr_bpm=one.resting_hr_bpm,
            weight_kg=one.weight_g / 1000 if one.weight_g else None,
        )
        for one in health
        if one is not None
    )
    await athlete.update()
    return athlete
