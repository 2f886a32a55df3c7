"""The story of a newcomer in Chromium: log in, watch, ask, decide, see it on the watch; then her own file."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import open_page, shoot
from tests.e2e.machine import Machine, Runner
from tests.e2e.test_main_job import calendar_at_garmin, history_is_in
from tests.shared_files import shared

pytestmark = [pytest.mark.engines, pytest.mark.browser, pytest.mark.timeout(600)]

QUESTION = {"ko": "새 훈련 계획을 만들어줘", "en": "Please make me a new training plan"}
SCREENS = {
    "today": "#today-fitness",
    "chat": "#chat-input",
    "plan": "#plan-calendar",
    "data": "#data-activities",
}
SLOW_MS = 90_000
expect.set_options(timeout=30_000)


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
        verified = page.locator("#plan-push [data-push-state='verified']")
        await expect(verified.first).to_be_visible(timeout=SLOW_MS)
        await expect(
            page.locator("#plan-push [data-push-state]:not([data-push-state='verified'])")
        ).to_have_count(0, timeout=SLOW_MS)
        await shoot(page, f"story-{language}-5-pushed")
        shown = await verified.count()
    assert shown == len(calendar_at_garmin(machine))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_no_screen_overflows_or_complains(
    machine: Machine, demo: Runner, language: str, size: str
) -> None:
    await asyncio.to_thread(machine.wait, lambda: history_is_in(demo), 240, "the history is in")
    async with open_page(language, size) as page:
        complaints: list[str] = []
        elsewhere: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda r: elsewhere.append(r.url) if "127.0.0.1" not in r.url else None)
        await log_in(page, machine, language)
        for screen, shown in SCREENS.items():
            await page.click(f"#nav-{screen}")
            await expect(page.locator(shown)).to_be_visible()
            await shoot(page, f"{screen}-{language}-{size}")
            too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(too_wide) <= 1, f"{screen} overflows"
    assert complaints == []
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
