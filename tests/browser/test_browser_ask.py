"""Asking in a real browser, as a person would: with the editor, and without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from visiting import Visit

from socprot import permalink


def editor(page: Page) -> Locator:
    return page.locator(".CodeMirror").get_by_role("textbox", name="SPARQL query")


def written(page: Page) -> str:
    return page.locator("textarea[name=query]").input_value()


def offered(page: Page) -> Locator:
    return page.locator(".CodeMirror-hints").get_by_role("option")


def picked(page: Page, typed: str, wanted: str) -> None:
    """Type, and take the completion."""
    page.keyboard.type(typed)
    expect(offered(page).first).to_contain_text(wanted)
    page.keyboard.press("Enter")
    expect(offered(page)).to_have_count(0)


def first_cells(page: Page) -> list[str]:
    return page.locator("table.sortable tbody tr td:first-child").all_inner_texts()


def test_type_complete_ask_sort_take_link_and_go_back(visit: Visit) -> None:
    page = visit("/sparql")
    editor(page).click()
    page.keyboard.type("SELECT ?name ?start WHERE { ?event a ")
    picked(page, "sp:Eve", "sp:Event")
    page.keyboard.type(" ; ")
    picked(page, "rdfs:lab", "rdfs:label")
    page.keyboard.type(" ?name ; ")
    picked(page, "sp:earli", "sp:earliest")
    page.keyboard.type(" ?start } ORDER BY DESC(?start) LIMIT 30")
    assert written(page).splitlines()[:2] == [
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>",
        "PREFIX sp: <https://w3id.org/socprot/ns#>",
    ]
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sparql?query=**")
    expect(page.locator(".told")).to_have_text(re.compile(r"30 rows in \d+\.\d\d s"))
    asked = written(page)

    came = first_cells(page)
    head = page.get_by_role("columnheader", name="name")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    rising = first_cells(page)
    assert sorted(rising) == sorted(came)
    assert rising != came
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert first_cells(page) == rising[::-1]
    head.get_by_role("button").press("Enter")
    assert first_cells(page) == came

    rows = page.locator("table.sortable tbody tr:visible")
    page.get_by_label("Only rows with").fill("labour  MINISTERS")
    told = page.get_by_text(re.compile(r"^\d+ of 30$"))
    expect(told).to_be_visible()
    assert 0 < rows.count() == int(told.inner_text().split()[0]) < 30
    assert all("Labour Ministers" in text for text in rows.all_inner_texts())
    page.get_by_label("Only rows with").fill("")
    expect(rows).to_have_count(30)

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV for spreadsheets").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert content.startswith("name,start\n")
    assert content.count("\n") == 31

    page.get_by_role("link", name="/q/").click()
    page.wait_for_url("**/q/*")
    assert permalink.read(page.url.rpartition("/")[2]) == asked
    assert first_cells(page) == came
    page.go_back()
    page.wait_for_url("**/sparql?query=**")
    assert written(page) == asked
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask in SPARQL")


def test_records_are_found_by_their_label(visit: Visit) -> None:
    page = visit("/sparql")
    editor(page).click()
    page.keyboard.type("DESCRIBE event:27")
    expect(offered(page).first).to_contain_text("27th ASEAN Summit")
    page.keyboard.press("Tab")
    query = written(page)
    assert query.startswith("PREFIX event: <https://w3id.org/socprot/id/event/>\n")
    assert query.endswith("DESCRIBE event:2015-asean-summit-27")


def test_completion_on_request_by_label(visit: Visit) -> None:
    page = visit("/sparql")
    editor(page).click()
    page.keyboard.type("SELECT * WHERE { ?x a rati")
    page.keyboard.press("Control+Space")
    expect(offered(page).first).to_contain_text("sp:Ratification")
    page.keyboard.press("Escape")
    expect(offered(page)).to_have_count(0)


def test_tab_leaves_the_editor(visit: Visit) -> None:
    page = visit("/sparql")
    editor(page).click()
    page.keyboard.type("ASK {")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(editor(page)).to_be_focused()
    assert written(page) == "ASK {"


def test_a_mistake_is_told_while_typing(visit: Visit) -> None:
    page = visit("/sparql")
    editor(page).click()
    page.keyboard.type("SELECT * WHERE { ?s ?p }")
    status = page.locator(".syntax")
    expect(status).to_contain_text("Line 1")
    editor(page).press("Control+a")
    page.keyboard.type("ASK { ?s ?p ?o }")
    expect(status).to_have_text("")


def test_nothing_is_not_asked(visit: Visit) -> None:
    page = visit("/sparql")
    expect(editor(page)).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".syntax")).to_contain_text("no query yet")
    expect(editor(page)).to_be_focused()
    assert page.url.endswith("/sparql")


def test_the_place_of_an_error_is_shown(visit: Visit) -> None:
    path = "/sparql?query=SELECT+*+WHERE+%7B%0A++%3Fs+%3Fp%0A%7D"
    page = visit(path, status=400)
    expect(page.locator(".CodeMirror .fault")).to_have_count(1)
    expect(page.locator("pre.excerpt")).to_contain_text("^")
    assert written(page) == "SELECT * WHERE {\n  ?s ?p\n}"


def test_an_example_and_why_there_is_nothing(visit: Visit) -> None:
    page = visit("/sparql")
    page.locator("summary", has_text="Bodies").click()
    page.get_by_role("link", name="Which states were members").click()
    expect(editor(page)).to_contain_text("SELECT")
    editor(page).press("Control+a")
    page.keyboard.press("Delete")
    # Pasted, so that nothing is completed or closed on the way.
    page.keyboard.insert_text("SELECT * WHERE { ?x a <https://schema.org/Evnt> }")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".findings")).to_contain_text("https://schema.org/Evnt")


def test_copy_and_the_day_of_reading(visit: Visit) -> None:
    page = visit("/sparql?query=ASK+%7B%7D", permissions=["clipboard-write"])
    apa = page.locator(".cite pre").first
    expect(apa).not_to_contain_text("YYYY")
    expect(apa).to_contain_text(re.compile(r"Retrieved \d{4}-\d\d-\d\d, from"))
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file").first.click()
    assert "SocProt contributors" in download.value.path().read_text(encoding="utf-8")


def test_without_scripts(visit: Visit) -> None:
    page = visit("/sparql", javascript=False)
    page.get_by_role("link", name="How many Parts of Convention No. 102").click()
    area = page.get_by_label("SPARQL query")
    expect(area).to_be_visible()
    expect(area).to_have_value(re.compile("SELECT"))
    area.fill("SELECT ?s WHERE { ?s a <https://w3id.org/socprot/ns#Project> }")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("table.sortable tbody tr")).not_to_have_count(0)
    expect(page.locator("table.sortable thead button")).to_have_count(0)
    page.get_by_role("link", name="/q/").click()
    page.wait_for_url("**/q/*")
    expect(page.get_by_label("SPARQL query")).to_have_value(re.compile("#Project"))
    expect(page.locator(".cite pre").first).to_contain_text("Retrieved YYYY-MM-DD")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/sparql\?query="))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_editor_wears_the_theme(visit: Visit, theme: str) -> None:
    page = visit("/sparql?example=members-on-day", theme=theme)  # type: ignore[arg-type]
    shown = page.locator(".CodeMirror")
    ground = shown.evaluate("element => getComputedStyle(element).backgroundColor")
    red = int(re.findall(r"\d+", ground)[0])
    assert (red > 200) if theme == "light" else (red < 60)


RATIFICATIONS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>
SELECT ?state ?name (COUNT(?r) AS ?ratifications)
WHERE { ?r a sp:Ratification ; sp:actor ?state . ?state rdfs:label ?name }
GROUP BY ?state ?name ORDER BY DESC(?ratifications)"""


@pytest.mark.parametrize("javascript", [True, False])
def test_chart_map_picture_and_back(visit: Visit, javascript: bool) -> None:
    page = visit(f"/q/{permalink.write(RATIFICATIONS)}", javascript=javascript)
    tabs = page.get_by_role("list", name="Ways to see this answer")
    expect(tabs.get_by_role("listitem")).to_have_text(["Table", "Chart", "Map"])
    tabs.get_by_role("link", name="Chart").click()
    page.wait_for_url("**view=chart**")
    expect(page.locator("figure.picture svg").first).to_be_visible()
    tabs.get_by_role("link", name="Map").click()
    page.wait_for_url("**view=map**")
    expect(tabs.locator("[aria-current]")).to_have_text("Map")
    expect(page.locator("figure.picture svg").first).to_contain_text("Philippines")
    page.get_by_text("The same as a table").click()
    twin = page.get_by_role("region", name="What the picture shows")
    expect(twin.get_by_role("row").nth(1)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="SVG").click()
    assert download.value.path().read_bytes().startswith(b"<svg")
    page.go_back()
    page.wait_for_url("**view=chart**")
    page.go_back()
    expect(page.locator("table.sortable tbody tr").first).to_be_visible()
