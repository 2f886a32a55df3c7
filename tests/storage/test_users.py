"""The account's own row, its profile and its goals."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from runcoach.domain.errors import NotFound
from runcoach.domain.plan import Goal, Method, RunnerProfile
from runcoach.storage.store import PgStore
from tests.engines import MakeUser

PROFILE = RunnerProfile(
    available_weekdays=frozenset({0, 2, 5, 6}),
    long_run_weekday=6,
    quality_days_per_week=2,
    max_weekly_distance_m=60_000,
    method=Method.DANIELS,
    hr_max_bpm=188,
    hr_rest_bpm=47,
    threshold_hr_bpm=170,
    birth_year=1988,
    sex="female",
    injury_notes="왼쪽 아킬레스",
)


async def test_preferences_that_are_not_given_stay(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        changed = await work.users.set_preferences(language="en", units="imperial")
        assert changed == replace(user, language="en", units="imperial")
        assert await work.users.set_preferences() == changed
        assert await work.users.get() == changed


async def test_profile_is_replaced_whole(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        assert await work.users.profile() is None
        await work.users.save_profile(PROFILE)
        assert await work.users.profile() == PROFILE
        bare = replace(PROFILE, available_weekdays=frozenset(), max_weekly_distance_m=None, injury_notes=None)
        await work.users.save_profile(bare)
        assert await work.users.profile() == bare


async def test_goals_are_changed_by_id_and_forgotten(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    race = Goal(uuid4(), "race", "JTBC 마라톤", date(2026, 11, 1), 42_195, 12_600)
    fitness = Goal(uuid4(), "fitness", "Stay fit")
    async with store.begin(user.id) as work:
        await work.users.save_goal(race)
        await work.users.save_goal(fitness)
        faster = replace(race, target_time_s=12_000, status="done")
        await work.users.save_goal(faster)
        assert set(await work.users.goals()) == {faster, fitness}
        await work.users.delete_goal(race.id)
        await work.users.delete_goal(race.id)
        assert await work.users.goals() == [fitness]


async def test_account_that_was_deleted_is_not_found(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        await work.users.delete()
        with pytest.raises(NotFound):
            await work.users.get()
    assert await store.accounts.user(user.id) is None
