"""What the other files do not touch: each control used once, and what it did seen."""

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, Page, expect
from visiting import Visit

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "none"])


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def taken(page: Page, link: Locator) -> bytes:
    """What a link leads to, as a file where it comes as one."""
    if link.get_attribute("download") is None:
        answer = page.request.get(str(link.get_attribute("href")))
        assert answer.ok
        return answer.body()
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.path().read_bytes()


@BOTH
def test_the_home_page_leads_on(visit: Visit, javascript: bool) -> None:
    page = visit("/", javascript=javascript)
    main = page.get_by_role("main")
    main.get_by_label("What would you like to know?").fill("Declarati0n on protecton")
    main.get_by_role("button", name="Search").click()
    expect(page.get_by_text("nearly: nothing is spelt exactly so")).to_be_visible()
    page.go_back()
    main.get_by_role("link", name="pensions in Thailand").click()
    expect(page.locator(".meant a").first).to_contain_text("pension")
    page.go_back()
    main.get_by_text("The same as a table").click()
    expect(main.get_by_role("cell", name="23rd ASEAN Summit")).to_be_visible()
    main.get_by_role("link", name=re.compile("^Which governments, projects")).click()
    expect(page.get_by_role("heading", name="Answer")).to_be_visible()


def test_the_navigation_leads_to_each_of_its_pages(visit: Visit) -> None:
    page = visit("/", javascript=False)
    names = page.get_by_role("navigation", name="Main").get_by_role("link")
    for name in names.all_inner_texts():
        page.get_by_role("navigation", name="Main").get_by_text(
            name, exact=True
        ).click()
        here = page.get_by_role("navigation", name="Main").locator("[aria-current]")
        expect(here).to_have_text(name)
        expect(heading(page)).to_be_visible()


def test_a_name_without_its_accents_and_again(visit: Visit) -> None:
    page = visit("/search?q=Vi%E1%BB%87t+Nam", javascript=False)
    first = page.locator(".hits a").first
    expect(first).to_have_text("Viet Nam")
    again = page.get_by_label("A name, an acronym, or what you want to know")
    expect(again).to_have_value("Việt Nam")
    again.fill("convention")
    again.press("Enter")
    page.get_by_role("link", name=re.compile("^All .* in instruments")).click()
    expect(page.get_by_label("Words of the name")).to_have_value("convention")
    expect(heading(page)).to_have_text("Instruments")


@BOTH
def test_every_way_to_narrow_and_order_a_list(visit: Visit, javascript: bool) -> None:
    page = visit("/doc/event/", javascript=javascript)
    found = page.locator("#found")
    names = page.locator("ol.results li > a")
    more = page.locator(".facet", has=page.get_by_role("heading", name="Body"))
    more.get_by_text(re.compile(r"^\d+ more$")).click()
    expect(more.locator("details li").last).to_be_visible()
    earliest = names.first.inner_text()
    page.get_by_role("link", name="latest first").click()
    expect(names.first).not_to_have_text(earliest)
    page.get_by_role("link", name="by name").click()
    shown = names.all_inner_texts()
    assert shown == sorted(shown, key=str.casefold)
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    page.get_by_role("link", name="Before", exact=True).click()
    expect(names.first).to_have_text(shown[0])
    bar = page.get_by_role("link", name=re.compile(r"^2013: \d+$"))
    count = str(bar.get_attribute("aria-label")).removeprefix("2013: ")
    bar.focus()
    bar.press("Enter")
    expect(found).to_have_text(f"{count} of 105")
    place = page.locator(".facet", has=page.get_by_role("heading", name="Place"))
    place.get_by_role("link").first.click()
    chosen = page.get_by_role("list", name="What this list is narrowed to")
    expect(chosen.get_by_role("listitem")).to_have_count(3)
    chosen.get_by_role("link", name=re.compile("^2013")).click()
    expect(chosen.get_by_role("listitem")).to_have_count(2)
    page.get_by_label("Words of the name").fill("zzzz")
    page.get_by_role("button", name="Narrow").click()
    page.get_by_role("link", name="start again").click()
    expect(found).to_have_text("105 records")


