"""The screens against the fake API, and a browser to look at them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from runcoach.settings import load_settings
from tests.ui.fake_api import COOKIE, World, create_fake_api
from tests.ui.servers import bound_socket, serving
from ui.app import create_app

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where the screens are, and what is behind them."""

    url: str
    world: World


@pytest.fixture(scope="session")
def running_site() -> Iterator[Site]:
    """Fake API and UI, each served on a free port."""
    world, api_socket, ui_socket = World(), bound_socket(), bound_socket()
    with serving(create_fake_api(world), api_socket):
        settings = load_settings(
            api_port=api_socket.getsockname()[1],
            ui_port=ui_socket.getsockname()[1],
            public_urls="",
            api_base_url=None,
        )
        with serving(create_app(settings), ui_socket) as url:
            yield Site(url, world)


@pytest.fixture
def site(running_site: Site) -> Site:
    """The site with a fresh world behind it."""
    fresh = World()
    for one in fields(World):
        setattr(running_site.world, one.name, getattr(fresh, one.name))
    return running_site


@pytest.fixture
def world(site: Site) -> World:
    """What is true behind the fake API."""
    return site.world


def client_of(site: Site, name: str | None = None) -> httpx.Client:
    """A program that talks to the screens, logged in as somebody or not."""
    cookies = {COOKIE: f"token-{name}"} if name else {}
    return httpx.Client(base_url=site.url, cookies=cookies, follow_redirects=False)


@dataclass
class Look:
    """A page, and everything that went wrong on it."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str, wait_for: str) -> Page:
        """Goes there and waits until the screen has its data."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector(wait_for, timeout=20_000)
        return self.page

    @property
    def wrong_while_staying(self) -> list[str]:
        """Without what Gradio says when its page is left: that its own stream was cut."""
        return [
            one
            for one in self.wrong
            if "signal is aborted" not in one and "Connection errored out" not in one
        ]

    @property
    def overflow_px(self) -> int:
        """How far the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; per module, because its event loop may not be there when async tests run."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield found
        found.close()


def look_at(browser: Browser, site: Site, *, width: int = 1280, name: str | None = "alice") -> Look:
    """A fresh browser profile; what it asks from elsewhere and what fails is written down."""
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": 850}, locale="ko-KR")
    if name:
        context.add_cookies([{"name": COOKIE, "value": f"token-{name}", "url": site.url}])
    look = Look(context.new_page(), site.url)
    look.page.on("request", lambda request: _note_foreign(look, request))
    look.page.on("console", lambda said: said.type == "error" and look.wrong.append(f"console: {said.text}"))
    look.page.on("pageerror", lambda error: look.wrong.append(f"script: {error}"))
    look.page.on("dialog", lambda dialog: (look.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    return look


def _note_foreign(look: Look, request: Any) -> None:
    if not request.url.startswith((look.url, "data:", "blob:")):
        look.wrong.append(f"request to {request.url}")


@pytest.fixture
def look(browser: Browser, site: Site) -> Iterator[Look]:
    """Alice looks at a wide window."""
    found = look_at(browser, site)
    yield found
    found.page.context.close()
