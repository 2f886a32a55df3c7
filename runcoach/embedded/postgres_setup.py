"""What RunCoach needs inside a fresh Postgres: two ordinary roles, one database, the vector extension."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import asyncpg

from runcoach.embedded.errors import EngineError
from runcoach.settings import APP_ROLE, DATABASE_NAME, OWNER_ROLE

_LIMITS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


@dataclass(frozen=True)
class Address:
    """Where a Postgres listens and who administers it."""

    port: int
    superuser: str
    password: str = field(repr=False)
    host: str = "127.0.0.1"

    async def connect(self, database: str = "postgres") -> asyncpg.Connection:
        """A connection as the administrator."""
        return await asyncpg.connect(
            host=self.host,
            port=self.port,
            user=self.superuser,
            password=self.password,
            database=database,
            timeout=5,
            ssl=False,
        )


def run_now[T](work: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end from synchronous code, also where a loop already runs in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def answers(address: Address) -> bool:
    """Whether Postgres takes connections and queries."""
    try:
        connection = await address.connect()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False
    await connection.close()
    return True


async def ensure_database(address: Address, passwords: dict[str, str]) -> None:
    """Create or correct the roles, the database and the extension; the same call again changes nothing."""
    connection = await address.connect()
    try:
        for role in (OWNER_ROLE, APP_ROLE):
            await _ensure_role(connection, role, passwords[role])
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE_NAME):
            await connection.execute(f"CREATE DATABASE {DATABASE_NAME} OWNER {OWNER_ROLE}")
    finally:
        await connection.close()
    inside = await address.connect(DATABASE_NAME)
    try:
        await inside.execute("CREATE EXTENSION IF NOT EXISTS vector")
        await inside.execute(f"REVOKE ALL ON DATABASE {DATABASE_NAME} FROM PUBLIC")
        await inside.execute(
            f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE_NAME} TO {OWNER_ROLE}, {APP_ROLE}"
        )
    finally:
        await inside.close()


async def ensure_app_role(owner_url: str, password: str) -> None:
    """On a Postgres that is not ours: let its owner make the app role that the processes log in as."""
    connection = await asyncpg.connect(
        owner_url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=10
    )
    try:
        await _ensure_role(connection, APP_ROLE, password)
    except asyncpg.InsufficientPrivilegeError as refused:
        raise EngineError(
            f"The user in DATABASE_URL may not create the role {APP_ROLE}: create it yourself and set "
            "RUNCOACH_DATABASE_APP_URL."
        ) from refused
    finally:
        await connection.close()


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    """An existing role gets only its password: changing the limits would need a superuser."""
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    what = f"ALTER ROLE {role}" if exists else f"CREATE ROLE {role} {_LIMITS}"
    secret = await connection.fetchval("SELECT quote_literal($1::text)", password)
    await connection.execute(f"{what} PASSWORD {secret}")
