"""Counts login attempts per account and per client address; in the database, so no restart forgives."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from runcoach.domain.errors import TooManyAttempts
from runcoach.storage.engine import transaction
from runcoach.storage.tables.accounts import login_attempts
from runcoach.storage.throttle import (
    Attempts,
    account_wait_s,
    address_wait_s,
    count_attempt,
    forgive_account,
    forgive_address,
)

_FORGET_AFTER = timedelta(days=2)


class LoginGuard:
    """Admits or refuses a login attempt before any password is looked at."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def admit(self, email: str, client_ip: str, now: datetime) -> None:
        """Count the attempt, or raise TooManyAttempts(retry_after_s)."""
        account, address = _subject("account", email), _subject("address", client_ip)
        async with transaction(self._engine, None) as connection:
            seen = await self._lock(connection, (account, address), now)
            wait_s = max(account_wait_s(seen[account], now), address_wait_s(seen[address], now))
            if wait_s <= 0:
                for subject in (account, address):
                    await self._save(connection, subject, count_attempt(seen[subject], now))
        if wait_s > 0:
            raise TooManyAttempts(wait_s)

    async def forgive(self, email: str, client_ip: str, now: datetime) -> None:
        """The password was right."""
        rules: dict[bytes, Callable[[Attempts], Attempts]] = {
            _subject("account", email): forgive_account,
            _subject("address", client_ip): forgive_address,
        }
        async with transaction(self._engine, None) as connection:
            seen = await self._lock(connection, tuple(rules), now)
            for subject, forgive in rules.items():
                await self._save(connection, subject, forgive(seen[subject]))
            old = login_attempts.c.last_attempt_at < now - _FORGET_AFTER
            await connection.execute(delete(login_attempts).where(old))

    async def _lock(
        self, connection: AsyncConnection, subjects: tuple[bytes, ...], now: datetime
    ) -> dict[bytes, Attempts]:
        """The counters, held until the transaction ends; always taken in the same order."""
        fresh = [{"subject_sha256": subject, **asdict(Attempts.none(now))} for subject in sorted(subjects)]
        await connection.execute(upsert_insert(login_attempts).values(fresh).on_conflict_do_nothing())
        rows = await connection.execute(
            select(login_attempts)
            .where(login_attempts.c.subject_sha256.in_(subjects))
            .order_by(login_attempts.c.subject_sha256)
            .with_for_update()
        )
        return {
            row.subject_sha256: Attempts(
                row.consecutive_failures,
                row.hour_started_at,
                row.failures_in_hour,
                row.tokens,
                row.last_attempt_at,
            )
            for row in rows
        }

    async def _save(self, connection: AsyncConnection, subject: bytes, attempts: Attempts) -> None:
        same = login_attempts.c.subject_sha256 == subject
        await connection.execute(login_attempts.update().where(same).values(asdict(attempts)))


def _subject(kind: str, name: str) -> bytes:
    return hashlib.sha256(f"{kind}|{name}".encode()).digest()
