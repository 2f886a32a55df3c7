"""Idempotency keys: the same key gives the same answer, once the first one is there."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runcoach.domain.errors import Conflict, Invalid
from runcoach.storage.tables.accounts import idempotency_keys

KEEP = timedelta(days=7)
# A process that died in the middle must not hold its key for a week.
IN_FLIGHT = timedelta(minutes=2)


async def start(
    connection: AsyncConnection, user_id: UUID, key: str, request_hash: str, now: datetime
) -> Mapping[str, Any] | None:
    """None = go on; the stored reply where there is one. Raises Conflict in flight, Invalid on a mix-up."""
    values = _row(user_id, key, request_hash, None, now + IN_FLIGHT)
    fresh = insert(idempotency_keys).values(values)
    claim = fresh.on_conflict_do_update(
        index_elements=["user_id", "key"], set_=values, where=idempotency_keys.c.expires_at <= now
    ).returning(idempotency_keys.c.key)
    await _drop_expired(connection, user_id, key, now)
    if (await connection.execute(claim)).first() is not None:
        return None
    row = (await connection.execute(select(idempotency_keys).where(_same(user_id, key)))).one()
    if row.request_hash != request_hash:
        raise Invalid(field="Idempotency-Key", reason="other_request")
    if row.reply is None:
        raise Conflict(field="Idempotency-Key", reason="in_flight")
    reply: Mapping[str, Any] = row.reply
    return reply


async def finish(
    connection: AsyncConnection,
    user_id: UUID,
    key: str,
    request_hash: str,
    reply: Mapping[str, Any],
    now: datetime,
) -> Mapping[str, Any]:
    """Keeps the reply."""
    values = _row(user_id, key, request_hash, reply, now + KEEP)
    kept = insert(idempotency_keys).values(values)
    await connection.execute(kept.on_conflict_do_update(index_elements=["user_id", "key"], set_=values))
    return reply


async def forget(connection: AsyncConnection, user_id: UUID, key: str) -> None:
    """Frees a key whose request had no effect."""
    await connection.execute(delete(idempotency_keys).where(_same(user_id, key)))


async def _drop_expired(connection: AsyncConnection, user_id: UUID, key: str, now: datetime) -> None:
    table = idempotency_keys.c
    over = and_(table.user_id == user_id, table.key != key, table.expires_at <= now)
    await connection.execute(delete(idempotency_keys).where(over))


def _row(
    user_id: UUID, key: str, request_hash: str, reply: Mapping[str, Any] | None, expires_at: datetime
) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "key": key,
        "request_hash": request_hash,
        "reply": reply,
        "expires_at": expires_at,
    }


def _same(user_id: UUID, key: str) -> Any:
    return and_(idempotency_keys.c.user_id == user_id, idempotency_keys.c.key == key)
