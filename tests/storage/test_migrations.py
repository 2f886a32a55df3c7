"""The schema is walked up and down, one step at a time, and is then what the code says it is."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.settings import OWNER_ROLE
from runcoach.storage import migrate


@pytest.fixture
async def empty_database_url(postgres: EmbeddedPostgres):
    """A database of this test's own, as the owner role opens it."""
    name = f"walk_{os.urandom(4).hex()}"
    connection = await postgres.address.connect()
    await connection.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE}")
    yield postgres.owner_url.rpartition("/")[0] + f"/{name}"
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def names_in(url: str) -> set[str]:
    """Every table, function, policy and type that is there beside alembic's own table."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.execute(
            text(
                "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                "UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
        )
        names = {row[0] for row in found}
    await engine.dispose()
    return names - {"alembic_version", "alembic_version_pkc"}


async def test_every_step_goes_up_and_down_and_leaves_nothing(empty_database_url: str) -> None:
    revisions = migrate.revisions()
    seen = [await names_in(empty_database_url)]
    for revision in revisions:
        await migrate.upgrade(empty_database_url, revision)
        seen.append(await names_in(empty_database_url))
        assert await migrate.current_revision(empty_database_url) == revision
    for before, revision in zip(reversed(seen[:-1]), reversed([None, *revisions[:-1]]), strict=True):
        await migrate.downgrade(empty_database_url, revision or "base")
        assert await names_in(empty_database_url) == before
    assert seen[0] == set()


async def test_tables_are_what_the_code_says(empty_database_url: str) -> None:
    await migrate.upgrade(empty_database_url)
    await migrate.check(empty_database_url)


async def test_two_starters_at_once_migrate_once(empty_database_url: str) -> None:
    await asyncio.gather(*(migrate.upgrade(empty_database_url) for _ in range(3)))
    assert await migrate.current_revision(empty_database_url) == migrate.revisions()[-1]


async def test_migrating_works_from_any_folder(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await migrate.upgrade(empty_database_url)
    assert await migrate.current_revision(empty_database_url) is not None


def test_every_migration_has_a_date_in_its_name_and_limits_its_wait_for_locks() -> None:
    files = sorted((migrate.PROJECT_ROOT / "migrations" / "versions").glob("*.py"))
    assert len(files) == len(migrate.revisions())
    for file in files:
        year, month, day, slug = file.stem.split("-", 3)
        assert (len(year), len(month), len(day)) == (4, 2, 2)
        assert slug
        assert file.read_text().count("limit_lock_wait()") == 2, file.name
