"""A real browser, Debian's Chromium, in front of the published graph.

    def test_something(visit: Visit) -> None:
        page = visit("/timeline", width=390, theme="dark")
        page.get_by_role("button", name="Show").click()

Every page that a test visits is watched: at the end of the test its console must hold
no error or warning, and no request may have gone to another host.
"""

import shutil
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from serving import Server

from socprot.bundle import Bundle

# Without these, Chromium asks its maker for updates and lists of its own.
_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
PATIENCE = 20_000  # milliseconds; a loaded machine is slow, but not broken


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; `make test` installs it where there is none."""
    found = shutil.which("chromium")
    assert found, "chromium is not installed: run `make system`."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=_QUIET)
        yield running
        running.close()


@pytest.fixture(scope="session")
def site(bundle: Bundle) -> Iterator[Server]:
    """A server of the published graph."""
    running = Server("bundle", bundle.path)
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


class Visit:
    """Opens pages of the site, and watches over them."""

    def __init__(self, browser: Browser, site: Server) -> None:
        self._browser = browser
        self.site = site
        self.said: list[str] = []
        self.foreign: list[str] = []
        self._refused = ""

    def expected(self, path: str) -> None:
        """A page that answers with an error makes the browser say so in its console."""
        if self.site.get(path, "text/html").status >= 400:
            self._refused = self.site.address + path

    def __call__(
        self,
        path: str,
        *,
        width: int = 1280,
        theme: Literal["light", "dark"] = "light",
        javascript: bool = True,
        **more: Any,
    ) -> Page:
        """Open a page in a window of its own, as a visitor who was never here."""
        context = self._browser.new_context(
            base_url=self.site.address,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=javascript,
            accept_downloads=True,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", self._see)
        page.goto(path)
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self._browser.contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if self._refused and message.location.get("url") == self._refused:
            return
        self.said.append(message.text)

    def _see(self, request: Request) -> None:
        own = (self.site.address + "/", "data:", "blob:" + self.site.address)
        if not request.url.startswith(own):
            self.foreign.append(request.url)


@pytest.fixture
def visit(browser: Browser, site: Server) -> Iterator[Visit]:
    """Open a page: `visit("/timeline", width=390, theme="dark", javascript=False)`."""
    visiting = Visit(browser, site)
    yield visiting
    visiting.close()
    assert visiting.said == []
    assert visiting.foreign == []
