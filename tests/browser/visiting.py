"""A real browser, Debian's Chromium, in front of the published graph.

    def test_something(visit: Visit) -> None:
        page = visit("/timeline", width=390, theme="dark")
        page.get_by_role("button", name="Show").click()

Every page that a test visits is watched: at the end of the test its console must hold
no error or warning, and no request may have gone to another host.
"""

from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from serving import Server

PATIENCE = 20_000  # milliseconds; a loaded machine is slow, but not broken


class Visit:
    """Opens pages of the site, and watches over them."""

    def __init__(self, browser: Browser, site: Server) -> None:
        self._browser = browser
        self.site = site
        self.said: list[str] = []
        self.foreign: list[str] = []
        self._refused = ""

    def __call__(
        self,
        path: str,
        *,
        status: int = 200,
        width: int = 1280,
        theme: Literal["light", "dark"] = "light",
        javascript: bool = True,
        **more: Any,
    ) -> Page:
        """Open a page in a window of its own, as a visitor who was never here.

        Args:
            status: which the page must have, so that no test looks at a page that
                tells of an error unless it says so.
        """
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
        if status >= 400:  # of which the browser tells in its console
            self._refused = self.site.address + path
        response = page.goto(path)
        assert response
        assert response.status == status, f"{path} answers {response.status}"
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
