"""The second layer: with the repositories' filter off, a runner still sees and touches nobody else's rows."""

from uuid import UUID

import pytest
from sqlalchemy import exc, text

from runcoach.domain.connection import Provider
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.storage.engine import create_pool, transaction
from runcoach.storage.store import PgStore
from runcoach.storage.tables import metadata
from runcoach.storage.tables.base import owned_tables
from tests.engines import MakeUser
from tests.storage.builders import a_run, some_laps, watch_streams

OWNED = sorted(table.name for table in owned_tables())
OPEN_TO_ALL = {"login_attempts"}
DOORS = {
    "door_has_other_owner",
    "door_has_owner",
    "door_login",
    "door_redeem",
    "door_session",
    "door_sweep",
    "door_time_zones",
    "door_users",
}


@pytest.fixture
async def engine(database: EmbeddedPostgres):
    engine = create_pool(database.app_url, size=1)
    yield engine
    await engine.dispose()


async def rows(engine, user_id: UUID | None, statement: str):
    async with transaction(engine, user_id) as connection:
        return (await connection.execute(text(statement))).all()


async def test_every_table_with_user_id_forces_row_security_and_has_one_policy_for_the_app(engine) -> None:
    found = await rows(
        engine,
        None,
        """
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, array_agg(p.policyname::text),
               array_agg(p.qual), array_agg(p.with_check)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        LEFT JOIN pg_policies p ON p.tablename = c.relname AND 'public' = ANY (p.roles)
        WHERE c.relkind = 'r'
          AND (c.relname = 'users'
               OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'user_id'))
        GROUP BY c.relname, c.relrowsecurity, c.relforcerowsecurity ORDER BY c.relname
        """,
    )
    assert [row[0] for row in found] == sorted([*OWNED, "users"])
    for name, is_on, is_forced, policies, reads, writes in found:
        assert is_on, name
        assert is_forced, name
        assert policies == ["own_rows"], name
        for condition in (reads[0], writes[0]):
            assert "current_setting('app.user_id'::text, true)" in condition, name
            assert condition.startswith("(id = " if name == "users" else "(user_id = "), name


async def test_no_table_is_outside_of_that_rule_but_the_named_ones(engine) -> None:
    found = await rows(
        engine,
        None,
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = 'public' AND relkind = 'r' AND NOT relrowsecurity",
    )
    assert {row[0] for row in found} == OPEN_TO_ALL | {"alembic_version"}


async def test_references_between_owned_tables_carry_the_owner() -> None:
    for table in owned_tables():
        for constraint in table.foreign_key_constraints:
            parent = constraint.referred_table.name
            if parent != "users":
                assert "user_id" in constraint.column_keys, f"{table.name} → {parent}"


async def test_app_role_owns_nothing_and_cannot_step_around_the_rule(
    engine, database: EmbeddedPostgres
) -> None:
    role = await rows(
        engine,
        None,
        "SELECT current_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
        "FROM pg_roles WHERE rolname = current_user",
    )
    assert role == [("runcoach_app", False, False, False, False)]
    owned = await rows(
        engine, None, "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole::oid"
    )
    assert owned == [(0,)]
    for attempt in (
        "ALTER TABLE activities DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE activities NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own_rows ON activities",
        "CREATE POLICY all_rows ON activities USING (true)",
        "SET ROLE runcoach_owner",
        "TRUNCATE activities",
        "CREATE TABLE mine (id int)",
    ):
        with pytest.raises(exc.DBAPIError) as refused:
            await rows(engine, None, attempt)
        assert refused.value.orig.sqlstate == "42501", attempt


async def test_second_user_sees_nothing_of_the_first_in_any_table(
    store: PgStore, engine, a_user: MakeUser
) -> None:
    first, second = await a_user(), await a_user()
    async with store.begin(first.id) as work:
        await work.activities.upsert(a_run(first.id), some_laps(), watch_streams(60))
        await work.vault.seal("garmin_tokens", b"secret")
        await work.sync_states.save(Provider.GARMIN, "activities", {"cursor": 3})
    for name in [*OWNED, "users"]:
        key = "id" if name == "users" else "user_id"
        foreign = await rows(engine, second.id, f"SELECT count(*) FROM {name} WHERE {key} <> '{second.id}'")
        assert foreign == [(0,)], name
    assert await rows(engine, first.id, "SELECT count(*) FROM activity_streams") == [(10,)]
    assert await rows(engine, second.id, "SELECT count(*) FROM activity_streams") == [(0,)]


