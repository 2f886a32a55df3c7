"""Files dropped in: what is taken, what is refused by name, and where the original comes out again."""

import io
import zipfile
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from api import ApiDeps
from api.routes.imports import sniff
from runcoach.storage.store import PgStore
from tests.api.conftest import Browser, NewClient, with_config
from tests.api.fakes import FakeOrchestrator, FakeOriginals
from tests.shared_files import shared
from tests.storage.builders import a_run, watch_streams
from workflows.contracts import ImportFilesInput

FIT = b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00" + b"\x00" * 20

type Files = list[tuple[str, bytes]]


async def drop(client: httpx.AsyncClient, files: Files) -> httpx.Response:
    return await client.post("/api/v1/imports", files=[("files", file) for file in files])


async def test_files_are_kept_and_an_import_begins(
    runner: Browser, originals: FakeOriginals, orchestrator: FakeOrchestrator
) -> None:
    answer = await drop(runner.http, [("a.fit", FIT), ("b.fit", FIT + b"1")])
    assert answer.status_code == 202
    body = answer.json()
    assert [(f["file_name"], f["state"]) for f in body["files"]] == [
        ("a.fit", "waiting"),
        ("b.fit", "waiting"),
    ]
    assert sorted(originals.kept.values()) == sorted([FIT, FIT + b"1"])
    (start,) = orchestrator.starts
    assert start.workflow == "ImportFiles"
    assert start.argument == ImportFilesInput(runner.user.id, upload_id := start.argument.upload_id)
    assert body["upload_id"] == str(upload_id)
    shown = (await runner.http.get(f"/api/v1/imports/{upload_id}")).json()
    assert shown["state"] == "waiting"
    assert {f["file_name"] for f in shown["files"]} == {"a.fit", "b.fit"}


async def test_real_watch_files_are_taken(runner: Browser, orchestrator: FakeOrchestrator) -> None:
    paths = sorted(shared("fixtures/fit/run").rglob("*.fit"))[:5]
    answer = await drop(runner.http, [(path.name, path.read_bytes()) for path in paths])
    assert answer.status_code == 202
    assert [file["state"] for file in answer.json()["files"]] == ["waiting"] * 5
    assert len(orchestrator.starts) == 1


def test_only_files_that_no_decoder_reads_are_refused_unread() -> None:
    folder = shared("fixtures/fit")
    refused = {p.name for p in folder.rglob("*.fit") if sniff(p.read_bytes()) is not None}
    assert refused == {"._empty.fit", "Activity.fit", "empty.fit"}  # a resource fork, a pointer, nothing


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.fit", b"", "empty"),
        ("page.fit", b"<html><script>alert(1)</script></html>", "not_fit"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" * 10, "not_fit"),
        ("stub.fit", FIT[:12], "truncated"),
        ("huge.fit", FIT + b"\x00" * 3000, "too_large"),
    ],
)
async def test_file_that_cannot_be_an_activity_is_refused_with_its_reason(
    name: str, data: bytes, reason: str, deps: ApiDeps, runner: Browser, new_client: NewClient,
    originals: FakeOriginals, orchestrator: FakeOrchestrator,
) -> None:  # fmt: skip
    client = new_client(with_config(deps, upload_file_max_bytes=2000))
    client.cookies = runner.http.cookies
    alone = await drop(client, [(name, data)])
    assert alone.status_code == 422
    assert alone.json()["errors"] == [{"field": name, "reason": reason}]
    beside = await drop(client, [(name, data), ("good.fit", FIT)])
    assert beside.status_code == 202
    refused, taken = beside.json()["files"]
    assert (refused["state"], refused["reason"]) == ("refused", reason)
    assert refused["reason_text"]
    assert (taken["file_name"], taken["state"]) == ("good.fit", "waiting")
    assert list(originals.kept.values()) == [FIT]
    assert len(orchestrator.starts) == 1


