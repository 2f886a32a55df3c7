"""The account's own row, its profile and its goals."""

from uuid import UUID

from sqlalchemy import delete, select, update

from runcoach.domain.errors import NotFound
from runcoach.domain.plan import Goal, Method, RunnerProfile
from runcoach.ports.storage import User
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.accounts import goals, user_profiles, users


class PgUsers(Repository):
    """Reads and changes what the runner may change of an account."""

    async def get(self) -> User:
        """The account. Raises NotFound where it was deleted."""
        row = await self._first(select(users).where(users.c.id == self._user_id))
        if row is None:
            raise NotFound(what="user")
        return to_user(row)

    async def set_preferences(
        self, *, language: str | None = None, time_zone: str | None = None, units: str | None = None
    ) -> User:
        """None leaves a preference as it is."""
        given = {"language": language, "time_zone": time_zone, "units": units}
        if changes := {name: value for name, value in given.items() if value is not None}:
            await self._run(update(users).where(users.c.id == self._user_id).values(changes))
        return await self.get()

    async def delete(self) -> None:
        """The account and every row that belongs to it. Originals on disk are the caller's."""
        await self._run(delete(users).where(users.c.id == self._user_id))

    async def profile(self) -> RunnerProfile | None:
        """What the planner must respect, if the runner has said it."""
        row = await self._first(select(user_profiles).where(self._mine(user_profiles)))
        return _to_profile(row) if row else None

    async def save_profile(self, profile: RunnerProfile) -> None:
        """Replaces the profile."""
        values = {
            **{name: getattr(profile, name) for name in _PLAIN_PROFILE},
            "available_weekdays": sorted(profile.available_weekdays),
            "method": profile.method.value,
        }
        await self._upsert(user_profiles, [values])

    async def goals(self) -> list[Goal]:
        """Oldest first."""
        rows = await self._all(
            select(goals).where(self._mine(goals)).order_by(goals.c.created_at, goals.c.id)
        )
        return [_to_goal(row) for row in rows]

    async def save_goal(self, goal: Goal) -> None:
        """Adds or changes a goal."""
        await self._upsert(goals, [{name: getattr(goal, name) for name in _GOAL}])

    async def delete_goal(self, goal_id: UUID) -> None:
        """Forgets a goal; one that is gone is fine."""
        await self._run(delete(goals).where(self._mine(goals, id=goal_id)))


_PLAIN_PROFILE = (
    "long_run_weekday",
    "quality_days_per_week",
    "max_weekly_distance_m",
    "hr_max_bpm",
    "hr_rest_bpm",
    "threshold_hr_bpm",
    "birth_year",
    "sex",
    "injury_notes",
)
_GOAL = ("id", "kind", "title", "race_date", "race_distance_m", "target_time_s", "status")


def to_user(row: AnyRow) -> User:
    """The account without its password hash."""
    return User(
        id=row.id,
        email=row.email,
        display_name=row.display_name,
        language=row.language,
        time_zone=row.time_zone,
        units=row.units,
        is_owner=row.is_owner,
        is_demo=row.is_demo,
    )


def _to_profile(row: AnyRow) -> RunnerProfile:
    return RunnerProfile(
        available_weekdays=frozenset(row.available_weekdays),
        method=Method(row.method),
        **{name: getattr(row, name) for name in _PLAIN_PROFILE},
    )


def _to_goal(row: AnyRow) -> Goal:
    return Goal(**{name: getattr(row, name) for name in _GOAL})
