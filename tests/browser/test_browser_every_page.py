"""What holds of every page, at three widths, in both themes, without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from serving import Server
from visiting import Visit

from socprot.web import create_app
from socprot.web.site import Site

PAGES = (
    "/",
    "/timeline",
    "/timeline?towards=instrument/2015-regional-framework",
    "/map",
    "/map?show=coverage",
    "/map?show=access",
    "/indicator/",
    "/around/instrument/2015-regional-framework?depth=2",
    "/around/state/thailand",
    "/query/",
    "/query/what-led-to",
    "/query/members-on-day",
    "/evidence",
    "/quality",
    "/about",
    "/accessibility",
    "/privacy",
    "/openapi",
    "/openapi/record",
    "/openapi/coverage-by-state",
    "/openapi/query",
    "/sparql",
    "/sparql?query=SELECT+*+WHERE+%7B+%3Fs+a+%3Fclass+%7D+LIMIT+20",
    "/explore",
    "/search?q=ALMM",
    "/search?q=zzzzqqqq",
    "/q/ag3pOC557kTI0TBEA?view=graph",
    "/q/ag3pOC557kTI0TBEA",
    "/sparql?query=DESCRIBE+%3Chttps%3A%2F%2Fw3id.org%2Fsocprot%2Fid%2Fbody%2Fasean%3E",
    "/sparql?query=ASK+%7B+%3Fs+a+%3Chttps%3A%2F%2Fschema.org%2FEvnt%3E+%7D",
    "/doc/event/",
    "/doc/event/?state=state/thailand&from=2010&q=seminar",
    "/doc/observation/?indicator=indicator/sdg-si-cov-pensn",
    "/doc/event-type/",
    "/doc/state/thailand",
    "/doc/source/ilo-asean-partnership-page",
    "/doc/theme/social-protection",
    "/doc/event/2013-asean-summit-23",
    "/doc/provision/ilo-c102-article-75-non-revision",
    "/doc/indicator/sdg-si-cov-pensn",
    "/doc/instrument/ilo-c102",
    "/ns",
    "/shape",
    "/graph/data",
    "/dataset",
    "/export/",
    "/limits",
    "/licences",
    "/sparql?example=what-led-to",
    "/errors/",
    "/errors/timeout",
    "/threats",
    "/conformance",
    "/fair",
    "/changes",
    "/feed",
)
# Pages that tell of an error, each with its status.
REFUSED = {
    "/query/no-such-question": 404,
    "/sparql?query=SELECT+nonsense": 400,
    "/doc/event/no-such-event": 404,
    "/doc/observation/?indicator=indicator/none": 400,
    "/graph": 404,  # it lists what to ask for
}
ANSWERS = [*((path, 200) for path in PAGES), *REFUSED.items()]
SCRIPT_BUDGET = 200_000  # bytes of script that a page for readers may load
EDITOR = ("/sparql", "/q/")  # which load an editor too


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_axe_finds_nothing(visit: Visit, path: str, status: int) -> None:
    page = visit(path, status=status)
    for theme in ("light", "dark"):
        # Without motion: a colour that is still on its way would be measured.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{theme}: {found.generate_report()}"


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_nothing_sticks_out(visit: Visit, path: str, status: int) -> None:
    page = visit(path, status=status)
    for width in (1400, 820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} pixels at a width of {width}"


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_a_page_says_the_same_without_scripts(
    visit: Visit, path: str, status: int
) -> None:
    plain = visit(path, status=status, javascript=False)
    heading = plain.get_by_role("heading", level=1)
    assert heading.count() == 1
    rich = visit(path, status=status)
    assert rich.get_by_role("heading", level=1).inner_text() == heading.inner_text()


@pytest.mark.parametrize(
    ("path", "status"), [one for one in ANSWERS if not one[0].startswith(EDITOR)]
)
def test_scripts_stay_small(visit: Visit, path: str, status: int) -> None:
    page = visit(path, status=status, javascript=False)
    loaded = page.locator("script[src]")
    sources = [str(one.get_attribute("src")) for one in loaded.all()]
    assert sum(len(visit.site.get(one).body) for one in sources) < SCRIPT_BUDGET


def test_the_keyboard_leads_into_the_content(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert skip.evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_page_of_the_navigation_is_tested(visit: Visit) -> None:
    page = visit("/")
    links = page.locator("header.site nav a, footer.site nav a")
    paths = {
        str(links.nth(n).get_attribute("href")).partition("#")[0]
        for n in range(links.count())
    }
    assert paths <= {path.partition("?")[0] for path in PAGES}


def test_every_page_is_tested(site: Server) -> None:
    tested = {path.partition("?")[0].rstrip("/") for path, _ in ANSWERS}
    paths = {
        rule.rule.rstrip("/")
        for rule in create_app(Site(None, {}, {})).url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ())
    }
    untested = set()
    for path in paths - tested:
        reply = site.get(path, "text/html")
        # What refuses to be read as a page, as a document for programs does, is none.
        if reply.media_type == "text/html" and reply.status != 406:
            untested.add(path)
    assert not untested, f"add to PAGES: {', '.join(sorted(untested))}"
