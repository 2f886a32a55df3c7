"""Who may come in, for how long, and how fast strangers may guess."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from runcoach.domain.errors import Conflict, Invalid, TooManyAttempts
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore
from tests.engines import A_PASSWORD, MakeUser, make_user
from tests.fakes import FakeClock

HOME = "192.0.2.7"


async def login(store: PgStore, email: str, clock: FakeClock, password: str = A_PASSWORD, ip: str = HOME):
    return await store.accounts.login(email, password, client_ip=ip, now=clock.now())


@pytest.fixture
async def new_house(postgres: EmbeddedPostgres, keyring, clock: FakeClock):
    """An installation where nobody has registered yet."""
    connection = await postgres.address.connect()
    await connection.execute("DROP DATABASE IF EXISTS new_house WITH (FORCE)")
    await connection.execute("CREATE DATABASE new_house OWNER runcoach_owner")
    owner, app = (url.rpartition("/")[0] + "/new_house" for url in (postgres.owner_url, postgres.app_url))
    await upgrade(owner)
    store = PgStore(app, keyring, clock, pool_size=12)
    yield store
    await store.close()
    await connection.execute("DROP DATABASE new_house WITH (FORCE)")
    await connection.close()


async def test_first_account_is_the_owner_and_the_next_needs_an_invitation(
    new_house: PgStore, clock: FakeClock
) -> None:
    assert not await new_house.accounts.has_owner()
    demo = await make_user(new_house)
    assert not demo.is_owner
    owner = await make_user(new_house, is_demo=False)
    assert owner.is_owner
    assert await new_house.accounts.has_owner()
    with pytest.raises(Invalid) as refused:
        await make_user(new_house, is_demo=False)
    assert refused.value.data["field"] == "invite_code"
    code = await new_house.accounts.create_invite(owner.id, clock.now())
    guest = await make_user(new_house, is_demo=False, invite_code=code)
    assert not guest.is_owner


async def test_of_many_first_registrations_at_once_one_is_the_owner(new_house: PgStore) -> None:
    wishes = [make_user(new_house, is_demo=False) for _ in range(8)]
    done = await asyncio.gather(*wishes, return_exceptions=True)
    owners = [one for one in done if not isinstance(one, BaseException)]
    assert [one.is_owner for one in owners] == [True]
    assert all(isinstance(one, (Conflict, Invalid)) for one in done if one is not owners[0])


async def test_of_twenty_redemptions_at_once_one_wins(new_house: PgStore, clock: FakeClock) -> None:
    owner = await make_user(new_house, is_demo=False)
    code = await new_house.accounts.create_invite(owner.id, clock.now())
    wishes = [make_user(new_house, is_demo=False, invite_code=code) for _ in range(20)]
    done = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert sum(isinstance(one, Invalid) for one in done) == 19


async def test_invitation_is_over_after_seven_days(new_house: PgStore, clock: FakeClock) -> None:
    owner = await make_user(new_house, is_demo=False)
    code = await new_house.accounts.create_invite(owner.id, clock.now())
    clock.advance(days=7)
    with pytest.raises(Invalid):
        await make_user(new_house, is_demo=False, invite_code=code)


async def test_same_address_twice_is_a_conflict_however_it_is_typed(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    with pytest.raises(Conflict) as refused:
        await a_user(email=f" {user.email.upper()} ")
    assert refused.value.data == {"field": "email"}


async def test_login_opens_a_session_that_ends_with_logout(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    token = await login(store, user.email.upper(), clock)
    assert token is not None
    assert len(token) >= 43  # 256 bits
    assert await store.accounts.session_user(token, clock.now()) == user
    await store.accounts.logout(token)
    assert await store.accounts.session_user(token, clock.now()) is None
    await store.accounts.logout(token)


async def test_only_a_hash_of_the_token_is_kept(
    store: PgStore, a_user: MakeUser, clock: FakeClock, database: EmbeddedPostgres
) -> None:
    user = await a_user()
    token = await login(store, user.email, clock)
    connection = await database.address.connect("runcoach")
    kept = await connection.fetchval("SELECT token_sha256 FROM web_sessions WHERE user_id = $1", user.id)
    password = await connection.fetchval("SELECT password_hash FROM users WHERE id = $1", user.id)
    await connection.close()
    assert kept == hashlib.sha256(token.encode()).digest()
    assert password.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert await store.accounts.session_user(kept.hex(), clock.now()) is None


async def test_session_ends_after_two_idle_weeks_and_in_any_case_after_thirty_days(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    idle, busy = await login(store, user.email, clock), await login(store, user.email, clock)
    for _ in range(3):
        clock.advance(days=9)
        assert await store.accounts.session_user(busy, clock.now())
    assert await store.accounts.session_user(idle, clock.now()) is None
    clock.advance(days=3)
    assert await store.accounts.session_user(busy, clock.now()) is None


async def test_wrong_password_and_unknown_address_are_both_nothing(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    assert await login(store, user.email, clock, "not the right password") is None
    assert await login(store, "nobody@example.org", clock, ip="192.0.2.8") is None


async def test_unknown_address_costs_as_much_time_as_a_known_one(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    passwords = store.accounts._passwords
    hashed = await passwords.hash(A_PASSWORD)
    work: list[str] = []
    passwords._fits = lambda stored, given: bool(work.append(stored))  # type: ignore[method-assign]
    assert not await passwords.verify(hashed, "anything at all")
    assert not await passwords.verify(None, "anything at all")
    assert len(work) == 2
    assert work[1].split("$")[:4] == hashed.split("$")[:4]


async def test_sixth_guess_waits_and_the_wait_doubles(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    waits = []
    for guess in range(9):
        for _ in range(2):
            try:
                await login(store, user.email, clock, f"guess number {guess}", ip=f"198.51.100.{guess}")
                break
            except TooManyAttempts as error:
                waits.append(error.retry_after_s)
                clock.advance(seconds=error.retry_after_s)
    assert waits == [1.0, 2.0, 4.0, 8.0]


async def test_right_password_ends_the_waiting(store: PgStore, a_user: MakeUser, clock: FakeClock) -> None:
    user = await a_user()
    for guess in range(5):
        await login(store, user.email, clock, f"guess number {guess}", ip=f"198.51.100.{guess}")
    with pytest.raises(TooManyAttempts):
        await login(store, user.email, clock)
    clock.advance(seconds=1)
    assert await login(store, user.email, clock)
    assert await login(store, user.email, clock, "wrong again, once") is None


async def test_guesses_in_parallel_are_all_counted(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    guesses = [login(store, user.email, clock, f"guess {n}", ip=f"203.0.113.{n}") for n in range(12)]
    done = await asyncio.gather(*guesses, return_exceptions=True)
    assert done.count(None) == 5
    assert sum(isinstance(one, TooManyAttempts) for one in done) == 7


async def test_one_address_guessing_many_accounts_is_slowed_down(store: PgStore, clock: FakeClock) -> None:
    ip = "203.0.113.99"
    for guess in range(10):
        assert await login(store, f"account-{guess}-{clock.now()}@example.org", clock, ip=ip) is None
    with pytest.raises(TooManyAttempts) as refused:
        await login(store, "one-more@example.org", clock, ip=ip)
    assert refused.value.retry_after_s == pytest.approx(60)


async def test_counting_survives_a_restart(
    store: PgStore, database: EmbeddedPostgres, keyring, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    for guess in range(5):
        await login(store, user.email, clock, f"guess number {guess}", ip=f"198.51.100.{guess}")
    other = PgStore(database.app_url, keyring, clock)
    with pytest.raises(TooManyAttempts):
        await login(other, user.email, clock)
    await other.close()


async def test_outdated_hash_is_made_anew_at_login(
    store: PgStore, a_user: MakeUser, clock: FakeClock, database: EmbeddedPostgres
) -> None:
    from argon2 import PasswordHasher

    user = await a_user()
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(A_PASSWORD)
    connection = await database.address.connect("runcoach")
    await connection.execute("UPDATE users SET password_hash = $1 WHERE id = $2", weak, user.id)
    assert await login(store, user.email, clock)
    kept = await connection.fetchval("SELECT password_hash FROM users WHERE id = $1", user.id)
    await connection.close()
    assert "m=47104" in kept


async def test_rounds_of_all_users_come_in_pages_by_time_zone(store: PgStore, a_user: MakeUser) -> None:
    here = [await a_user(time_zone="Pacific/Chatham") for _ in range(3)]
    await a_user(time_zone="Pacific/Apia")
    assert {"Pacific/Chatham", "Pacific/Apia"} <= set(await store.accounts.time_zones())
    first = await store.accounts.page_of_users("Pacific/Chatham", None, 2)
    rest = await store.accounts.page_of_users("Pacific/Chatham", first[-1].id, 2)
    assert first + rest == here
    assert await store.accounts.user(here[0].id) == here[0]


async def test_same_idempotency_key_gives_the_same_reply_and_no_other(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user, accounts = await a_user(), store.accounts
    assert await accounts.remember_reply(user.id, "k", "h", None, clock.now()) is None
    with pytest.raises(Conflict):
        await accounts.remember_reply(user.id, "k", "h", None, clock.now())
    await accounts.remember_reply(user.id, "k", "h", {"status": 201}, clock.now())
    assert await accounts.remember_reply(user.id, "k", "h", None, clock.now()) == {"status": 201}
    with pytest.raises(Invalid):
        await accounts.remember_reply(user.id, "k", "another", None, clock.now())
    clock.advance(days=7)
    assert await accounts.remember_reply(user.id, "k", "another", None, clock.now()) is None


async def test_key_of_a_request_that_failed_or_died_is_free_again(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user, accounts = await a_user(), store.accounts
    await accounts.remember_reply(user.id, "k", "h", None, clock.now())
    await accounts.forget_reply(user.id, "k")
    assert await accounts.remember_reply(user.id, "k", "h", None, clock.now()) is None
    clock.advance(minutes=2)
    assert await accounts.remember_reply(user.id, "k", "h", None, clock.now()) is None


async def test_of_many_requests_with_one_key_at_once_one_goes_on(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    asked = [store.accounts.remember_reply(user.id, "k", "h", None, clock.now()) for _ in range(20)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert done.count(None) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 19


async def test_reading_payloads_leaves_a_row(
    store: PgStore, a_user: MakeUser, clock: FakeClock, database: EmbeddedPostgres
) -> None:
    user = await a_user()
    await store.accounts.record_decode(user.id, 3, clock.now())
    connection = await database.address.connect("runcoach")
    kept = await connection.fetch("SELECT payloads, decoded_at FROM decode_audit WHERE user_id = $1", user.id)
    await connection.close()
    assert [tuple(row) for row in kept] == [(3, clock.now())]


async def test_new_password_ends_every_other_session(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user, new = await a_user(), "four loud valleys at dusk"
    here, elsewhere = await login(store, user.email, clock), await login(store, user.email, clock)
    change = store.accounts.change_password
    assert not await change(user.id, new, current="not the right one", keep_token=here)
    with pytest.raises(Invalid):
        await change(user.id, "too short", current=A_PASSWORD)
    assert await change(user.id, new, current=A_PASSWORD, keep_token=here)
    assert await store.accounts.session_user(here, clock.now()) == user
    assert await store.accounts.session_user(elsewhere, clock.now()) is None
    assert await login(store, user.email, clock) is None
    assert await login(store, user.email, clock, new)
    assert await change(user.id, A_PASSWORD, current=None)
    assert await store.accounts.session_user(here, clock.now()) is None


async def test_sweep_wipes_what_is_over_of_everybody_and_nothing_else(
    store: PgStore, a_user: MakeUser, clock: FakeClock, database: EmbeddedPostgres
) -> None:
    clock.set(clock.now() - timedelta(days=3650))  # before everything that other tests left behind
    first, second = await a_user(), await a_user()
    for user in (first, second):
        await login(store, user.email, clock)
        await store.accounts.remember_reply(user.id, "k", "h", {"status": 200}, clock.now())
        await store.accounts.create_invite(user.id, clock.now())
        async with store.begin(user.id) as work:
            await work.vault.seal("password", b"x", expires_at=clock.now() + timedelta(minutes=10))
            await work.vault.seal("tokens", b"y")
    assert await store.accounts.sweep(clock.advance(minutes=9)) == 0
    assert await store.accounts.sweep(clock.advance(minutes=1)) == 2
    assert await store.accounts.sweep(clock.advance(days=30)) == 6
    for user in (first, second):
        async with store.begin(user.id) as work:
            assert await work.vault.open("tokens") == b"y"
