"""Nothing behind the login for strangers, nothing of Alice for Bob, nothing for other sites."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.ui.conftest import Site, client_of
from ui.guard import MOUNTS

UNSAFE = {"X-RC-Request": "1"}
FORBIDDEN_FILES = ("/etc/passwd", "/proc/self/environ", "../../etc/passwd", "pyproject.toml")


@pytest.mark.parametrize("path", ["/", "/ko/", "/en/plan", "/ko/activity?id=1"])
def test_stranger_is_sent_to_the_login_and_back(site: Site, path: str) -> None:
    answer = client_of(site).get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={quote(path, safe='')}"


def gradio_paths() -> list[tuple[str, str]]:
    """Every route that Gradio itself has, by its own description, with something in each gap."""
    import gradio as gr

    with gr.Blocks() as blocks:
        gr.HTML()
    described = gr.routes.App.create_app(blocks).openapi()["paths"]
    return [
        (method.upper(), re.sub(r"{[^}]*}", "x", path))
        for path, methods in described.items()
        for method in methods
    ]


def test_stranger_gets_nothing_from_any_gradio_route(site: Site) -> None:
    paths = gradio_paths()
    assert len(paths) > 60
    with client_of(site) as stranger:
        for mount in MOUNTS:
            for method, path in paths:
                answer = stranger.request(method, mount + path, headers=UNSAFE)
                assert answer.status_code in (303, 401, 404), (method, path, answer.status_code)


@pytest.mark.parametrize("wanted", FORBIDDEN_FILES)
@pytest.mark.parametrize("form", ["file={}", "file/{}", "proxy=http://127.0.0.1/{}", "stream/{}"])
def test_files_of_the_server_are_served_to_nobody(site: Site, wanted: str, form: str) -> None:
    answer = client_of(site, "alice").get(f"/ko/gradio_api/{form.format(wanted)}")
    assert answer.status_code == 404


def test_gradio_takes_no_upload_even_from_alice(site: Site) -> None:
    answer = client_of(site, "alice").post(
        "/ko/gradio_api/upload", files={"files": b"x"}, headers={"Origin": site.url}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["info", "openapi.json", "run/load", "call/load", "api/load", "runs"])
def test_events_are_no_public_endpoints(site: Site, path: str) -> None:
    answer = client_of(site, "alice").post(f"/ko/gradio_api/{path}", json={"data": []}, headers=UNSAFE)
    assert answer.status_code == 404


def test_bob_cannot_listen_to_the_events_of_alice(site: Site) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "alices-hash", "trigger_id": None}
    first = client_of(site, "alice").post("/ko/gradio_api/queue/join", json=body, headers=UNSAFE)
    assert first.status_code == 200
    bob = client_of(site, "bob")
    assert bob.get("/ko/gradio_api/queue/data?session_hash=alices-hash").status_code == 404
    assert bob.post("/ko/gradio_api/queue/join", json=body, headers=UNSAFE).status_code == 404
    assert bob.get("/ko/gradio_api/heartbeat/alices-hash").status_code == 404
    assert bob.get("/en/gradio_api/queue/data?session_hash=alices-hash").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_effect_from_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    with client_of(site, "alice") as alice:
        for path in ("/logout", "/language/en", "/uploads", "/login", "/ko/gradio_api/queue/join"):
            assert alice.post(path, headers=headers).status_code == 403, path
    assert site.world.calls == []


def test_unknown_host_is_refused(site: Site) -> None:
    assert client_of(site).get("/login", headers={"Host": "evil.example"}).status_code == 421


def test_own_origin_may_log_out(site: Site) -> None:
    answer = client_of(site, "alice").post("/logout", headers={"Origin": site.url})
    assert answer.status_code == 303
    assert 'rc_session=""' in answer.headers["set-cookie"]


def test_every_answer_has_the_headers_and_pages_are_not_kept(site: Site) -> None:
    with client_of(site, "alice") as alice:
        for path in ("/login", "/ko/", "/ko/config", "/nowhere"):
            headers = alice.get(path).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "object-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


def test_login_page_allows_no_inline_script(site: Site) -> None:
    policy = client_of(site).get("/login").headers["content-security-policy"]
    assert "unsafe" not in policy


def test_page_tells_no_session_and_no_path_of_the_machine(site: Site) -> None:
    config = json.dumps(client_of(site, "alice").get("/ko/config").json())
    assert "token-alice" not in config
    assert str(Path(__file__).parents[2]) not in config


def test_too_large_event_is_refused(site: Site) -> None:
    body = json.dumps({"data": ["x" * 1_100_000], "fn_index": 0, "session_hash": "big"})
    answer = client_of(site, "alice").post(
        "/ko/gradio_api/queue/join", content=body, headers=UNSAFE | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/en/plan?x=1", "/en/plan?x=1"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil", "/"),
    ],
)
def test_login_leads_to_own_pages_only(site: Site, wanted: str, goes_to: str) -> None:
    form = {"email": "alice@example.org", "password": "correct horse battery staple", "next": wanted}
    answer = client_of(site).post("/login", data=form, headers={"Origin": site.url})
    assert answer.status_code == 303
    assert answer.headers["location"] == goes_to
    assert "token-alice" in answer.headers["set-cookie"]
