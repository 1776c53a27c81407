"""How any answer can be drawn: what its columns allow, and what is drawn then."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

import pytest

from socprot.namespaces import PREFIXES
from socprot.picture import NARROW, WIDE, view
from socprot.picture.view import Known
from socprot.web.rows import Term

XSD = PREFIXES["xsd"]
THAILAND = "https://w3id.org/socprot/id/state/thailand"
VIETNAM = "https://w3id.org/socprot/id/state/viet-nam"
STATES = {THAILAND: "THA", "Thailand": "THA", VIETNAM: "VNM", "Viet Nam": "VNM"}
KNOWN = Known(STATES, lambda iri: "/id/x" if iri.startswith("http") else None)

Rows = Sequence[Mapping[str, Term]]


def text(value: str) -> Term:
    return Term("literal", value)


def typed(value: str, name: str) -> Term:
    return Term("literal", value, datatype=XSD + name)


def thing(value: str) -> Term:
    return Term("uri", value)


DATED: Rows = [
    {"label": text("Summit"), "start": typed("2013-10-09", "date")},
    {"label": text("Forum"), "start": typed("2012", "gYear")},
    {"label": text("No date")},
]
NUMBERED: Rows = [
    {"name": text("A"), "n": typed("3", "integer")},
    {"name": text("B"), "n": typed("1.5", "decimal")},
    {"name": text("C"), "n": typed("NaN", "double")},
]
BY_STATE: Rows = [
    {"state": thing(THAILAND), "status": text("ratified")},
    {"state": thing(VIETNAM), "status": text("not ratified")},
]
TIED: Rows = [
    {"a": thing("http://e/1"), "p": thing("http://e/led"), "b": thing("http://e/2")},
    {"a": thing("http://e/2"), "p": thing("http://e/led"), "b": thing("http://e/1")},
]
FIGURES: Rows = [
    {
        "area": text(area),
        "period": text(period),
        "vintage": text(vintage),
        "value": typed(value, "decimal"),
    }
    for area, period, vintage, value in (
        ("Thailand", "2010", "2019", "10"),
        ("Thailand", "2012-2014", "2024", "12"),
        ("Viet Nam", "2010", "2024", "20"),
    )
]


@pytest.mark.parametrize(
    ("rows", "views"),
    [
        (DATED, ["timeline"]),
        (NUMBERED[:2], ["chart"]),
        (NUMBERED, []),
        (BY_STATE, ["map"]),
        (TIED, ["graph"]),
        (FIGURES, ["chart", "map"]),
        ([], []),
        ([{}], []),
        ([{"x": text("a")}], []),
        ([{"x": typed("5", "integer")}], []),
        ([{"x": typed("2013", "gYear"), "y": typed("5", "integer")}], ["chart"]),
        ([{"x": Term("bnode", "b"), "y": Term("triple", "t")}], []),
    ],
)
def test_what_the_columns_allow(rows: Rows, views: list[str]) -> None:
    variables = list(dict.fromkeys(name for row in rows for name in row))
    assert view.possible(variables, rows, STATES) == views
    for one in ("timeline", "chart", "map", "graph"):
        for width in (WIDE, NARROW):
            picture = view.draw(one, variables, rows, KNOWN, width=width)
            assert (picture is not None) == (one in views)
            if picture is not None:
                ElementTree.fromstring(picture.svg)
                assert picture.width == width


def table(name: view.View, rows: Rows) -> list[tuple[str, ...]]:
    variables = list(dict.fromkeys(key for row in rows for key in row))
    picture = view.draw(name, variables, rows, KNOWN)
    assert picture is not None
    return [tuple(row) for row in picture.table.rows]


def test_a_timeline_of_an_answer() -> None:
    rows = table("timeline", DATED)
    assert [row[:3] for row in rows] == [
        ("2012", "", "Forum"),
        ("2013-10-09", "", "Summit"),
        ("", "", "No date"),
    ]


def test_bars_of_an_answer() -> None:
    assert [row[:2] for row in table("chart", NUMBERED[:2])] == [
        ("A", "3"),
        ("B", "1.5"),
    ]


def test_vintages_of_an_answer_are_series_that_nothing_joins() -> None:
    picture = view.draw("chart", list(FIGURES[0]), FIGURES, KNOWN)
    assert picture is not None
    assert "polyline" not in picture.svg
    assert [tuple(row)[:4] for row in picture.table.rows] == [
        ("Thailand", "2010", "10", "2019"),
        ("Thailand", "2012-2014", "12", "2024"),
        ("Viet Nam", "2010", "20", "2024"),
    ]


def test_a_map_of_an_answer() -> None:
    assert [row[:2] for row in table("map", BY_STATE)] == [
        ("Thailand", "ratified"),
        ("Viet Nam", "not ratified"),
    ]
    by_number = table("map", FIGURES)
    assert [row[1] for row in by_number] == ["10", "20"]


def test_a_state_that_an_answer_does_not_name_is_hatched() -> None:
    known = Known({**STATES, "Malaysia": "MYS"}, KNOWN.address)
    picture = view.draw("map", ["state", "status"], BY_STATE, known)
    assert picture is not None
    rows = {row[0]: row[1] for row in picture.table.rows}
    assert rows["Malaysia"] == "not in the answer"


def test_a_graph_of_an_answer() -> None:
    assert table("graph", TIED) == [("1", "led", "2"), ("2", "led", "1")]
    named = [{**TIED[0], "aLabel": text("First")}]
    assert table("graph", named) == [("First", "led", "2")]


def test_no_more_is_drawn_than_can_be_looked_at() -> None:
    rows = [
        {"name": text(f"n{n}"), "n": typed(str(n), "integer")} for n in range(50_000)
    ]
    picture = view.draw("chart", ["name", "n"], rows, KNOWN)
    assert picture is not None
    assert len(picture.svg) < 200_000
    assert picture.left_out > 0
