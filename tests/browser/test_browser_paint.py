"""What `make bench` measures of pages; how long it takes is not tested here."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from serving import Server
from test_browser_every_page import PAGES


def test_a_first_paint_is_measured(
    browser: Browser, site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "bench")
    before = set(sys.modules)
    import paint

    try:
        assert 0 < paint.painted(browser, site.address + "/") < 30
        # What is measured is tested to be a whole page too.
        kinds = {path.partition("?")[0] for path in PAGES}
        assert {path.partition("?")[0] for path in paint.PAGES} <= kinds
    finally:
        for name in set(sys.modules) - before:
            if (
                Path(str(getattr(sys.modules[name], "__file__", ""))).parent.name
                == "bench"
            ):
                del sys.modules[name]
