"""Accounts: what must work before it is known who asks.

Where no user is known yet, the questions go through the doors of the first migration: functions that run as
the owner of the tables and answer one narrow question each. Everything else is an ordinary transaction as
the user.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exc, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from runcoach.domain.errors import Conflict, Invalid, NotFound
from runcoach.ports.clock import Clock
from runcoach.ports.storage import User
from runcoach.storage import idempotency
from runcoach.storage.engine import transaction
from runcoach.storage.ids import uuid7
from runcoach.storage.login_guard import LoginGuard
from runcoach.storage.passwords import Passwords, check_password
from runcoach.storage.repositories.repository import AnyRow
from runcoach.storage.repositories.users import to_user
from runcoach.storage.tables.accounts import decode_audit, invite_codes, users, web_sessions

_TOUCH_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class SessionLimits:
    """How long a login lasts, and an invitation."""

    idle: timedelta = timedelta(days=14)
    absolute: timedelta = timedelta(days=30)
    invite: timedelta = timedelta(days=7)


class PgAccounts:
    """Registration, login, sessions and the rounds of all users."""

    def __init__(self, engine: AsyncEngine, clock: Clock, limits: SessionLimits) -> None:
        self._engine = engine
        self._clock = clock
        self._limits = limits
        self._passwords = Passwords()
        self._guard = LoginGuard(engine)

    async def has_owner(self) -> bool:
        """Whether somebody has set this installation up."""
        return bool(await self._ask("SELECT door_has_owner()"))

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
        """The first account is the owner, later ones need an invite code. Invalid, Conflict.

        A demo account needs no invite code and is never the owner; no request from outside can ask for one.
        """
        address = normalise_email(email)
        check_password(password, email=address)
        row = {
            "id": uuid7(),
            "email": address,
            "display_name": display_name,
            "password_hash": await self._passwords.hash(password),
            "language": language,
            "time_zone": time_zone,
            "is_demo": is_demo,
            "is_owner": not is_demo and not await self.has_owner(),
        }
        try:
            return await self._create(row, invite_code)
        except exc.IntegrityError as error:
            raise Conflict(field=_conflicting_field(error)) from error

    async def create_invite(self, owner_id: UUID, now: datetime) -> str:
        """A code for one more account, told this once."""
        code = secrets.token_urlsafe(16)
        values = {"user_id": owner_id, "code_sha256": sha256(code), "expires_at": now + self._limits.invite}
        async with transaction(self._engine, owner_id) as connection:
            await connection.execute(insert(invite_codes).values(values))
        return code

    async def login(self, email: str, password: str, *, client_ip: str, now: datetime) -> str | None:
        """A fresh session token, or None. Raises TooManyAttempts(retry_after_s)."""
        address = normalise_email(email)
        await self._guard.admit(address, client_ip, now)
        found = await self._ask_row("SELECT * FROM door_login(:email)", email=address)
        if not await self._passwords.verify(found.password_hash if found else None, password) or not found:
            return None
        await self._guard.forgive(address, client_ip, now)
        return await self._open_session(found.id, found.password_hash, password, now)

    async def session_user(self, token: str, now: datetime) -> User | None:
        """Whose session it is, if it is still good."""
        row = await self._ask_row(
            "SELECT * FROM door_session(:token_sha256, :seen_after, :now)",
            token_sha256=sha256(token),
            seen_after=now - self._limits.idle,
            now=now,
        )
        if row is None:
            return None
        if now - row.last_seen_at >= _TOUCH_AFTER:
            await self._touch(row.id, token, now)
        return to_user(row)

    async def logout(self, token: str) -> None:
        """Ends that session; one that is over is fine."""
        if user := await self.session_user(token, self._clock.now()):
            async with transaction(self._engine, user.id) as connection:
                await connection.execute(delete(web_sessions).where(*_session(user.id, token)))

    async def user(self, user_id: UUID) -> User | None:
        """The account of that id."""
        async with transaction(self._engine, user_id) as connection:
            row = (await connection.execute(select(users).where(users.c.id == user_id))).first()
        return to_user(row) if row else None

    async def change_password(
        self, user_id: UUID, new: str, *, current: str | None, keep_token: str | None = None
    ) -> bool:
        """Whether it was changed; False = `current` is wrong. Ends every session but `keep_token`'s.

        `current` None is for the person at the terminal, who owns the machine anyway.
        """
        async with transaction(self._engine, user_id) as connection:
            known = (await connection.execute(select(users).where(users.c.id == user_id))).first()
        if known is None:
            raise NotFound(what="user")
        if current is not None and not await self._passwords.verify(known.password_hash, current):
            return False
        check_password(new, email=known.email)
        fresh = await self._passwords.hash(new)
        mine = web_sessions.c.user_id == user_id
        others = mine if keep_token is None else mine & (web_sessions.c.token_sha256 != sha256(keep_token))
        async with transaction(self._engine, user_id) as connection:
            await connection.execute(update(users).where(users.c.id == user_id).values(password_hash=fresh))
            await connection.execute(delete(web_sessions).where(others))
        return True

    async def sweep(self, now: datetime) -> int:
        """Wipes what is over, of all users: secrets, sessions, invitations, idempotency keys; how many."""
        return int(await self._ask("SELECT door_sweep(:now)", now=now))

    async def page_of_users(self, time_zone: str | None, after: UUID | None, limit: int) -> list[User]:
        """Accounts in order of id, those of one time zone or all."""
        statement = text("SELECT * FROM door_users(:time_zone, :after, :limit)")
        async with transaction(self._engine, None) as connection:
            rows = await connection.execute(
                statement, {"time_zone": time_zone, "after": after, "limit": limit}
            )
            return [to_user(row) for row in rows]

    async def time_zones(self) -> list[str]:
        """Every zone that some account lives in."""
        async with transaction(self._engine, None) as connection:
            rows = await connection.execute(text("SELECT time_zone FROM door_time_zones() ORDER BY 1"))
            return list(rows.scalars())

    async def remember_reply(
        self, user_id: UUID, key: str, request_hash: str, reply: Mapping[str, Any] | None, now: datetime
    ) -> Mapping[str, Any] | None:
        """Idempotency-Key: None = go on (now in flight); a mapping = the stored reply."""
        async with transaction(self._engine, user_id) as connection:
            if reply is not None:
                return await idempotency.finish(connection, user_id, key, request_hash, reply, now)
            return await idempotency.start(connection, user_id, key, request_hash, now)

    async def forget_reply(self, user_id: UUID, key: str) -> None:
        """The request failed before it had an effect: the same key may be used again at once."""
        async with transaction(self._engine, user_id) as connection:
            await idempotency.forget(connection, user_id, key)

    async def record_decode(self, owner_id: UUID, payloads: int, now: datetime) -> None:
        """One audit row per reading of Temporal payloads through the codec endpoint."""
        values = {"user_id": owner_id, "payloads": payloads, "decoded_at": now}
        async with transaction(self._engine, owner_id) as connection:
            await connection.execute(insert(decode_audit).values(values))

    async def _create(self, row: dict[str, Any], invite_code: str | None) -> User:
        async with transaction(self._engine, row["id"]) as connection:
            created = (await connection.execute(insert(users).values(row).returning(users))).one()
            if not row["is_owner"] and not row["is_demo"]:
                redeem = text("SELECT door_redeem(:code_sha256, :user_id, :now)")
                given: dict[str, Any] = {"code_sha256": sha256(invite_code or ""), "user_id": row["id"]}
                given["now"] = self._clock.now()
                if not (await connection.execute(redeem, given)).scalar():
                    raise Invalid(field="invite_code", reason="unknown_or_used")
        return to_user(created)

    async def _open_session(self, user_id: UUID, stored: str, password: str, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        changes: dict[str, Any] = {"last_login_at": now}
        if self._passwords.is_outdated(stored):
            changes["password_hash"] = await self._passwords.hash(password)
        session = {
            "user_id": user_id,
            "token_sha256": sha256(token),
            "last_seen_at": now,
            "expires_at": now + self._limits.absolute,
        }
        over = web_sessions.c.expires_at <= now
        async with transaction(self._engine, user_id) as connection:
            await connection.execute(delete(web_sessions).where(web_sessions.c.user_id == user_id, over))
            await connection.execute(insert(web_sessions).values(session))
            await connection.execute(update(users).where(users.c.id == user_id).values(changes))
        return token

    async def _touch(self, user_id: UUID, token: str, now: datetime) -> None:
        seen = update(web_sessions).where(*_session(user_id, token))
        async with transaction(self._engine, user_id) as connection:
            await connection.execute(
                seen.values(last_seen_at=func.greatest(web_sessions.c.last_seen_at, now))
            )

    async def _ask_row(self, question: str, **given: Any) -> AnyRow | None:
        async with transaction(self._engine, None) as connection:
            return (await connection.execute(text(question), given)).first()

    async def _ask(self, question: str, **given: Any) -> Any:
        row = await self._ask_row(question, **given)
        return row[0] if row else None


def sha256(token: str) -> bytes:
    """What is kept of a token: enough to recognise it, useless to whoever reads it."""
    return hashlib.sha256(token.encode()).digest()


def normalise_email(email: str) -> str:
    """One account per address, however it is typed."""
    return email.strip().lower()


def _session(user_id: UUID, token: str) -> tuple[Any, Any]:
    return web_sessions.c.user_id == user_id, web_sessions.c.token_sha256 == sha256(token)


def _conflicting_field(error: exc.IntegrityError) -> str:
    return "email" if "uq_users_email" in str(error.orig) else "invite_code"
