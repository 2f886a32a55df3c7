"""The connection pool, a transaction as one user, and Postgres' troubles as `StorageUnavailable`."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from runcoach.domain.errors import Invalid, StorageUnavailable

# Connection lost, resources exhausted, operator intervention, system error; and the losers of a lock.
_OUTAGE_CLASSES = ("08", "53", "57", "58")
_OUTAGE_STATES = ("40001", "40P01", "55P03")
_UNSTORABLE_TEXT = ("22021", "22P05")  # NUL, above all
_RETRY_AFTER_S = 2.0
_SET_USER = text("SELECT set_config('app.user_id', :user_id, true)")


def create_pool(
    url: str,
    *,
    size: int = 10,
    statement_timeout_s: float = 5.0,
    lock_timeout_s: float = 2.0,
    idle_in_transaction_s: float = 30.0,
) -> AsyncEngine:
    """A pool that gives up soon: whoever waits for it is told to come back rather than kept."""
    limits = {
        "statement_timeout": f"{statement_timeout_s * 1000:.0f}",
        "lock_timeout": f"{lock_timeout_s * 1000:.0f}",
        "idle_in_transaction_session_timeout": f"{idle_in_transaction_s * 1000:.0f}",
    }
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=lock_timeout_s,
        pool_use_lifo=True,
        json_serializer=dump_json,
        connect_args={
            "timeout": 5,
            "server_settings": {"application_name": "runcoach", "TimeZone": "UTC", "jit": "off", **limits},
        },
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine, user_id: UUID | None) -> AsyncIterator[AsyncConnection]:
    """A transaction as that user; None = as nobody, who sees no rows. Commits, or rolls back on error."""
    with troubles_by_name():
        connection = await _connect_as(engine, user_id)
        try:
            yield connection
            await connection.commit()
        finally:
            # Shielded: a cancelled task still gives its connection back, rolled back and clean.
            await asyncio.shield(connection.close())


@contextmanager
def troubles_by_name() -> Iterator[None]:
    """Turns "Postgres is not there for you now" into StorageUnavailable, and text with NUL into Invalid."""
    try:
        yield
    except (exc.TimeoutError, ConnectionError) as error:
        raise StorageUnavailable(_RETRY_AFTER_S) from error
    except exc.DBAPIError as error:
        if _is_outage(error):
            raise StorageUnavailable(_RETRY_AFTER_S) from error
        if _state_of(error) in _UNSTORABLE_TEXT:
            raise Invalid(field="text", reason="unstorable") from error
        raise


async def _connect_as(engine: AsyncEngine, user_id: UUID | None) -> AsyncConnection:
    """A connection that has answered: one that died in the pool is replaced, without asking beforehand."""
    try:
        return await _try_connect(engine, user_id)
    except exc.DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return await _try_connect(engine, user_id)


async def _try_connect(engine: AsyncEngine, user_id: UUID | None) -> AsyncConnection:
    connection = engine.connect()
    try:
        await connection.start()
    except (OSError, TimeoutError) as error:
        raise StorageUnavailable(_RETRY_AFTER_S) from error
    try:
        await connection.execute(_SET_USER, {"user_id": str(user_id) if user_id else ""})
    except BaseException:
        await connection.close()
        raise
    return connection


def _is_outage(error: exc.DBAPIError) -> bool:
    state = _state_of(error)
    if error.connection_invalidated or state.startswith(_OUTAGE_CLASSES) or state in _OUTAGE_STATES:
        return True
    return isinstance(error, exc.InterfaceError) and not state


def _state_of(error: exc.DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def dump_json(value: object) -> str:
    """JSON without NaN: what Postgres would refuse is refused here, with a trace to its maker."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