async def test_too_many_files_and_no_file_are_refused(
    deps: ApiDeps, runner: Browser, new_client: NewClient
) -> None:
    client = new_client(with_config(deps, upload_max_files=3))
    client.cookies = runner.http.cookies
    for files in ([(f"{n}.fit", FIT) for n in range(4)], [(f"{n}.fit", FIT) for n in range(9)]):
        answer = await drop(client, files)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    empty = await client.post("/api/v1/imports", files={"other": ("a.fit", FIT)})
    assert empty.json()["errors"] == [{"field": "files", "reason": "missing"}]


async def test_upload_over_the_whole_limit_is_refused(
    deps: ApiDeps, runner: Browser, new_client: NewClient, originals: FakeOriginals
) -> None:
    client = new_client(with_config(deps, upload_max_bytes=5000))
    client.cookies = runner.http.cookies
    answer = await drop(client, [("a.fit", FIT + b"0" * 6000)])
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert originals.kept == {}


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.fit",
        "..\\..\\boot.fit",
        "아침 달리기.fit",
        "a\r\nSet-Cookie: x=1.fit",
        "\u202etif.exe",
        "x" * 400,
    ],
)
async def test_name_of_a_file_is_shown_but_never_a_path(name: str, runner: Browser) -> None:
    answer = await drop(runner.http, [(name, FIT)])
    assert answer.status_code == 202
    shown = answer.json()["files"][0]["file_name"]
    assert len(shown) <= 200
    assert not set("/\\\r\n\u202e") & set(shown)


async def test_archive_is_left_to_the_import(runner: Browser, orchestrator: FakeOrchestrator) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.fit", FIT)
    assert (await drop(runner.http, [("export.zip", packed.getvalue())])).status_code == 202


async def test_without_temporal_an_upload_says_so(runner: Browser, orchestrator: FakeOrchestrator) -> None:
    orchestrator.is_away = True
    answer = await drop(runner.http, [("a.fit", FIT)])
    assert (answer.status_code, answer.json()["code"]) == (503, "orchestrator_unavailable")


async def test_fate_of_each_file_is_told_by_name(runner: Browser, store: PgStore) -> None:
    body = (await drop(runner.http, [("a.fit", FIT), ("b.fit", FIT + b"1")])).json()
    first, second = body["files"]
    async with store.begin(runner.user.id) as work:
        upload_id = UUID(body["upload_id"])
        await work.uploads.finish_file(
            upload_id, first["sha256"], "a.fit", "imported", activity_ids=[upload_id]
        )
        await work.uploads.finish_file(upload_id, second["sha256"], "b.fit", "unreadable", reason="truncated")
    listed = (await runner.http.get("/api/v1/imports")).json()["items"][0]
    assert listed["state"] == "done"
    good, bad = listed["files"]
    assert good["activity_ids"] == [str(upload_id)]
    assert (bad["reason"], "b.fit" in bad["file_name"]) == ("truncated", True)
    assert "잘렸" in bad["reason_text"]


async def test_original_comes_back_as_a_download_only(
    runner: Browser, store: PgStore, originals: FakeOriginals
) -> None:
    sha256 = await originals.put(FIT)
    name = '아침"; filename=evil.html\r\nX: 1'
    async with store.begin(runner.user.id) as work:
        run = a_run(runner.user.id, original_sha256=sha256, name=name)
        activity_id = await work.activities.upsert(run, [], watch_streams(10))
    answer = await runner.http.get(f"/api/v1/activities/{activity_id}/fit")
    assert answer.content == FIT
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="2026-03-02-')
    assert disposition.count('"') == 2
    assert "x" not in {key.lower() for key in answer.headers if key.lower() == "x"}
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_original_of_a_hand_made_row_cannot_reach_outside(
    runner: Browser, store: PgStore, deps: ApiDeps
) -> None:
    async with store.begin(runner.user.id) as work:
        run = replace(a_run(runner.user.id), original_sha256=None)
        activity_id = await work.activities.upsert(run, [], watch_streams(10))
    assert (await runner.http.get(f"/api/v1/activities/{activity_id}/fit")).status_code == 404
    for wrong in ("../../../etc/passwd", "..%2f..%2fetc%2fpasswd"):
        assert (await runner.http.get(f"/api/v1/activities/{wrong}/fit")).status_code in (404, 422)
