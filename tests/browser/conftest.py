"""The browser, Debian's Chromium, and the site that it visits."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from serving import Server
from visiting import Visit

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


@pytest.fixture
def visit(browser: Browser, site: Server) -> Iterator[Visit]:
    """Open a page: `visit("/timeline", width=390, theme="dark", javascript=False)`."""
    visiting = Visit(browser, site)
    yield visiting
    visiting.close()
    assert visiting.said == []
    assert visiting.foreign == []
