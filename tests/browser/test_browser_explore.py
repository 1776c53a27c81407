"""Looking for a record as a person would: typing, choosing, narrowing, going back."""

import re

from playwright.sync_api import expect
from visiting import Visit


def test_a_record_is_found_while_one_types(visit: Visit) -> None:
    page = visit("/")
    box = page.get_by_role("combobox", name="Search the graph")
    box.press_sequentially("philipines")
    offers = page.get_by_role("option")
    expect(offers.first).to_contain_text("Philippines")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(offers.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("philipines")
    box.press_sequentially(" ")
    box.press("Backspace")
    expect(offers.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Philippines")


def test_an_offer_can_be_clicked(visit: Visit) -> None:
    page = visit("/explore")
    page.get_by_role("combobox", name="Search the graph").press_sequentially("SLOM")
    page.get_by_role("option").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("ASEAN Senior Labour Officials Meeting")


def test_a_page_is_offered_beside_records(visit: Visit) -> None:
    page = visit("/")
    box = page.get_by_role("combobox", name="Search the graph")
    box.press_sequentially("ratifications")
    page.get_by_role("option", name=re.compile("a list, with filters")).first.click()
    expect(page).to_have_url(re.compile("/doc/ratification/$"))


def test_what_is_offered_is_only_text(visit: Visit) -> None:
    page = visit("/")
    box = page.get_by_role("combobox", name="Search the graph")
    box.press_sequentially("<img src=x onerror=alert(1)> asean")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")


def test_the_search_works_without_scripts(visit: Visit) -> None:
    page = visit("/", javascript=False)
    page.get_by_label("Search the graph").fill("declaration strenghtening protecton")
    page.get_by_role("banner").get_by_role("button", name="Search").click()
    page.get_by_role(
        "link", name="ASEAN Declaration on Strengthening Social Protection", exact=True
    ).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "ASEAN Declaration on Strengthening Social Protection"
    )


def test_a_list_is_narrowed_and_widened_again(visit: Visit) -> None:
    page = visit("/explore", javascript=False)
    page.get_by_role("main").get_by_role("link", name=re.compile("^Events")).click()
    found = page.locator("#found")
    expect(found).to_have_text("105 records")
    page.get_by_role("link", name=re.compile("^summit")).click()
    expect(found).to_have_text(re.compile(r"^\d+ of 105$"))
    page.get_by_label("from").fill("2012")
    page.get_by_label("to", exact=True).fill("2016")
    page.get_by_role("button", name="Narrow").click()
    narrowed = found.text_content()
    expect(page.get_by_role("link", name="27th ASEAN Summit")).to_be_visible()
    page.get_by_role("link", name="27th ASEAN Summit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("27th ASEAN Summit")
    page.go_back()
    expect(found).to_have_text(narrowed or "")
    page.get_by_role("link", name="Show all").click()
    expect(found).to_have_text("105 records")


def test_a_list_is_taken_away_as_csv(visit: Visit) -> None:
    page = visit("/doc/ratification/")
    address = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    answer = page.request.get(address or "")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text().splitlines()) > 250


def test_on_a_phone_the_facets_open_on_demand(visit: Visit) -> None:
    page = visit("/doc/event/", width=390)
    facet = page.get_by_role("heading", name="Type")
    expect(facet).to_be_hidden()
    page.get_by_text("Narrow this list").click()
    expect(facet).to_be_visible()
    wide = visit("/doc/event/", width=1400)
    expect(wide.get_by_role("heading", name="Type")).to_be_visible()


def test_a_footnote_leads_to_its_source(visit: Visit) -> None:
    page = visit("/doc/event/2014-bangkok-seminar")
    page.get_by_role("link", name="Source 1").first.click()
    expect(page.locator("#source-1")).to_be_in_viewport()
    page.go_back()
    page.get_by_text("Edit this record").click()
    expect(
        page.get_by_text("data/event/2014-bangkok-seminar.ttl").first
    ).to_be_visible()
    page.get_by_text("What is stated, as Turtle").click()
    expect(page.locator("pre.turtle")).to_contain_text("a sp:Event")


def test_a_reader_of_japanese_reads_japanese_names(visit: Visit) -> None:
    page = visit("/doc/instrument/ilo-c019", locale="ja-JP")
    expect(page.locator("h1[lang=ja]")).to_be_visible()