def test_a_list_in_every_format(visit: Visit) -> None:
    page = visit("/doc/ratification/?q=philippines", javascript=False)
    number = int(page.locator("#found").inner_text().split()[0])
    links = page.locator("p.downloads").first

    def content(name: str) -> bytes:
        return taken(page, links.get_by_role("link", name=name, exact=True))

    rows = list(csv.DictReader(io.StringIO(content("CSV").decode())))
    assert len({row["record"] for row in rows}) == number > 0
    again = list(
        csv.reader(io.StringIO(content("CSV for spreadsheets").decode("utf-8-sig")))
    )
    assert len(again) == len(rows) + 1
    assert content("TSV").count(b"\n") == len(rows) + 1
    assert len(json.loads(content("JSON"))["results"]["bindings"]) == len(rows)
    results = ET.fromstring(content("XML")).findall(".//{*}result")
    assert len(results) == len(rows)
    assert content("Turtle").count(b"    a sp:Ratification ;") == number


@BOTH
def test_a_chart_of_what_is_chosen(visit: Visit, javascript: bool) -> None:
    page = visit("/indicator/", javascript=javascript)
    page.get_by_role("combobox", name="Indicator").select_option(
        label="Unemployed receiving unemployment cash benefits"
    )
    page.get_by_text("States and regions: all").click()
    page.get_by_role("checkbox", name="Viet Nam").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("figcaption").first).to_contain_text("Unemployed")
    expect(page.get_by_text("States and regions: Viet Nam")).to_be_visible()
    page.get_by_text("The same as a table").click()
    twin = page.locator("figure table tbody tr")
    rows = twin.count()
    assert rows
    assert set(twin.locator("td", has_text="Viet Nam").all_inner_texts()) == {
        "Viet Nam"
    }
    links = page.locator("figure p.downloads")
    text = taken(page, links.get_by_role("link", name="CSV")).decode()
    assert len(list(csv.reader(io.StringIO(text)))) == rows + 1
    assert json.loads(taken(page, links.get_by_role("link", name="JSON")))
    drawing = taken(page, links.get_by_role("link", name="SVG"))
    assert "Viet Nam" in "".join(ET.fromstring(drawing).itertext())
    page.get_by_role("link", name="What this indicator measures").click()
    expect(heading(page)).to_contain_text("Unemployed receiving")


def test_the_other_forms_of_pictures(visit: Visit) -> None:
    page = visit("/map", javascript=False)
    maps = page.get_by_role("navigation", name="Maps")
    maps.get_by_role("link", name="Ratification of one instrument").click()
    choice = page.get_by_role("combobox", name="Instrument")
    choice.select_option(label="Forced Labour Convention, 1930 (No. 29)")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("figcaption").first).to_contain_text("Forced Labour")
    maps.get_by_role("link", name="Access of migrant workers").click()
    page.get_by_role("combobox", name="Branch").select_option(label="medical care")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("figcaption").first).to_contain_text("medical care")
    page.goto("/timeline")
    page.get_by_role("combobox", name="Linked to").select_option(label="disability")
    page.get_by_role("button", name="Show").click()
    entries = page.locator(".drawing.wide .entry")
    expect(entries.first).to_be_visible()
    linked = entries.count()
    page.get_by_role("combobox", name="Linked to").select_option(label="anything")
    page.get_by_role("button", name="Show").click()
    assert entries.count() > linked > 0
    page.get_by_role("link", name="what led to the Regional Framework").click()
    expect(page.get_by_role("main")).to_contain_text("hollow: only implied")
    page.goto("/around/event/2013-asean-summit-23")
    near = page.locator(".drawing.wide svg a").count()
    page.get_by_role("link", name="one step further").click()
    assert page.locator(".drawing.wide svg a").count() > near
    page.get_by_role("link", name="one step only").click()
    assert page.locator(".drawing.wide svg a").count() == near


def test_a_record_is_copied_taken_cited_and_reported(visit: Visit) -> None:
    page = visit(
        "/doc/instrument/ilo-c102", permissions=["clipboard-read", "clipboard-write"]
    )
    # What each button copies is the text beside it.
    page.get_by_role("link", name="Cite this record").click()
    page.locator(".cite summary", has_text="RIS").click()
    page.get_by_text("Report an error").click()
    for place in (".cite details:has-text('RIS')", "#report"):
        box = page.locator(place)
        box.get_by_role("button", name="Copy").click()
        expect(box.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == str(box.locator("pre").text_content()).strip()
        assert "instrument/ilo-c102" in copied
    beside = page.get_by_role("complementary")
    turtle = taken(page, beside.get_by_role("link", name="Turtle", exact=True)).decode()
    page.get_by_text("What is stated, as Turtle").click()
    for line in page.locator("pre.turtle").inner_text().splitlines():
        assert not line.startswith("instrument:") or line in turtle
    for name in ("N-Triples", "JSON-LD", "RDF/XML"):
        content = taken(page, beside.get_by_role("link", name=name, exact=True))
        assert b"instrument/ilo-c102" in content
    page.get_by_role("link", name="Provisions 98").click()
    provisions = page.locator("#provision")
    expect(provisions).to_be_in_viewport()
    provisions.locator("summary").click()
    provisions.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="Provisions", exact=True)).to_be_visible()
    page.go_back()
    page.goto("/doc/instrument/ilo-c019?lang=ja")
    expect(page.locator("h1[lang=ja]")).to_be_visible()


