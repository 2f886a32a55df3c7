"""Each screen in Chromium: both languages, a phone and a desk, nothing from elsewhere, nothing broken."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.ui import sample_answers as sample
from tests.ui.conftest import Look, Site, look_at
from tests.ui.fake_api import PASSWORD, World
from ui.words import Words

pytestmark = pytest.mark.browser

ACTIVITY = f"activity?id={sample.an_activity()['id']}"
SCREENS = [
    ("", "#today-fitness .js-plotly-plot", "ui.today.week"),
    ("chat", "#chat-input textarea", "ui.chat.new"),
    ("plan", "#proposal-approve", "ui.plan.proposal"),
    ("data", "#data-activities .rows", "ui.data.activities"),
    (ACTIVITY, "#activity-streams .js-plotly-plot", "ui.activity.laps"),
]
# Each of these, if it ran, would open a dialog or ask something of another host
HOSTILE = [
    "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><svg onload=alert(3)>"
    "<iframe srcdoc='<script>parent.alert(7)</script>'></iframe>",
    "${alert(4)}{{alert(5)}}{%x%} ![x](http://evil.example/x.png) [y](javascript:alert(6))",
]


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Look]:
    """Alice looks at her phone."""
    found = look_at(browser, site, width=390)
    yield found
    found.page.context.close()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("path", "wait_for", "key"), SCREENS)
@pytest.mark.parametrize("width", [390, 1280])
def test_screen_is_whole(
    browser: Browser, site: Site, language: str, path: str, wait_for: str, key: str, width: int
) -> None:
    site.world.jobs = [sample.a_job("garmin_backfill"), sample.a_job("import_files", "parked")]
    look = look_at(browser, site, width=width)
    page = look.open(f"/{language}/{path}", wait_for)
    page.wait_for_timeout(300)
    expect(page.locator("body")).to_contain_text(Words(language).t(key))
    assert page.evaluate("document.documentElement.lang") == language
    assert look.overflow_px <= 0
    assert look.wrong == []
    page.context.close()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_never_runs(look: Look, world: World, text: str) -> None:
    world.activity_name = world.workout_title = world.answer = text
    for path, wait_for, _ in SCREENS:
        page = look.open(f"/ko/{path.replace(ACTIVITY, _activity_named(text))}", wait_for)
        if path == "chat":
            page.fill("#chat-input textarea", text)
            page.click("#chat-send")
            expect(page.locator("#chat-send")).to_be_visible()
        page.wait_for_timeout(200)
    assert look.wrong_while_staying == []
    assert page.locator("#activity-header h1").inner_text() == text


def _activity_named(text: str) -> str:
    return f"activity?id={sample.an_activity(text)['id']}"


def test_login_in_the_browser_leads_to_today_and_logout_back(browser: Browser, site: Site) -> None:
    look = look_at(browser, site, name=None)
    page = look.open("/", "#login-email")
    page.fill("#login-email", "alice@example.org")
    page.fill("#login-password", PASSWORD)
    page.click("#login-submit")
    page.wait_for_selector("#today-hero")
    page.click("#language-en")
    page.wait_for_selector("#language-ko")
    assert page.url == f"{site.url}/en/"
    page.click("#logout")
    page.wait_for_selector("#login-email")
    assert look.wrong_while_staying == []
    page.context.close()


def test_approval_sends_the_hash_that_was_on_the_screen(look: Look, world: World) -> None:
    page = look.open("/ko/plan", "#proposal-approve")
    expect(page.locator("#plan-proposal")).to_contain_text("3x800m I")
    page.click("#proposal-approve")
    expect(page.locator("#plan-message")).to_contain_text(Words("ko").t("ui.plan.approved"))
    sent = world.bodies(f"/approvals/{sample.an_id('proposal')}/approve")
    assert sent == [{"content_hash": sample.HASH}]
    expect(page.locator("#proposal-approve")).to_be_hidden()


def test_rejection_needs_a_reason(look: Look, world: World) -> None:
    page = look.open("/en/plan", "#proposal-reject")
    page.click("#proposal-reject")
    expect(page.locator("#plan-message")).to_contain_text(Words("en").t("ui.plan.reason.missing"))
    page.fill("#proposal-reason textarea, #proposal-reason input", "No time on Tuesdays")
    page.click("#proposal-reject")
    expect(page.locator("#plan-message")).to_contain_text("Rejected")
    sent = world.bodies(f"/approvals/{sample.an_id('proposal')}/reject")
    assert sent == [{"reason": "No time on Tuesdays"}]


def test_changed_plan_is_not_approved_and_the_sentence_is_shown(look: Look, world: World) -> None:
    path = f"/approvals/{sample.an_id('proposal')}/approve"
    page = look.open("/ko/plan", "#proposal-approve")
    world.problems[path] = (409, "approval_changed", "계획이 바뀌었어요.", "다시 확인해 주세요.")
    page.click("#proposal-approve")
    expect(page.locator("#plan-message")).to_contain_text("계획이 바뀌었어요. 다시 확인해 주세요.")


def test_progress_of_a_push_is_told_per_workout(look: Look, world: World) -> None:
    world.proposal_open, world.push_state = False, "scheduled"
    page = look.open("/ko/plan", "#push-count")
    expect(page.locator("#push-count")).to_contain_text("2개 중 0개 확인됨")
    expect(page.locator("[data-push-state=scheduled] .steps3 .on")).to_have_count(4)
    world.push_state = "verified"
    expect(page.locator("#push-count")).to_contain_text("2개 중 2개 확인됨", timeout=10_000)


def test_garmin_asks_for_the_code_and_forgets_the_password(look: Look, world: World) -> None:
    world.garmin_state = "disconnected"
    page = look.open("/ko/data", "#garmin-email input, #garmin-email textarea")
    page.fill("#garmin-email input, #garmin-email textarea", "a@b.kr")
    page.fill("#garmin-password input", "hunter2hunter2")
    page.click("#garmin-connect")
    page.wait_for_selector("#garmin-mfa-code input, #garmin-mfa-code textarea")
    assert world.bodies("/garmin/connect") == [{"email": "a@b.kr", "password": "hunter2hunter2"}]
    page.fill("#garmin-mfa-code input, #garmin-mfa-code textarea", "123456")
    page.click("#garmin-mfa-submit")
    expect(page.locator("#garmin-state [data-state=connected]")).to_be_visible(timeout=10_000)
    assert world.bodies("/garmin/mfa") == [{"code": "123456"}]
    assert look.wrong == []


def test_refused_login_says_when_to_try_again(look: Look, world: World) -> None:
    world.garmin_state = "cooling_down"
    world.garmin_error = {
        "code": "login_rate_limited",
        "detail": "가민이 로그인을 막았어요.",
        "next_step": "내일 다시 해 주세요.",
    }
    page = look.open("/ko/data", "#garmin-state [data-state=cooling_down]")
    expect(page.locator("#garmin-state")).to_contain_text("11월 21일 (토) 18:45")
    expect(page.locator("#garmin-state")).to_contain_text("내일 다시 해 주세요.")


def test_what_is_being_typed_survives_the_refresh(look: Look, world: World) -> None:
    world.garmin_state = "reauth_required"
    page = look.open("/ko/data", "#garmin-email input, #garmin-email textarea")
    page.fill("#garmin-email input, #garmin-email textarea", "a@b.kr")
    page.wait_for_timeout(5000)  # two refreshes
    assert page.input_value("#garmin-email input, #garmin-email textarea") == "a@b.kr"


def test_parked_job_can_be_retried_from_the_list(look: Look, world: World) -> None:
    world.jobs = [sample.a_job("garmin_sync", "parked")]
    page = look.open("/ko/data", "#data-jobs .job-retry")
    expect(page.locator("#data-jobs")).to_contain_text("Garmin does not answer.")
    page.click("#data-jobs .job-retry")
    expect(page.locator("#data-jobs .job-retry")).to_have_count(0)
    assert world.bodies(f"/jobs/{world.jobs[0]['id']}/operate") == [{"action": "retry"}]


def test_files_are_uploaded_and_each_has_its_fate(phone: Look) -> None:
    page = phone.open("/ko/data", "#upload-files")
    files = [
        {"name": "run.fit", "mimeType": "application/octet-stream", "buffer": b"\x0e.FIT"},
        {"name": "x.txt", "mimeType": "text/plain", "buffer": b"no"},
    ]
    page.set_input_files("#upload-files", files)
    page.click("#upload-send")
    expect(page.locator("#upload-results")).to_contain_text("가져왔어요")
    expect(page.locator("#upload-results")).to_contain_text("FIT 파일이 아니에요")
    assert phone.overflow_px <= 0
    assert phone.wrong == []


def test_answer_shows_its_step_and_stays_after_a_reload(look: Look, world: World) -> None:
    page = look.open("/ko/chat", "#chat-input textarea")
    page.click("#chat-chip-2")
    expect(page.locator("#chat-log strong")).to_have_text("34")
    expect(page.locator("#chat-log")).to_contain_text(Words("ko").t("coach.tool.get_fitness"))
    expect(page.locator("#chat-proposal-link")).to_be_visible()
    page.reload()
    expect(page.locator("#chat-log strong")).to_have_text("34")
    assert look.wrong_while_staying == []


def test_busy_coach_says_so_and_keeps_the_question(look: Look, world: World) -> None:
    world.problems["/ai/chat"] = (409, "turn_running", "아직 대답하고 있어요.", "기다려 주세요.")
    page = look.open("/ko/chat", "#chat-input textarea")
    page.fill("#chat-input textarea", "체력은?")
    page.click("#chat-send")
    expect(page.locator("#chat-log")).to_contain_text("아직 대답하고 있어요. 기다려 주세요.")
    expect(page.locator("#chat-input textarea")).to_have_value("체력은?")


def test_silent_api_is_a_sentence_on_the_screen(look: Look, world: World) -> None:
    world.problems["/dashboard/summary"] = (503, "storage_unavailable", "저장소가 쉬고 있어요.", "곧 다시.")
    page = look.open("/ko/", "#today-top [role=alert]")
    expect(page.locator("#today-top")).to_contain_text("저장소가 쉬고 있어요. 곧 다시.")


def test_explanations_open_by_keyboard_and_close_with_escape(look: Look) -> None:
    page = look.open("/ko/", "#today-hero details.info")
    first = page.locator("#today-hero details.info summary").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#today-hero details.info > div").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#today-hero details.info > div").first).to_be_hidden()
