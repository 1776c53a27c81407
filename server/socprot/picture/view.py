"""
How the answer to any query can be drawn: what its columns allow.

A column of dates and something to name the rows make a timeline; a column of numbers
makes a chart; states make a map; two columns of things make a graph.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from socprot.namespaces import PREFIXES
from socprot.picture import WIDE, Picture, bars, chart, shading, ties, timeline
from socprot.picture import map as drawing
from socprot.picture.bars import Bar
from socprot.picture.box import Edge, Node
from socprot.picture.chart import Point
from socprot.picture.timeline import Entry
from socprot.picture.when import when

View = Literal["timeline", "chart", "map", "graph"]
MOST = 2000  # rows of an answer that are looked at

_XSD = PREFIXES["xsd"]
_DATES = {_XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth")}
_NUMBERS = {
    _XSD + name
    for names in (
        ("byte", "decimal", "double", "float", "int", "integer", "long", "short"),
        ("negativeInteger", "nonNegativeInteger", "nonPositiveInteger"),
        ("positiveInteger", "unsignedByte", "unsignedInt", "unsignedLong"),
        ("unsignedShort",),
    )
    for name in names
}
_RELATIONS = ("p", "predicate", "property", "relation", "link")
_VINTAGES = ("vintage", "release", "series", "edition")


class Term(Protocol):
    """One RDF term of an answer."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def datatype(self) -> str: ...
    @property
    def words(self) -> str: ...


Row = Mapping[str, Term]
Address = Callable[[str], str | None]


@dataclass(frozen=True)
class Known:
    """What the answer alone does not tell.

    Attributes:
        states: the ISO 3166 code of each state, by its IRI and by its name.
        address: where an IRI leads.
    """

    states: Mapping[str, str]
    address: Address


@dataclass(frozen=True)
class _Columns:
    """The columns of an answer by what all their values are."""

    dates: Sequence[str]
    numbers: Sequence[str]
    things: Sequence[str]
    words: Sequence[str]
    state: str | None


def possible(
    variables: Sequence[str], rows: Sequence[Row], states: Mapping[str, str]
) -> list[View]:
    """The ways in which an answer can be drawn."""
    found = _columns(variables, rows, states)
    views: list[View] = []
    named = found.words or found.things
    if found.dates and named:
        views.append("timeline")
    if found.numbers and (named or found.dates):
        views.append("chart")
    if found.state is not None:
        views.append("map")
    if len(found.things) >= 2:
        views.append("graph")
    return views


def draw(
    view: View,
    variables: Sequence[str],
    rows: Sequence[Row],
    known: Known,
    title: str = "The answer",
    *,
    width: int = WIDE,
) -> Picture | None:
    """Draw an answer; None where its columns do not allow this view."""
    if view not in possible(variables, rows, known.states):
        return None
    found = _columns(variables, rows, known.states)
    drawer = {
        "timeline": _timeline,
        "chart": _chart,
        "map": _map,
        "graph": _graph,
    }[view]
    return drawer(found, rows[:MOST], known, title, width)


def _columns(
    variables: Sequence[str], rows: Sequence[Row], states: Mapping[str, str]
) -> _Columns:
    groups: dict[str, list[str]] = {"date": [], "number": [], "thing": [], "word": []}
    state = None
    for name in variables:
        terms = [row[name] for row in rows[:MOST] if name in row]
        if not terms:
            continue
        kinds = {_kind(term) for term in terms}
        groups[kinds.pop() if len(kinds) == 1 else "word"].append(name)
        placed = {states[t.value] for t in terms if t.value in states}
        if state is None and len(placed) > 1:
            state = name
    return _Columns(
        groups["date"], groups["number"], groups["thing"], groups["word"], state
    )


def _kind(term: Term) -> str:
    if term.kind == "uri":
        return "thing"
    if term.datatype in _DATES and when(term.value[:10]):
        return "date"
    if term.datatype in _NUMBERS and _number(term) is not None:
        return "number"
    return "word"


def _number(term: Term) -> float | None:
    try:
        value = float(term.value)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None  # NaN and infinities have no place


def _label(found: _Columns, row: Row) -> str:
    """What names a row: a column of names, or all words that it has."""
    for name in found.words:
        if name.lower().endswith(("label", "name", "title")) and name in row:
            return row[name].words
    named = [row[name].words for name in found.words[:3] if name in row]
    things = [_short(row[name].value) for name in found.things[:1] if name in row]
    return named[0] if len(named) == 1 else ", ".join(named or things) or "(no name)"


def _address(found: _Columns, row: Row, known: Known) -> str | None:
    for name in found.things:
        if name in row and (address := known.address(row[name].value)):
            return address
    return None


