"""The watch maker's account: history in, approved workouts out."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from runcoach.domain.activity import DailyWellness, ListedActivity
from runcoach.domain.workout import PlannedWorkout


@dataclass(frozen=True)
class GarminSession:
    """Opaque, serialisable tokens with the names that URLs need. Sealed in the vault, never logged."""

    tokens: str
    account_id: str
    display_name: str
    unit_system: str = "metric"
    realm: str = "live"

    def __repr__(self) -> str:
        return "GarminSession(…)"


@dataclass(frozen=True)
class LoggedIn:
    """Login is complete."""

    session: GarminSession


@dataclass(frozen=True)
class MfaRequired:
    """A code is on its way to the runner; `client_state` resumes the login in any process."""

    client_state: str

    def __repr__(self) -> str:
        return "MfaRequired(…)"


@dataclass(frozen=True)
class ProviderWorkout:
    """A workout as the provider has it."""

    workout_id: str
    external_id: str | None
    title: str


@dataclass(frozen=True)
class ScheduledWorkout:
    """A calendar entry as the provider has it."""

    schedule_id: str
    workout_id: str
    day: date
    title: str


class GarminConnection(Protocol):
    """One open account. After use, `session` may hold rotated tokens that must be sealed again."""

    @property
    def session(self) -> GarminSession:
        """The tokens as they are now."""
        ...

    async def list_activities(self, start: int, limit: int) -> list[ListedActivity]:
        """A page of the list, newest first. Raises RetryLater, ReauthRequired, ProviderChanged."""
        ...

    async def download_original(self, external_id: str) -> bytes:
        """The activity's original file (a zip with a FIT inside, or the FIT itself)."""
        ...

    async def daily_wellness(self, first: date, last: date) -> list[DailyWellness]:
        """One entry per day of [first, last], empty where the source has nothing."""
        ...

    async def find_workouts(self, external_ids: frozenset[str]) -> dict[str, ProviderWorkout]:
        """Those of our workouts that are there already, by external id."""
        ...

    async def create_workout(self, workout: PlannedWorkout, external_id: str) -> ProviderWorkout:
        """Creates a workout that carries `external_id`, so that a lost reply can be reconciled."""
        ...

    async def scheduled_workouts(self, first: date, last: date) -> list[ScheduledWorkout]:
        """Calendar entries of [first, last]."""
        ...

    async def schedule_workout(self, workout_id: str, day: date) -> ScheduledWorkout:
        """Puts a workout on a day."""
        ...

    async def unschedule_workout(self, schedule_id: str) -> None:
        """Takes a calendar entry away; one that is gone is fine."""
        ...

    async def delete_workout(self, workout_id: str) -> None:
        """Deletes a workout; one that is gone is fine."""
        ...


class GarminGateway(Protocol):
    """The door to the watch maker."""

    async def login(self, email: str, password: str) -> LoggedIn | MfaRequired:
        """One attempt. Raises WrongPassword, LoginRateLimited, ProviderBlocked, ProviderUnavailable."""
        ...

    async def resume_login(self, email: str, client_state: str, code: str) -> LoggedIn:
        """Second half of a login with MFA. Raises WrongMfaCode, MfaExpired."""
        ...

    def open(self, session: GarminSession) -> GarminConnection:
        """An account from its stored tokens; no call is made yet."""
        ...
