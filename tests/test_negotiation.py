"""Formats are chosen as RFC 9110 says."""

import pytest

from socprot.errors import BadParameter, NotAcceptable
from socprot.negotiation import (
    HTML,
    ROWS,
    SPREADSHEET,
    TRIPLES,
    choose,
    named,
    per_kind,
    prefers_page,
    split_suffix,
)

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGES = (*ROWS, HTML)
RDF = (*TRIPLES, HTML)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("*", "json"),
        ("text/*", "csv"),
        ("application/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/csv; header=present", "csv"),
        ("text/csv;charset=utf-8;q=0.5, text/tab-separated-values;q=0.6", "tsv"),
        ("application/json;q=0.1, application/sparql-results+xml;q=0.2", "xml"),
        ("application/xml", "xml"),
        ("*/*, application/sparql-results+json;q=0", "xml"),
        ("application/sparql-results+json;q=0, text/*;q=0, */*", "xml"),
        ("text/csv, */*;q=0.1", "csv"),
        ("text/csv, */*", "csv"),
        ("text/*;q=0.3, text/tab-separated-values;q=0.9, */*;q=0.5", "tsv"),
        (FIREFOX, "html"),
        ("text/html;q=0.5, text/csv", "csv"),
        ("nonsense, text/csv", "csv"),
        ("text/csv;q=nonsense, text/tab-separated-values", "tsv"),
    ],
)
def test_chooses_for_rows(accept: str | None, name: str) -> None:
    assert choose(PAGES, accept).format.name == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "ttl"),
        ("application/rdf+xml", "rdf"),
        (
            'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"',
            "jsonld",
        ),
        ("application/x-turtle", "ttl"),
        ("text/plain", "nt"),
        ("application/json", "jsonld"),
        ("text/turtle;q=0, */*", "nt"),
        ("application/rdf+xml, text/turtle;q=0.9", "rdf"),
        (FIREFOX, "html"),
    ],
)
def test_chooses_for_triples(accept: str | None, name: str) -> None:
    assert choose(RDF, accept).format.name == name


@pytest.mark.parametrize(
    "accept", ["image/png", "*/*;q=0", "text/csv;q=0", "text/csv;q=0.0, image/*"]
)
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="text/csv"):
        choose(PAGES, accept)


def test_the_caller_gets_the_name_it_asked_for() -> None:
    assert choose(ROWS, "application/json").content_type == "application/json"
    assert choose(ROWS, "text/csv").content_type == "text/csv; charset=utf-8"


def test_kinds_are_chosen_apart() -> None:
    chosen = per_kind("text/turtle, text/csv;q=0.5", None, pages=False)
    assert {kind: choice.format.name for kind, choice in chosen.items()} == {
        "rows": "csv",
        "boolean": "csv",
        "triples": "ttl",
    }
    assert set(per_kind("text/turtle", None, pages=True)) == {"triples"}


def test_a_name_goes_before_accept() -> None:
    chosen = per_kind("text/turtle", "json", pages=True)
    assert chosen["rows"].format.name == "json"
    assert chosen["triples"].format.name == "jsonld"
    assert per_kind(None, "TURTLE", pages=False)["triples"].format.name == "ttl"


def test_unknown_names_are_refused() -> None:
    told = "There is no format 'excel' here; the formats are json, xml, csv, tsv"
    with pytest.raises(BadParameter, match=f"^{told}, spreadsheet, ttl, .*, html\\.$"):
        per_kind(None, "excel", pages=True)
    with pytest.raises(BadParameter, match=f"^{told}\\.$"):
        choose(ROWS, "text/csv", "excel")
    assert named(ROWS, "excel") is None


def test_csv_for_spreadsheets_has_a_name_but_no_media_type_of_its_own() -> None:
    offers = (*ROWS, SPREADSHEET)
    assert choose(offers, None, "Spreadsheet").format is SPREADSHEET
    for accept in ("text/csv", "text/*", "text/csv, */*;q=0.1"):
        assert choose(offers, accept).format.name == "csv"
    assert per_kind("text/csv", None, pages=False)["rows"].format.name == "csv"
    with pytest.raises(NotAcceptable) as told:
        choose(offers, "image/png")
    assert str(told.value).count("text/csv") == 1


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.ttl", ("a", "ttl")),
        ("a.b.nt", ("a.b", "nt")),
        ("a.b", ("a.b", None)),
        ("a", ("a", None)),
        (".ttl", (".ttl", None)),
        ("a.turtle", ("a.turtle", None)),  # an alias is no suffix
    ],
)
def test_a_suffix_is_the_name_of_an_offer(
    path: str, parts: tuple[str, str | None]
) -> None:
    assert split_suffix(path, TRIPLES) == parts


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (FIREFOX, True),
        ("text/html", True),
        ("*/*", False),
        (None, False),
        ("text/turtle, text/html;q=0.5", False),
        ("application/json, text/plain, */*", False),
    ],
)
def test_knows_a_browser(accept: str | None, is_page: bool) -> None:
    assert prefers_page(accept) is is_page
