"""Headless Chromium, as a person would use it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts" / "screens"
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def chromium() -> str:
    """Where Chromium is; the test is skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is not here: scripts/install_chromium.sh installs it")
    return found


@asynccontextmanager
async def open_page(language: str, size: str = "desktop") -> AsyncIterator[Page]:
    """A fresh browser on a fresh profile; anything but the page's own machine is out of reach."""
    width, height = SIZES[size]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=_QUIET)
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale="ko-KR" if language == "ko" else "en-US"
        )
        page = await context.new_page()
        page.set_default_timeout(30_000)
        yield page
        await browser.close()


async def shoot(page: Page, name: str) -> None:
    """A picture of the whole page, to be looked at."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
