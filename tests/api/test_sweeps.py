"""Rules that hold for every operation, also for the ones that are written tomorrow."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api import ApiDeps, create_app
from tests.api.conftest import ORIGIN, Browser, NewClient
from tests.api.fakes import FakeOrchestrator
from tests.api.operations import BODIES, Operation, operations

OPEN = {
    line
    for line in (Path(__file__).parent / "open_operations.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
}


async def call(client: httpx.AsyncClient, operation: Operation, **rows: object) -> httpx.Response:
    if operation.id == "imports_take_files":
        return await client.post(operation.url(), files={"files": ("a.fit", b"x" * 20)})
    return await client.request(operation.method, operation.url(**rows), json=operation.body)


def test_every_operation_has_a_tag_and_a_name_of_its_own(app: FastAPI) -> None:
    found = list(operations(app))
    assert len({operation.id for operation in found}) == len(found) > 60
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation["tags"], f"{method} {path}"


def test_every_body_of_the_sweeps_belongs_to_an_operation(app: FastAPI) -> None:
    assert set(BODIES) <= {operation.id for operation in operations(app)}


async def test_anonymous_is_turned_away_wherever_the_list_does_not_say_otherwise(
    app: FastAPI, new_client: NewClient
) -> None:
    answers = {str(one): (await call(new_client(), one)).status_code for one in operations(app)}
    wrong = {name: code for name, code in answers.items() if (code != 401) != (name in OPEN - LOGIN)}
    assert wrong == {}
    assert set(OPEN) <= set(answers)


LOGIN = {"POST /api/v1/auth/login"}
"""Says 401 too, to whoever has the wrong password."""

FOREIGN = {
    "another site": {"Origin": "https://evil.example"},
    "another port": {"Origin": "http://coach.test:9999"},
    "another scheme": {"Origin": "https://coach.test:7860"},
    "a longer name": {"Origin": "http://coach.test:7860.evil.example"},
    "no origin at all": {"User-Agent": "curl"},
    "an opaque origin": {"Origin": "null"},
    "own header, foreign referer": {"X-RC-Request": "1", "Referer": "https://evil.example/a"},
    "own header, cross-site": {"X-RC-Request": "1", "Sec-Fetch-Site": "cross-site"},
    "own header, same-site neighbour": {"X-RC-Request": "1", "Sec-Fetch-Site": "same-site"},
    "our origin, but cross-site": {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
async def test_unsafe_request_from_elsewhere_does_nothing(
    headers: dict[str, str],
    app: FastAPI,
    new_client: NewClient,
    runner: Browser,
    orchestrator: FakeOrchestrator,
) -> None:
    client = new_client(**headers)
    client.cookies = runner.http.cookies
    unsafe = [one for one in operations(app) if one.is_unsafe]
    answers = {str(one): await call(client, one) for one in unsafe}
    assert {name: a.status_code for name, a in answers.items() if a.status_code != 403} == {}
    assert {a.json()["code"] for a in answers.values()} == {"foreign_origin"}
    assert orchestrator.starts == orchestrator.updates == orchestrator.cancels == []


async def test_program_without_origin_passes_with_our_own_header(
    new_client: NewClient, runner: Browser
) -> None:
    client = new_client(**{"X-RC-Request": "1"})
    client.cookies = runner.http.cookies
    assert (await client.patch("/api/v1/auth/me", json={"units": "imperial"})).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_body_that_a_plain_form_could_send_is_not_taken(
    content_type: str | None, app: FastAPI, runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    for one in (op for op in operations(app) if op.is_unsafe):
        answer = await runner.http.request(one.method, one.url(), content=b'{"a":1}', headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type"), str(one)
    assert orchestrator.starts == []


async def test_every_answer_forbids_storing_sniffing_and_framing(
    app: FastAPI, runner: Browser, new_client: NewClient
) -> None:
    for one in operations(app):
        if one.id in {"auth_logout"}:
            continue
        answer = await call(runner.http, one)
        assert answer.headers["cache-control"] == "no-store", str(one)
        assert answer.headers["x-content-type-options"] == "nosniff", str(one)
        assert answer.headers["x-frame-options"] == "DENY", str(one)
        assert "default-src 'none'" in answer.headers["content-security-policy"], str(one)
        assert len(answer.headers["x-request-id"]) == 16, str(one)


async def test_error_is_always_a_problem_in_the_callers_language(app: FastAPI, new_client: NewClient) -> None:
    for language, is_korean in (("ko", True), ("en-US,ko;q=0.5", False), ("fr", True)):
        client = new_client(**{"Origin": ORIGIN, "Accept-Language": language})
        answers = [await call(client, one) for one in operations(app) if str(one) not in OPEN]
        answers.append(await client.get("/api/v1/no/such/place"))
        answers.append(await client.delete("/api/v1/healthz"))
        for answer in answers:
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json"
            assert problem["status"] == answer.status_code
            assert problem["type"] == f"urn:runcoach:problem:{problem['code']}"
            assert problem["instance"] == answer.headers["x-request-id"]
            for words in (problem["title"], problem["detail"], problem["next_step"]):
                assert any("가" <= char <= "힣" for char in words) == is_korean


@pytest.mark.parametrize("host", ["evil.example", "coach.test.evil.example", "", "coach.test@evil.example"])
async def test_foreign_host_is_not_answered(host: str, runner: Browser) -> None:
    answer = await runner.http.get("/api/v1/auth/me", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host")


async def test_body_over_the_limit_is_refused_whether_it_tells_its_length_or_not(runner: Browser) -> None:
    async def endless() -> object:
        for _ in range(40):
            yield b"x" * 100_000

    headers = {"Content-Type": "application/json"}
    told = await runner.http.patch("/api/v1/auth/me", content=b"x" * 3_000_000, headers=headers)
    untold = await runner.http.patch("/api/v1/auth/me", content=endless(), headers=headers)  # type: ignore[arg-type]
    for answer in (told, untold):
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_bug_shows_an_id_and_nothing_else(
    deps: ApiDeps, new_client: NewClient, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(deps)

    @app.get("/api/v1/broken")
    async def broken() -> None:
        raise ValueError("secret detail")

    answer = await new_client(app).get("/api/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret detail" not in answer.text
    assert answer.json()["instance"] in caplog.text


async def test_nul_in_text_is_refused_before_the_database_sees_it(runner: Browser) -> None:
    answer = await runner.http.post("/api/v1/goals", json={"kind": "fitness", "title": "a\x00b"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "title")


async def test_unchanged_answer_is_not_sent_twice(runner: Browser) -> None:
    first = await runner.http.get("/api/v1/auth/me")
    tag = {"If-None-Match": first.headers["etag"]}
    same = await runner.http.get("/api/v1/auth/me", headers=tag)
    assert (same.status_code, same.content) == (304, b"")
    await runner.http.patch("/api/v1/auth/me", json={"language": "en"})
    assert (await runner.http.get("/api/v1/auth/me", headers=tag)).status_code == 200