@BOTH
def test_a_question_is_taken_changed_and_cited(visit: Visit, javascript: bool) -> None:
    page = visit("/query/", javascript=javascript)
    page.get_by_role("link", name=re.compile(r"^Bodies \(")).click()
    page.get_by_role("link", name=re.compile("^Which states were members")).click()
    page.get_by_label("Day").fill("2013-10-09")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(10)
    links = page.locator("p.downloads").first
    text = taken(page, links.get_by_role("link", name="CSV", exact=True)).decode()
    assert text.count("\n") == 11
    graph = taken(page, links.get_by_role("link", name="Turtle", exact=True)).decode()
    assert "ResultSet" in graph
    page.get_by_text("The query behind this").click()
    page.get_by_role("link", name="Change it and ask again").click()
    expect(page.locator("table.sortable tbody tr")).to_have_count(10)
    page.get_by_label("as", exact=True).select_option("csv")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Ask", exact=True).click()
    assert waiting.value.path().read_text(encoding="utf-8").count("\n") == 11


def test_a_file_is_downloaded_and_checked(visit: Visit) -> None:
    page = visit("/export/", javascript=False)
    link = page.get_by_role("link", name="ratification.csv", exact=True)
    assert taken(page, link) == (ROOT / "data/table/ratification.csv").read_bytes()
    link = page.get_by_role("link", name="place (36) as N-Triples", exact=True)
    places = {line.split()[0] for line in taken(page, link).decode().splitlines()}
    assert len(places) == 36
    page.goto("/changes")
    table = taken(page, page.get_by_role("link", name="A table")).decode()
    page.goto("/feed")
    members = page.locator("tbody td.number").all_inner_texts()
    assert sum(map(int, members)) == table.count("\n") - 1
    feed = taken(page, page.get_by_role("link", name="TriG")).decode()
    assert "ldes:EventStream" in feed


def test_what_is_judged_can_be_opened_and_asked(visit: Visit) -> None:
    page = visit("/evidence", javascript=False)
    page.get_by_role("link", name="Every correction").click()
    section = page.locator("section", has=page.locator(":target"))
    expect(section.get_by_role("heading")).to_be_in_viewport()
    section.locator("summary").click()
    rows = section.locator("tbody tr")
    number = rows.count()
    section.get_by_role("link", name="The query behind this").click()
    expect(page.locator(".told")).to_contain_text(f"{number} rows")
    page.goto("/quality")
    page.get_by_role("link", name=re.compile("^Ask again: ")).first.click()
    expect(page.locator(".told")).to_contain_text("No rows")
    page.goto("/dataset")
    page.get_by_text(re.compile("^Classes: ")).click()
    page.get_by_role("link", name="sp:Event", exact=True).click()
    expect(page.locator(":target")).to_contain_text("sp:Event")


def test_what_is_missing_is_searched(visit: Visit) -> None:
    path = "/doc/event/bangkok-seminar"
    page = visit(path, status=404)
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role(
        "link", name="Tripartite Seminar on Strengthening Social Protection in ASEAN"
    ).first.click()
    expect(heading(page)).to_contain_text("Tripartite Seminar")


TIMES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>
SELECT ?event ?name ?start WHERE {
  ?event a sp:Event ; rdfs:label ?name ; sp:startDate ?start
} ORDER BY ?start LIMIT 12"""


def test_an_answer_on_time_and_as_a_program(visit: Visit) -> None:
    page = visit("/sparql", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".CodeMirror").click()
    page.keyboard.insert_text(TIMES)
    page.keyboard.press("Control+Enter")
    tabs = page.get_by_role("list", name="Ways to see this answer")
    tabs.get_by_role("link", name="Timeline").click()
    expect(page.locator(".drawing.wide .entry")).to_have_count(12)
    page.get_by_text("Python", exact=True).click()
    program = page.locator(".programs details", has_text="Python")
    program.get_by_role("button", name="Copy").click()
    expect(program.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "import pandas" in copied
    assert "sp:startDate ?start" in copied