async def test_writing_as_somebody_else_is_refused_and_changing_their_rows_touches_none(
    store: PgStore, engine, a_user: MakeUser
) -> None:
    first, second = await a_user(), await a_user()
    async with store.begin(first.id) as work:
        kept_id = await work.activities.upsert(a_run(first.id), [], watch_streams(60))
    with pytest.raises(exc.DBAPIError, match="row-level security"):
        await rows(
            engine,
            second.id,
            f'INSERT INTO sync_state (user_id, provider, stream, "values") '
            f"VALUES ('{first.id}', 'garmin', 'x', '{{}}')",
        )
    async with transaction(engine, second.id) as connection:
        for statement in ("UPDATE activities SET name = 'mine'", "DELETE FROM activities"):
            assert (await connection.execute(text(statement))).rowcount == 0
    async with store.begin(first.id) as work:
        assert (await work.activities.get(kept_id)).name == "아침 달리기"


async def test_foreign_row_cannot_be_referred_to(store: PgStore, engine, a_user: MakeUser) -> None:
    first, second = await a_user(), await a_user()
    async with store.begin(first.id) as work:
        kept_id = await work.activities.upsert(a_run(first.id), [], watch_streams(60))
    with pytest.raises(exc.IntegrityError):
        await rows(
            engine,
            second.id,
            f"INSERT INTO activity_streams (user_id, activity_id, channel, data) "
            f"VALUES ('{second.id}', '{kept_id}', 'power_w', '')",
        )


async def test_connection_used_before_by_somebody_forgets_them(
    store: PgStore, engine, a_user: MakeUser
) -> None:
    user = await a_user()
    assert await rows(engine, user.id, "SELECT count(*) FROM users") == [(1,)]
    assert await rows(engine, None, "SELECT count(*) FROM users") == [(0,)]
    async with engine.connect() as connection:  # not even asked for as anybody
        assert (await connection.execute(text("SELECT current_setting('app.user_id', true)"))).scalar() == ""
        assert (await connection.execute(text("SELECT count(*) FROM users"))).scalar() == 0


async def test_doors_are_few_and_only_the_app_role_may_use_them(engine) -> None:
    found = await rows(
        engine,
        None,
        """
        SELECT p.proname, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE'),
               has_function_privilege('runcoach_app', p.oid, 'EXECUTE')
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.prosecdef
        """,
    )
    assert {row[0] for row in found} == DOORS
    for name, settings, is_public, is_ours in found:
        assert settings == ["search_path=public, pg_temp"], name
        assert (is_public, is_ours) == (False, True), name


async def test_decisions_cannot_be_changed_or_taken_back(engine, a_user: MakeUser) -> None:
    user = await a_user()
    for table in ("approvals", "approval_items", "decode_audit"):
        for attempt in (f"DELETE FROM {table}", f"UPDATE {table} SET created_at = now()"):
            with pytest.raises(exc.DBAPIError, match="permission denied"):
                await rows(engine, user.id, attempt)


async def test_account_goes_with_everything_that_hangs_on_it(
    store: PgStore, database: EmbeddedPostgres, a_user: MakeUser
) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        await work.activities.upsert(a_run(user.id), some_laps(), watch_streams(60))
        await work.vault.seal("garmin_tokens", b"secret")
    async with store.begin(user.id) as work:
        await work.users.delete()
    connection = await database.address.connect("runcoach")
    try:
        for table in metadata.sorted_tables:
            if "user_id" in table.c:
                left = await connection.fetchval(
                    f"SELECT count(*) FROM {table.name} WHERE user_id = $1", user.id
                )
                assert left == 0, table.name
    finally:
        await connection.close()
