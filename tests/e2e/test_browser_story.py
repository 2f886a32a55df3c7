"""The story of a newcomer in Chromium: log in, watch, ask, decide, see it on the watch; then her own file."""

import asyncio
import re

import pytest
from playwright.async_api import ConsoleMessage, Page, expect

from tests.e2e.browser import open_page, shoot
from tests.e2e.machine import Machine, Runner
from tests.e2e.test_main_job import calendar_at_garmin, history_is_in
from tests.shared_files import shared

pytestmark = [pytest.mark.engines, pytest.mark.browser, pytest.mark.timeout(600)]

QUESTION = {"ko": "새 훈련 계획을 만들어줘", "en": "Please make me a new training plan"}
SCREENS = {
    "today": "#today-volume .js-plotly-plot .main-svg >> nth=0",
    "chat": "#chat-input",
    "plan": "#plan-calendar",
    "data": "#data-activities",
}
LEFT_PAGE = ("signal is aborted", "Connection errored out", "AbortError")
SLOW_MS = 90_000
expect.set_options(timeout=30_000)


def is_complaint(said: ConsoleMessage) -> bool:
    """An error that is not Gradio's own of a stream that ended because the page was left."""
    return said.type == "error" and not any(words in said.text for words in LEFT_PAGE)


async def log_in(page: Page, machine: Machine, language: str) -> None:
    login = machine.login
    await page.goto(f"{machine.ui_url}/login?lang={language}")
    await page.fill("#login-email", login["email"])
    await page.fill("#login-password", login["password"])
    await page.click("#login-submit")
    await expect(page.locator("#nav-today")).to_be_visible()
    if f"/{language}" not in page.url:
        await page.click(f"#language-{language}")
        await page.wait_for_url(re.compile(f"/{language}"))


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_from_login_to_the_watch(machine: Machine, demo: Runner, language: str) -> None:
    async with open_page(language) as page:
        await log_in(page, machine, language)
        await page.click("#nav-data")
        await expect(page.locator("#backfill-progress")).to_be_visible()
        await shoot(page, f"story-{language}-1-data")
        await asyncio.to_thread(machine.wait, lambda: history_is_in(demo), 240, "the history is in")

        await page.click("#nav-today")
        await expect(page.locator("#today-hero")).to_contain_text(re.compile(r"\d"))
        for chart in ("#today-fitness", "#today-volume"):
            await expect(page.locator(f"{chart} .js-plotly-plot .main-svg").first).to_be_visible()
        await shoot(page, f"story-{language}-2-today")

        await page.click("#nav-chat")
        await page.fill("#chat-input textarea", QUESTION[language])
        await page.click("#chat-send")
        link = page.locator("#chat-proposal-link").last
        await expect(link).to_be_visible(timeout=SLOW_MS)
        await shoot(page, f"story-{language}-3-chat")

        await page.click("#nav-plan")
        await expect(page.locator("#proposal-approve")).to_be_visible(timeout=SLOW_MS)
        await shoot(page, f"story-{language}-4-proposal")
        await page.click("#proposal-approve")
        await expect(page.locator("#plan-push")).to_contain_text(re.compile(r"\d"), timeout=SLOW_MS)
        pushed = await asyncio.to_thread(verified_push, machine, demo)
        verified = page.locator("#plan-push [data-push-state='verified']")
        await expect(verified).to_have_count(len(pushed), timeout=SLOW_MS)
        await shoot(page, f"story-{language}-5-pushed")
    assert calendar_at_garmin(machine) == pushed


def verified_push(machine: Machine, demo: Runner) -> list[tuple[str, str]]:
    """(day, workout id) of everything that the newest decided plan has on the watch, once all of it is."""
    rows: list[dict[str, str]] = []

    def all_are_there() -> bool:
        newest = demo.get("/plans/history")["items"][0]
        rows[:] = demo.get(f"/approvals/{newest['id']}")["push"]
        return bool(rows) and all(one["state"] == "verified" for one in rows)

    machine.wait(all_are_there, 90, "the approved workouts are on the watch")
    wanted = sorted((one["day"], one["provider_workout_id"]) for one in rows)
    machine.wait(lambda: calendar_at_garmin(machine) == wanted, 30, "what was replaced is gone")
    return wanted


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_no_screen_overflows_or_complains(
    machine: Machine, demo: Runner, language: str, size: str
) -> None:
    await asyncio.to_thread(machine.wait, lambda: history_is_in(demo), 240, "the history is in")
    async with open_page(language, size) as page:
        complaints: list[str] = []
        elsewhere: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("request", lambda r: elsewhere.append(r.url) if "127.0.0.1" not in r.url else None)
        await log_in(page, machine, language)
        for screen, shown in SCREENS.items():
            await page.click(f"#nav-{screen}")
            await expect(page.locator(shown)).to_be_visible()
            await shoot(page, f"{screen}-{language}-{size}")
            too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(too_wide) <= 1, f"{screen} overflows"
    assert complaints == [], complaints
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []


async def test_a_wrong_password_is_a_sentence(machine: Machine) -> None:
    async with open_page("ko") as page:
        await page.goto(f"{machine.ui_url}/login")
        await page.fill("#login-email", machine.login["email"])
        await page.fill("#login-password", "not the password at all")
        await page.click("#login-submit")
        await expect(page.locator("body")).to_contain_text(re.compile("비밀번호"))
        await expect(page.locator("#login-submit")).to_be_visible()


async def test_her_own_file_dropped_in_becomes_a_run(machine: Machine) -> None:
    runs = sorted((shared("fixtures/fit") / "run").glob("*.fit"))
    async with open_page("ko") as page:
        await log_in(page, machine, "ko")
        await page.click("#nav-data")
        await page.set_input_files("#upload-files", [runs[-1], shared("fixtures/fit/corrupt/empty.fit")])
        await page.click("#upload-send")
        await expect(page.locator("#upload-results")).to_contain_text("empty.fit", timeout=SLOW_MS)
        await shoot(page, "upload-ko")
