"""Sessions as a browser meets them."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from api import ApiDeps
from runcoach.storage.store import PgStore
from tests.api.conftest import Browser, LogIn, NewClient, with_config
from tests.engines import A_PASSWORD, MakeUser
from tests.fakes import FakeClock


async def log_in_as(client: httpx.AsyncClient, email: str, password: str = A_PASSWORD) -> httpx.Response:
    return await client.post("/api/v1/auth/login", json={"email": email, "password": password})


async def test_login_opens_a_session_that_me_knows(new_client: NewClient, a_user: MakeUser) -> None:
    user = await a_user(display_name="지우")
    client = new_client()
    answer = await log_in_as(client, user.email)
    assert answer.status_code == 200
    assert (await client.get("/api/v1/auth/me")).json() == {
        "id": str(user.id),
        "email": user.email,
        "display_name": "지우",
        "language": "ko",
        "time_zone": "Asia/Seoul",
        "units": "metric",
        "is_owner": False,
        "is_demo": True,
    }


async def test_session_cookie_is_http_only_lax_and_for_the_whole_site(
    new_client: NewClient, a_user: MakeUser
) -> None:
    user = await a_user()
    cookie = (await log_in_as(new_client(), user.email)).headers["set-cookie"]
    assert cookie.startswith("rc_session=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(
    deps: ApiDeps, new_client: NewClient, a_user: MakeUser
) -> None:
    user = await a_user()
    client = new_client(with_config(deps, secure_cookies=True))
    cookie = (await log_in_as(client, user.email)).headers["set-cookie"]
    assert cookie.startswith("__Host-rc_session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("email", ["nobody@example.org", None])
async def test_wrong_login_does_not_tell_which_part_was_wrong(
    new_client: NewClient, a_user: MakeUser, email: str | None
) -> None:
    user = await a_user()
    answer = await log_in_as(new_client(), email or user.email, "not the password at all")
    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong_login"
    assert "set-cookie" not in answer.headers


async def test_cookie_set_before_login_is_never_the_session(new_client: NewClient, a_user: MakeUser) -> None:
    user = await a_user()
    client = new_client()
    client.cookies.set("rc_session", "planted-by-somebody-else")
    answer = await log_in_as(client, user.email)
    assert "planted" not in answer.headers["set-cookie"]
    stranger = new_client()
    stranger.cookies.set("rc_session", "planted-by-somebody-else")
    assert (await stranger.get("/api/v1/auth/me")).status_code == 401


async def test_login_ends_the_session_that_the_browser_had(
    runner: Browser, store: PgStore, clock: FakeClock
) -> None:
    before = runner.http.cookies["rc_session"]
    runner.http.cookies.set("rc_session", before)
    assert (await log_in_as(runner.http, runner.email)).status_code == 200
    assert await store.accounts.session_user(before, clock.now()) is None


async def test_logout_ends_the_session_on_the_server_too(runner: Browser, new_client: NewClient) -> None:
    token = runner.http.cookies["rc_session"]
    answer = await runner.http.post("/api/v1/auth/logout")
    assert answer.status_code == 204
    assert 'rc_session=""' in answer.headers["set-cookie"]
    assert answer.headers["clear-site-data"] == '"cache"'
    replayed = new_client()
    replayed.cookies.set("rc_session", token)
    assert (await replayed.get("/api/v1/auth/me")).status_code == 401


async def test_session_ends_after_two_idle_weeks(runner: Browser, clock: FakeClock) -> None:
    clock.advance(days=15)
    assert (await runner.http.get("/api/v1/auth/me")).status_code == 401


async def test_guesses_from_one_address_are_told_to_wait(new_client: NewClient) -> None:
    client = new_client()
    codes = [
        (await log_in_as(client, f"guess-{n}@example.org", "a wrong password here")).status_code
        for n in range(15)
    ]
    assert 429 in codes
    refused = await log_in_as(client, "guess-99@example.org", "a wrong password here")
    assert refused.json()["code"] == "too_many_attempts"
    assert int(refused.headers["retry-after"]) == refused.json()["retry_after_s"] > 0


async def test_forwarded_header_of_a_stranger_does_not_reset_the_count(new_client: NewClient) -> None:
    answers = []
    for n in range(15):
        client = new_client(**{"Origin": "http://coach.test:7860", "X-Forwarded-For": f"192.0.2.{n}"})
        answers.append(await log_in_as(client, f"guess-{n}@example.com", "a wrong password here"))
    assert 429 in [answer.status_code for answer in answers]


async def test_registration_without_invite_is_refused(owner: Browser, new_client: NewClient) -> None:
    answer = await new_client().post(
        "/api/v1/auth/register",
        json={"email": "x@example.org", "password": A_PASSWORD, "display_name": "X", "invite_code": "no"},
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_throttled_address_still_gets_its_account_and_logs_in_later(
    owner: Browser, new_client: NewClient
) -> None:
    code = (await owner.http.post("/api/v1/auth/invites")).json()["code"]
    client = new_client()
    for _n in range(15):
        await log_in_as(client, f"{uuid4().hex}@example.org", "a wrong password here")
    body = {"email": f"{uuid4().hex}@e.org", "password": A_PASSWORD, "display_name": "N", "invite_code": code}
    answer = await client.post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201
    assert "set-cookie" not in answer.headers


async def test_owner_invites_a_runner_who_registers_once_with_the_code(
    owner: Browser, new_client: NewClient, clock: FakeClock
) -> None:
    invite = (await owner.http.post("/api/v1/auth/invites")).json()
    assert invite["expires_at"] == (clock.now() + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    body = {"password": A_PASSWORD, "display_name": "N", "invite_code": invite["code"], "language": "en"}
    client = new_client()
    first = await client.post("/api/v1/auth/register", json=body | {"email": f"{uuid4().hex}@e.org"})
    assert first.status_code == 201
    assert first.json()["is_owner"] is False
    assert (await client.get("/api/v1/auth/me")).json()["language"] == "en"
    again = await new_client().post("/api/v1/auth/register", json=body | {"email": "other@e.org"})
    assert again.status_code == 422


async def test_only_the_owner_invites(runner: Browser) -> None:
    answer = await runner.http.post("/api/v1/auth/invites")
    assert (answer.status_code, answer.json()["code"]) == (403, "owner_only")


async def test_known_email_cannot_register_again(owner: Browser, new_client: NewClient) -> None:
    code = (await owner.http.post("/api/v1/auth/invites")).json()["code"]
    body = {"email": owner.email, "password": A_PASSWORD, "display_name": "N", "invite_code": code}
    answer = await new_client().post("/api/v1/auth/register", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_language_change_is_heard_in_the_next_error(runner: Browser) -> None:
    missing = "/api/v1/goals/00000000-0000-0000-0000-000000000000"
    korean = (await runner.http.get(missing)).json()
    await runner.http.patch("/api/v1/auth/me", json={"language": "en"})
    english = (await runner.http.get(missing)).json()
    assert korean["code"] == english["code"] == "not_found"
    assert korean["detail"] != english["detail"]
    assert english["detail"].isascii()


async def test_unknown_time_zone_is_refused(runner: Browser) -> None:
    answer = await runner.http.patch("/api/v1/auth/me", json={"time_zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "time_zone", "reason": "value_error"}]


async def test_no_field_can_be_assigned_that_is_not_offered(runner: Browser, log_in: LogIn) -> None:
    for name, value in {"is_owner": True, "id": "x", "email": "e@x", "password_hash": "h"}.items():
        answer = await runner.http.patch("/api/v1/auth/me", json={name: value})
        assert answer.status_code == 422, name
