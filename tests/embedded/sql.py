"""Short questions to a Postgres under test."""

import asyncpg


async def ask(url: str, query: str) -> object:
    """The first column of the first row."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def tell(url: str, statement: str) -> None:
    """Run a statement, committed when this returns."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
