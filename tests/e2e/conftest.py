"""A real browser against a real server: the system's Chromium, the site in a thread, and all its complaints."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from reperform.ledger.models import Account
from tests.world import World

# Playwright's loop runs in this thread, and Django takes that for an async context; the test itself is not one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
INSTALL = "no Chromium here; to run this test: sudo apt-get install chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: it drives the browser, one test after the other."""
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once; skip, with the command that installs it, where there is none."""
    program = next((found for found in map(shutil.which, NAMES) if found), None)
    if program is None:
        pytest.skip(INSTALL)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        started = playwright.chromium.launch(executable_path=program, headless=True, args=arguments)
        yield started
        started.close()


@dataclass
class Site:
    """The site in one browser window, signed in as one person after the other; it keeps every complaint."""

    base: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, address: str) -> Page:
        self.page.goto(f"{self.base}{address}")
        return self.page

    def enter(self, account: Account) -> Page:
        """Sign in by the card of the person's role."""
        self.context.clear_cookies(name="sessionid")
        page = self.open("/sign-in")
        card = page.locator("form[action='/sign-in/as']").filter(has=page.locator(f"[value='{account.number}']"))
        if card.locator("select").count():
            card.locator("select").select_option(account.number)
        card.locator("button").click()
        page.wait_for_url(f"{self.base}/")
        return page

    def speak(self, language: str) -> None:
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.base}])


NewSite = Callable[..., Site]


@pytest.fixture
def new_site(browser: Browser, live_server: object, world: World, settings: pytest.FixtureRequest) -> Iterator[NewSite]:
    """Open windows on the site of the demonstration; whatever the browser complains of fails the test."""
    settings.DEMO = True  # type: ignore[attr-defined]
    opened: list[Site] = []

    def open_(*, width: int = 1366, script: bool = True, language: str = "en") -> Site:
        context = browser.new_context(
            viewport={"width": width, "height": 768}, java_script_enabled=script, locale="en-GB", accept_downloads=True
        )
        site = Site(live_server.url, context, context.new_page())  # type: ignore[attr-defined]
        site.listen()
        site.speak(language)
        opened.append(site)
        return site

    yield open_
    complaints = [complaint for site in opened for complaint in site.complaints]
    for site in opened:
        site.context.close()
    assert complaints == []


@pytest.fixture
def site(new_site: NewSite) -> Site:
    return new_site()
