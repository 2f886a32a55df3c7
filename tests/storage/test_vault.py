"""Secrets open only where and for whom they were sealed, and only as long as they should."""

import asyncio
from datetime import timedelta
from secrets import token_bytes

import pytest

from runcoach.domain.errors import SecretSealed
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.settings import KeyRing
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock

TOKENS = b'{"access_token": "canary-7f3a"}'


async def seal(store: PgStore, user, kind: str = "garmin_tokens", secret: bytes = TOKENS, **more) -> None:
    async with store.begin(user.id) as work:
        await work.vault.seal(kind, secret, **more)


async def opened(store: PgStore, user, kind: str = "garmin_tokens") -> bytes | None:
    async with store.begin(user.id) as work:
        return await work.vault.open(kind)


async def test_secret_comes_back_and_the_newest_counts(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    assert await opened(store, user) is None
    await seal(store, user)
    await seal(store, user, secret=b"rotated")
    assert await opened(store, user) == b"rotated"
    assert await opened(store, user, "strava_tokens") is None


async def test_nothing_readable_lies_in_the_database(
    store: PgStore, a_user: MakeUser, database: EmbeddedPostgres, keyring: KeyRing
) -> None:
    user = await a_user()
    await seal(store, user)
    connection = await database.address.connect("runcoach")
    kept = await connection.fetch(
        "SELECT v.ciphertext, k.wrapped_key FROM vault_secrets v JOIN user_keys k USING (user_id) "
        "WHERE user_id = $1",
        user.id,
    )
    await connection.close()
    everything = b"".join(value for row in kept for value in row)
    assert b"canary" not in everything
    assert keyring.keys["k1"] not in everything


async def test_ciphertexts_swapped_between_users_do_not_open(
    store: PgStore, a_user: MakeUser, database: EmbeddedPostgres
) -> None:
    first, second = await a_user(), await a_user()
    await seal(store, first)
    await seal(store, second, secret=b"of the second")
    connection = await database.address.connect("runcoach")
    swap = (
        "UPDATE {0} a SET {1} = b.{1} FROM {0} b "
        "WHERE (a.user_id, b.user_id) IN (($1, $2), ($2, $1)) AND a.user_id <> b.user_id"
    )
    await connection.execute(swap.format("vault_secrets", "ciphertext"), first.id, second.id)
    with pytest.raises(SecretSealed):
        await opened(store, second)
    # Not even with the other's key beside it.
    await connection.execute(swap.format("user_keys", "wrapped_key"), first.id, second.id)
    with pytest.raises(SecretSealed):
        await opened(store, second)
    await connection.close()


async def test_ciphertext_moved_to_another_kind_does_not_open(
    store: PgStore, a_user: MakeUser, database: EmbeddedPostgres
) -> None:
    user = await a_user()
    await seal(store, user)
    connection = await database.address.connect("runcoach")
    await connection.execute("UPDATE vault_secrets SET kind = 'strava_tokens' WHERE user_id = $1", user.id)
    await connection.close()
    with pytest.raises(SecretSealed):
        await opened(store, user, "strava_tokens")


async def test_expired_secret_vanishes_from_the_table_too(
    store: PgStore, a_user: MakeUser, clock: FakeClock, database: EmbeddedPostgres
) -> None:
    user = await a_user()
    await seal(store, user, "garmin_password", b"hunter2", expires_at=clock.now() + timedelta(minutes=10))
    clock.advance(minutes=9)
    assert await opened(store, user, "garmin_password") == b"hunter2"
    clock.advance(minutes=1)
    assert await opened(store, user, "garmin_password") is None
    connection = await database.address.connect("runcoach")
    left = await connection.fetchval("SELECT count(*) FROM vault_secrets WHERE user_id = $1", user.id)
    await connection.close()
    assert left == 0


async def test_secret_that_is_taken_is_gone_and_one_taker_gets_it(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    await seal(store, user, "strava_state", b"once")

    async def take() -> bytes | None:
        async with store.begin(user.id) as work:
            return await work.vault.take("strava_state")

    taken = await asyncio.gather(*(take() for _ in range(10)))
    assert sorted(one for one in taken if one) == [b"once"]
    assert await opened(store, user, "strava_state") is None


async def test_destroying_the_key_destroys_the_secrets_in_old_copies_too(
    store: PgStore, a_user: MakeUser, database: EmbeddedPostgres
) -> None:
    user = await a_user()
    await seal(store, user)
    connection = await database.address.connect("runcoach")
    copy = await connection.fetchrow("SELECT * FROM vault_secrets WHERE user_id = $1", user.id)
    async with store.begin(user.id) as work:
        await work.vault.destroy_all()
    assert await opened(store, user) is None
    await connection.execute(
        "INSERT INTO vault_secrets (user_id, id, kind, ciphertext) VALUES ($1, $2, $3, $4)",
        copy["user_id"],
        copy["id"],
        copy["kind"],
        copy["ciphertext"],
    )
    await connection.close()
    with pytest.raises(SecretSealed):
        await opened(store, user)


async def test_master_key_is_replaced_without_losing_a_secret(
    database: EmbeddedPostgres, a_user: MakeUser, clock: FakeClock, keyring: KeyRing, store: PgStore
) -> None:
    user = await a_user()
    await seal(store, user)
    both = KeyRing("k2", {"k2": token_bytes(32), **keyring.keys})
    rotating = PgStore(database.app_url, both, clock)
    async with rotating.begin(user.id) as work:
        assert await work.vault.rewrap()
        assert not await work.vault.rewrap()
    await rotating.close()
    after = PgStore(database.app_url, KeyRing("k2", {"k2": both.keys["k2"]}), clock)
    assert await opened(after, user) == TOKENS
    await after.close()
    with pytest.raises(SecretSealed):
        await opened(store, user)


async def test_process_without_a_key_opens_and_seals_nothing(
    database: EmbeddedPostgres, a_user: MakeUser, clock: FakeClock, store: PgStore
) -> None:
    user = await a_user()
    await seal(store, user)
    keyless = PgStore(database.app_url, None, clock)
    with pytest.raises(SecretSealed):
        await opened(keyless, user)
    with pytest.raises(SecretSealed):
        await seal(keyless, user)
    await keyless.close()


async def test_first_secrets_sealed_at_once_share_one_key(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    kinds = [f"kind-{n}" for n in range(8)]
    await asyncio.gather(*(seal(store, user, kind, kind.encode()) for kind in kinds))
    assert [await opened(store, user, kind) for kind in kinds] == [kind.encode() for kind in kinds]