def _short(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _timeline(
    found: _Columns, rows: Sequence[Row], known: Known, title: str, width: int
) -> Picture:
    start, *others = found.dates
    end = others[0] if others and others[0].lower().startswith(("end", "to")) else ""
    entries = [
        Entry(
            _label(found, row),
            row[start].value[:10] if start in row else "",
            row[end].value[:10] if end and end in row else "",
            address=_address(found, row, known),
        )
        for row in rows
    ]
    return timeline.draw(entries, title, width=width)


def _chart(
    found: _Columns, rows: Sequence[Row], known: Known, title: str, width: int
) -> Picture:
    value = found.numbers[-1]
    years = [name for name in (*found.dates, *_years(found, rows)) if name != value]
    if not years:
        named = [
            Bar(
                _label(found, row),
                _number(row[value]) if value in row else None,
                _address(found, row, known),
            )
            for row in rows
        ]
        return bars.draw(named, title, value, width=width)
    year = years[0]
    words = [name for name in found.words if name != year]
    series = next((n for n in words if n.lower().startswith(_VINTAGES)), "")
    panel = next(
        (n for n in words if n != series and _distinct(rows, n) <= chart.PANELS), ""
    )
    points = []
    for row in rows:
        y = _number(row[value]) if value in row else None
        if y is None or year not in row:
            continue
        points.append(
            Point(
                float(row[year].value[:4]),
                y,
                row[series].value if series and series in row else "",
                row[panel].words if panel and panel in row else "",
                row[year].value,
                address=_address(found, row, known),
            )
        )
    # Nothing tells here which rows may be compared: no line joins them.
    return chart.draw(points, title, value, width=width, joined=False)


def _years(found: _Columns, rows: Sequence[Row]) -> Iterable[str]:
    """Columns whose every value begins with a year, as periods are named."""
    for name in (*found.words, *found.numbers):
        values = [row[name].value for row in rows if name in row]
        if values and all(_is_year(value) for value in values):
            yield name


def _is_year(value: str) -> bool:
    head, rest = value[:4], value[4:5]
    return (
        head.isascii()
        and head.isdigit()
        and 1800 <= int(head) <= 2100
        and not rest.isalnum()
        and rest != "."
    )


def _distinct(rows: Sequence[Row], name: str) -> int:
    return len({row[name].value for row in rows if name in row})


def _map(
    found: _Columns, rows: Sequence[Row], known: Known, title: str, width: int
) -> Picture:
    assert found.state is not None
    value = found.numbers[-1] if found.numbers else ""
    words = [name for name in found.words if name != found.state]
    word = "" if value else next((n for n in words if _distinct(rows, n) <= 4), "")
    by_state: dict[str, list[Row]] = {}
    for row in rows:
        if found.state in row and row[found.state].value in known.states:
            by_state.setdefault(known.states[row[found.state].value], []).append(row)
    names = {
        code: name for name, code in known.states.items() if not name.startswith("http")
    }
    if value:
        numbers = {code: _first(own, value) for code, own in by_state.items()}
        areas, shades = shading.by_number(numbers, names)
    else:
        said = {
            code: sorted({row[word].value for row in own if word and word in row})
            for code, own in by_state.items()
        }
        areas, shades = shading.by_word(said, names)
    return drawing.draw(areas, shades, title, width=width)


def _first(rows: Sequence[Row], name: str) -> float | None:
    numbers = (_number(row[name]) for row in rows if name in row)
    return next((number for number in numbers if number is not None), None)


def _graph(
    found: _Columns, rows: Sequence[Row], known: Known, title: str, width: int
) -> Picture:
    relation = next((n for n in found.things if n.lower() in _RELATIONS), "")
    ends = [name for name in found.things if name != relation]
    if len(ends) < 2:
        relation, ends = "", list(found.things)
    if not relation:
        relation = next((n for n in found.words if n.lower() in _RELATIONS), "")
    source, target = ends[:2]
    nodes: dict[str, Node] = {}
    edges = []
    for row in rows:
        if source not in row or target not in row:
            continue
        for name in (source, target):
            iri = row[name].value
            label = row.get(f"{name}Label")
            called = label.words if label is not None else _short(iri)
            nodes.setdefault(iri, Node(iri, called, None, address=known.address(iri)))
        word = ""
        if relation and relation in row:
            term = row[relation]
            word = _short(term.value) if term.kind == "uri" else term.value
        edges.append(Edge(row[source].value, row[target].value, word))
    return ties.draw(list(nodes.values()), edges, title, width=width)
