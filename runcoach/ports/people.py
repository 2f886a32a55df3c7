"""Who the runner is, what she kept secret, and how she comes in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from runcoach.domain.connection import (
    Provider,
    ProviderConnection,
)
from runcoach.domain.plan import (
    Goal,
    RunnerProfile,
)
from runcoach.ports.rows import (
    User,
)


class Users(Protocol):
    async def get(self) -> User: ...
    async def set_preferences(
        self, *, language: str | None = None, time_zone: str | None = None, units: str | None = None
    ) -> User: ...
    async def profile(self) -> RunnerProfile | None: ...
    async def save_profile(self, profile: RunnerProfile) -> None: ...
    async def goals(self) -> list[Goal]: ...
    async def save_goal(self, goal: Goal) -> None: ...
    async def delete_goal(self, goal_id: UUID) -> None: ...
    async def delete(self) -> None:
        """The account and every row that belongs to it. Originals on disk are the caller's."""
        ...


class Vault(Protocol):
    """Secrets under the user's own key, bound to user, kind and column."""

    async def seal(self, kind: str, secret: bytes, *, expires_at: datetime | None = None) -> UUID: ...
    async def open(self, kind: str) -> bytes | None:
        """The newest unexpired secret of that kind."""
        ...

    async def take(self, kind: str) -> bytes | None:
        """Opens and destroys: of several callers at once one gets it."""
        ...

    async def destroy(self, kind: str) -> None: ...
    async def destroy_all(self) -> None:
        """Wipes the user's key and with it every secret, in old backups too."""
        ...

    async def rewrap(self) -> bool:
        """Puts the user's key under the current master key; whether that was needed."""
        ...


class Connections(Protocol):
    async def get(self, provider: Provider) -> ProviderConnection: ...
    async def save(self, connection: ProviderConnection) -> None: ...
    async def lock(self, provider: Provider) -> None:
        """Holds the user's row of that provider until the transaction ends (single-flight refresh)."""
        ...


class Accounts(Protocol):
    """What must work before it is known who asks: registration, login, sessions, the rounds of all users."""

    async def has_owner(self) -> bool: ...
    async def register(
        self,
        *,
        email: str,
        password: str,
        display_name: str,
        invite_code: str | None,
        language: str,
        time_zone: str,
        is_demo: bool = False,
    ) -> User:
        """The first account is the owner, later ones need an invite code. Invalid, Conflict."""
        ...

    async def create_invite(self, owner_id: UUID, now: datetime) -> str: ...
    async def login(self, email: str, password: str, *, client_ip: str, now: datetime) -> str | None:
        """A fresh session token, or None; progressive delay is told by RetryLater(retry_after_s)."""
        ...

    async def session_user(self, token: str, now: datetime) -> User | None: ...
    async def logout(self, token: str) -> None: ...
    async def change_password(
        self, user_id: UUID, new: str, *, current: str | None, keep_token: str | None = None
    ) -> bool:
        """Whether it was changed; False = `current` is wrong. Ends every session but `keep_token`'s.

        `current` None is for the person at the terminal. Raises Invalid, NotFound.
        """
        ...

    async def sweep(self, now: datetime) -> int:
        """Wipes what is over, of all users: secrets, sessions, invitations, idempotency keys; how many."""
        ...

    async def user(self, user_id: UUID) -> User | None: ...
    async def page_of_users(self, time_zone: str | None, after: UUID | None, limit: int) -> list[User]: ...
    async def time_zones(self) -> list[str]: ...
    async def remember_reply(
        self, user_id: UUID, key: str, request_hash: str, reply: Mapping[str, Any] | None, now: datetime
    ) -> Mapping[str, Any] | None:
        """Idempotency-Key: None = go on (now in flight); a mapping = the stored reply.

        Raises Conflict while in flight, Invalid where the same key had another request.
        """
        ...

    async def forget_reply(self, user_id: UUID, key: str) -> None:
        """Releases a key whose request failed, so that the same request can be made again."""
        ...

    async def record_decode(self, owner_id: UUID, payloads: int, now: datetime) -> None:
        """One audit row per reading of Temporal payloads through the codec endpoint."""
        ...
