"""Runs migrations online, on a connection that the caller made or on one of its own."""

import asyncio
from typing import Any

import pgvector.sqlalchemy  # noqa: F401  (the types that autogenerate compares with)
from alembic import context
from sqlalchemy import Connection

from runcoach.settings import load_settings
from runcoach.storage.migrate import locked_connection
from runcoach.storage.tables import metadata


def include_object(item: Any, name: str | None, kind: str, is_reflected: bool, compare_to: Any) -> bool:
    """Leaves alone what somebody else keeps in the same database."""
    return not (kind == "table" and is_reflected and compare_to is None and name not in metadata.tables)


def run(connection: Connection) -> None:
    """All steps in one transaction: an interrupted migration leaves nothing behind."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include_object,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    """For the command line."""
    url = context.get_x_argument(as_dictionary=True).get("url") or load_settings().owner_database_url
    async with locked_connection(url) as connection:
        await connection.run_sync(run)


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    asyncio.run(run_alone())
