"""Five readers who were never here, each with one task, clicking and searching only."""

import re

import pytest
from playwright.sync_api import Page, expect
from visiting import Visit

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "none"])


def search(page: Page, words: str) -> None:
    box = page.get_by_label("Search the graph")
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


@BOTH
def test_who_paid_and_how_do_we_know(visit: Visit, javascript: bool) -> None:
    page = visit("/", javascript=javascript)
    search(page, "who paid for the Bangkok seminar?")
    page.locator(".hits a").first.click()
    heading(page, "Tripartite Seminar on Strengthening Social Protection in ASEAN")
    page.get_by_role("link", name="Acts 3: funding").click()
    paid = page.locator("#act tr", has_text="Government of Japan").first
    expect(paid).to_be_in_viewport()
    paid.get_by_role("link", name=re.compile("^Source")).first.click()
    source = page.locator("ol.sources li:target")
    expect(source).to_be_in_viewport()
    expect(source.get_by_text("official")).to_be_visible()


@BOTH
def test_chart_pensions_in_thailand(visit: Visit, javascript: bool) -> None:
    page = visit("/", javascript=javascript)
    search(page, "chart pensions in Thailand")
    page.get_by_role(
        "link", name="Persons above retirement age receiving a pension: Thailand"
    ).click()
    chart = page.locator(".drawing.wide svg")
    expect(chart).to_be_in_viewport()
    expect(page.get_by_text("States and regions: Thailand")).to_be_visible()


@BOTH
def test_all_ratifications_as_csv(visit: Visit, javascript: bool) -> None:
    page = visit("/", javascript=javascript)
    page.get_by_role("link", name=re.compile("ratifications$")).first.click()
    heading(page, "Ratifications")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = waiting.value.path().read_text(encoding="utf-8")
    total = int(page.locator("#found").inner_text().split()[0])
    assert len(text.splitlines()) > total > 200


@BOTH
def test_what_came_out_of_the_summit(visit: Visit, javascript: bool) -> None:
    page = visit("/", javascript=javascript)
    search(page, "what came out of the 27th Summit?")
    page.locator(".hits a").first.click()
    heading(page, "27th ASEAN Summit")
    expect(page.locator("#act")).to_contain_text(
        "Regional Framework and Action Plan to Implement the ASEAN Declaration"
    )


@BOTH
def test_cite_the_dataset_a_record_and_an_answer(
    visit: Visit, javascript: bool
) -> None:
    page = visit("/", javascript=javascript)
    page.get_by_role("main").get_by_role("link", name="Cite", exact=True).first.click()
    box = page.locator("section.cite")
    expect(box).to_be_in_viewport()
    expect(box.locator("pre").first).to_contain_text("The SocProt contributors")
    for path in ("/doc/instrument/ilo-c102", "/query/who-paid-for-events"):
        page.goto(path)
        box = page.locator("section.cite")
        box.get_by_text("BibTeX", exact=True).click()
        expect(box.get_by_text("@misc")).to_be_visible()
        with page.expect_download() as waiting:
            box.get_by_role("link", name="Download as a file").nth(1).click()
        assert "@" in waiting.value.path().read_text(encoding="utf-8")


@BOTH
def test_a_question_is_filled_in_and_seen_otherwise(
    visit: Visit, javascript: bool
) -> None:
    page = visit("/query/what-led-to", javascript=javascript)
    form = page.locator("form.params")
    select = form.get_by_role("combobox").first
    select.select_option(label="ASEAN Declaration on Strengthening Social Protection")
    form.get_by_role("button", name="Ask").click()
    expect(select.locator("option:checked")).to_have_text(
        "ASEAN Declaration on Strengthening Social Protection"
    )
    rows = page.locator("table").first.locator("tbody tr")
    expect(rows.first).to_be_visible()
    page.get_by_role("navigation", name="Ways to see the answer").get_by_role(
        "link", name="Timeline"
    ).click()
    expect(page.locator("figure.picture svg").first).to_be_visible()
    page.go_back()
    expect(page.locator("figure.picture")).to_have_count(0)


@BOTH
def test_the_api_is_tried(visit: Visit, javascript: bool) -> None:
    page = visit("/openapi/members-on-day", javascript=javascript)
    page.get_by_label("Day").fill("2026-01-01")
    page.get_by_label("format (optional)").select_option("html")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/query/members-on-day"))
    expect(page.get_by_role("cell", name="Timor-Leste", exact=True)).to_be_visible()


def test_from_a_record_around_it_and_on(visit: Visit) -> None:
    page = visit("/doc/instrument/2015-regional-framework")
    page.get_by_role("link", name="What it touches, as a picture").click()
    heading(page, "Around Regional Framework")
    box = page.locator(".drawing.wide svg a").filter(has_text="27th ASEAN Summit").first
    box.focus()
    page.keyboard.press("Enter")
    heading(page, "Around 27th ASEAN Summit")
    page.get_by_role("link", name="Its record").click()
    heading(page, "27th ASEAN Summit")


@BOTH
def test_a_vintage_of_the_map_is_chosen(visit: Visit, javascript: bool) -> None:
    page = visit("/map", javascript=javascript)
    maps = page.get_by_role("navigation", name="Maps")
    maps.get_by_role("link", name="Coverage by social protection").click()
    vintages = page.get_by_role("navigation", name="Vintages")
    shown = vintages.get_by_role("strong").inner_text()
    other = vintages.get_by_role("link").first
    chosen = other.inner_text()
    other.click()
    expect(vintages.get_by_role("strong")).to_have_text(chosen)
    expect(vintages.get_by_role("link", name=shown)).to_be_visible()
    expect(page.locator("figcaption").first).to_contain_text(chosen)


@pytest.mark.parametrize("width", [1400, 1100, 900])
def test_the_navigation_is_one_line(visit: Visit, width: int) -> None:
    page = visit("/", width=width)
    tops = page.locator(
        "header.site .brand, header.site nav a, #site-search"
    ).evaluate_all(
        "all => all.map(one => { const b = one.getBoundingClientRect();"
        " return (b.top + b.bottom) / 2; })"
    )
    assert max(tops) - min(tops) < 12


@pytest.mark.parametrize("width", [820, 1440])
def test_names_of_tests_leave_room_for_sentences(visit: Visit, width: int) -> None:
    page = visit("/fair", width=width)
    answer, test = (
        page.get_by_role("columnheader", name=name).evaluate("one => one.offsetWidth")
        for name in ("What is here", "Test")
    )
    assert answer > 1.5 * test
