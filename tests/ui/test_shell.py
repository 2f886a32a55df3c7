"""Login, language, files: the pages beside Gradio."""

import httpx
import pytest

from tests.ui import sample_answers as sample
from tests.ui.conftest import Site, client_of


def test_wrong_password_reads_as_a_sentence_and_keeps_the_address(site: Site) -> None:
    form = {"email": "alice@example.org", "password": "wrong"}
    answer = client_of(site).post("/login", data=form, headers={"Origin": site.url})
    assert answer.status_code == 400
    assert "이메일과 비밀번호가 맞지 않아요. 다시 확인해 주세요." in answer.text
    assert 'value="alice@example.org"' in answer.text
    assert "wrong</" not in answer.text


@pytest.mark.parametrize(("language", "title"), [("ko", "로그인"), ("en", "Log in")])
def test_login_page_speaks_both_languages_and_offers_the_demo(site: Site, language: str, title: str) -> None:
    page = client_of(site).get(f"/login?lang={language}").text
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}">' in page
    assert 'id="login-demo"' in page


def test_text_in_the_address_is_escaped(site: Site) -> None:
    page = client_of(site).get("/login", params={"next": '/"><script>alert(1)</script>'}).text
    assert "<script>alert(1)" not in page


def test_home_is_in_the_language_of_the_account(site: Site) -> None:
    alice = client_of(site, "alice")
    assert alice.get("/").headers["location"] == "/ko/"
    referer = {"Origin": site.url, "Referer": f"{site.url}/ko/activity?id=7"}
    changed = alice.post("/language/en", headers=referer)
    assert changed.headers["location"] == "/en/activity?id=7"
    assert site.world.language["alice"] == "en"


def test_upload_is_streamed_to_the_api_as_it_came(site: Site) -> None:
    alice = client_of(site, "alice")
    files = [("files", ("run.fit", b"\x0e" * 300_000)), ("files", ("x.txt", b"no"))]
    answer = alice.post("/uploads", files=files, headers={"Origin": site.url})
    assert answer.status_code == 202
    (sent,) = site.world.bodies("/imports")
    assert b"\x0e" * 300_000 in sent
    assert b'filename="run.fit"' in sent
    assert [one["state"] for one in answer.json()["files"]] == ["waiting", "refused"]


def test_refused_upload_has_a_sentence(site: Site) -> None:
    site.world.problems["/imports"] = (413, "too_large", "너무 커요.", "나눠서 보내 주세요.")
    answer = client_of(site, "alice").post("/uploads", files={"files": b"x"}, headers={"Origin": site.url})
    assert answer.status_code == 413
    assert answer.json()["sentence"] == "너무 커요. 나눠서 보내 주세요."


def test_original_is_passed_on_as_an_attachment(site: Site) -> None:
    activity = sample.an_activity()["id"]
    answer = client_of(site, "alice").get(f"/files/activities/{activity}")
    assert answer.content == b"FIT" * 1000
    assert answer.headers["content-disposition"] == 'attachment; filename="run.fit"'


def test_unknown_kind_of_file_or_action_is_not_found(site: Site) -> None:
    alice = client_of(site, "alice")
    assert alice.get(f"/files/secrets/{sample.an_id('x')}").status_code == 404
    assert alice.post("/operate/delete/job/1", headers={"Origin": site.url}).status_code == 404


def test_parked_job_is_operated_on_by_its_whole_id(site: Site) -> None:
    site.world.jobs = [sample.a_job("garmin_backfill", "parked")]
    job = site.world.jobs[0]["id"]
    answer = client_of(site, "alice").post(f"/operate/retry/{job}", headers={"Origin": site.url})
    assert answer.json()["state"] == "running"
    assert site.world.bodies(f"/jobs/{job}/operate") == [{"action": "retry"}]


def test_ended_session_leads_to_the_login(site: Site) -> None:
    stale = httpx.Client(base_url=site.url, cookies={"rc_session": "token-of-nobody"})
    assert stale.get("/ko/", headers={"Accept": "text/html"}).headers["location"].startswith("/login")
