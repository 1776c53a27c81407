"""How soon a reader sees something: the first contentful paint, on a slow processor."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from report import Line
from servers import Server

SLOWER = 4  # times slower than this machine, as Lighthouse does it
# One of each kind of page that people read.
PAGES = (
    "/",
    "/explore",
    "/doc/event/",
    "/doc/event/2013-asean-summit-23",
    "/doc/state/thailand",
    "/search?q=pension",
    "/timeline",
    "/map",
    "/indicator/",
    "/around/instrument/2015-regional-framework",
    "/query/",
    "/query/what-led-to",
    "/sparql",
    "/ns",
    "/evidence",
)
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--no-first-run",
    "--no-sandbox",
)
_PAINTED = """() => new Promise(done => {
  const told = list => list.getEntries().forEach(
    one => one.name === "first-contentful-paint" && done(one.startTime / 1000));
  new PerformanceObserver(told).observe({ type: "paint", buffered: true });
})"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser.

    Raises:
        RuntimeError: it is not installed.
    """
    found = shutil.which("chromium")
    if not found:
        raise RuntimeError("chromium is not installed: run `make system`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*_QUIET])
        yield browser
        browser.close()


def painted(browser: Browser, address: str) -> float:
    """Seconds until a browser that was never here paints something of a page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)
        slow = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        return float(page.evaluate(_PAINTED))
    finally:
        context.close()


def paints(ours: Server, rounds: int) -> Iterator[Line]:
    """The first contentful paint of each kind of page."""
    with chromium() as browser:
        for path in PAGES:
            seconds = [painted(browser, ours.address + path) for _ in range(rounds)]
            case = f"first contentful paint of {path}, processor {SLOWER} times slower"
            yield Line(case, "s", "", seconds, target="value <= 1.0")
