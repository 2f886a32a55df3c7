"""Whatever is sent, nothing answers 5xx: refused with a problem, or taken."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from runcoach.storage.store import PgStore
from tests.api.conftest import Browser
from tests.api.operations import METHODS, operations
from tests.api.seed import Seeded, seed
from tests.fakes import FakeClock

NASTY_TEXT = [
    "",
    " ",
    "\x00",
    "'",
    "%00",
    "../..",
    "０",
    "-1",
    "1e9",
    "99999999999999999999",
    "NaN",
    "null",
    "😀" * 50,
]
NASTY_DAYS = ["0001-01-01", "9999-12-31", "2026-02-30", "2026-03-02T00:00:00Z", "-0001-01-01"]
NASTY_JSON: list[Any] = [
    None, True, 0, -1, 1e308, "x", "\x00", [], [[]], {}, {"": ""}, [None] * 50, "9999-12-31", 2**70, "\ud83d",
]  # fmt: skip
STREAMS = {"jobs_watch", "ai_stream"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def seeded(runner: Browser, store: PgStore, clock: FakeClock) -> Seeded:
    return await seed(store, runner.user.id, clock)


async def test_query_parameters(app: FastAPI, runner: Browser, seeded: Seeded) -> None:
    found = app.openapi()["paths"]
    for one in (op for op in operations(app) if op.id not in STREAMS and not op.is_unsafe):
        names = [p["name"] for p in found[one.path]["get"].get("parameters", []) if p["in"] == "query"]
        for name in names:
            for value in [*NASTY_TEXT, *NASTY_DAYS]:
                answer = await runner.http.get(one.url(**seeded.rows()), params={name: value})
                assert answer.status_code < 500, f"{one} {name}={value!r}"


async def test_path_parameters(app: FastAPI, runner: Browser) -> None:
    for one in (op for op in operations(app) if op.row_parameters or "{" in op.path):
        for value in ("%00", "..%2f..", "%27", "0", "%F0%9F%98%80", "%ff", "x" * 3000):
            url = one.path
            while "{" in url:
                url = url[: url.index("{")] + value + url[url.index("}") + 1 :]
            answer = await runner.http.request(one.method, url, json=one.body)
            assert answer.status_code < 500, f"{one} {value}"


async def test_bodies(app: FastAPI, runner: Browser, seeded: Seeded) -> None:
    for one in (op for op in operations(app) if op.body is not None and op.id != "auth_login"):
        assert one.body is not None
        url = one.url(**seeded.rows())
        variants = [{**one.body, name: value} for name in one.body for value in NASTY_JSON]
        for body in [*variants, *NASTY_JSON, {**one.body, "unknown": 1}]:
            answer = await runner.http.request(one.method, url, content=json.dumps(body), headers=JSON)
            assert answer.status_code < 500, f"{one} {body!r}"


async def test_bodies_that_are_no_json(app: FastAPI, runner: Browser) -> None:
    for one in (op for op in operations(app) if op.body is not None):
        for content in (b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"a": 1e999}', b'"' + b"x" * 9000 + b'"'):
            answer = await runner.http.request(one.method, one.url(), content=content, headers=JSON)
            assert answer.status_code < 500, f"{one} {content[:20]!r}"


async def test_headers(runner: Browser) -> None:
    for name, value in {
        "Accept-Language": ",;q=,-," * 20,
        "If-None-Match": '"' * 500,
        "Idempotency-Key": "k" * 300,
        "Last-Event-ID": "9" * 30,
        "Cookie": "rc_session=" + "x" * 4000,
        "Content-Length": "-5",
        "X-Forwarded-For": "," * 200,
    }.items():
        for method, path in (("get", "/api/v1/auth/me"), ("post", "/api/v1/ai/conversations/x/stop")):
            answer = await runner.http.request(method, path, headers={name: value})
            assert answer.status_code < 500, name


def test_methods_of_the_sweep_are_all_that_the_api_has(app: FastAPI) -> None:
    assert {method for methods in app.openapi()["paths"].values() for method in methods} <= set(METHODS)
