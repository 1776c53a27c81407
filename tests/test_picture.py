"""Pictures: well formed whatever they are given, in their frame, not overlapping."""

from datetime import date
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from drawn import WIDTHS, inside, read
from hypothesis import given, settings
from hypothesis import strategies as st

from socprot.picture import bars, chart, network, scale, svg, ties, timeline
from socprot.picture import map as drawing
from socprot.picture.box import Edge, Node
from socprot.picture.lettering import width, wrap
from socprot.picture.map import Area, Shade
from socprot.picture.timeline import Entry

HOSTILE = [
    "</text><script>alert(1)</script>",
    "\x00\x08\x1b\ud800\ufffe",
    "a\u202eb&amp;\"'<!--]]>",
    "x" * 5000,
    "",
    "東南アジア諸国連合の社会的保護に関する宣言",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("across", WIDTHS)
def test_no_words_break_a_picture(words: str, across: int) -> None:
    bad = "javascript:alert(1)"
    entry = Entry(words, "2013", kind=words, address=bad, note=words)
    bar = bars.Bar(words, 3, bad, words)
    point = chart.Point(2013, 4, words, words, words, address=bad, note=words)
    area = Area("THA", words, words, "a", bad, words)
    shade = Shade("a", words, "level1")
    node = Node("n", words, 1, words, words, bad)
    edge = Edge("c", "n", words)
    for picture in (
        timeline.draw([entry], words, width=across),
        bars.draw([bar], words, words, width=across),
        chart.draw([point], words, words, width=across),
        drawing.draw([area], [shade], words, width=across),
        network.draw(Node("c", words, 0), [node], [edge], words, width=across),
        ties.draw([node], [edge], words, width=across),
    ):
        inside(picture)
        assert "javascript" not in picture.svg


def test_what_is_written_is_read_again() -> None:
    made = svg.element("g", "a<b", svg.title("c&d"), "e", fill='"', x=1.5, y=None)
    text = ElementTree.tostring(made, encoding="unicode")
    assert text == '<g fill="&quot;" x="1.5">a&lt;b<title>c&amp;d</title>e</g>'


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.test/", "", None]
)
def test_only_safe_addresses_are_linked(address: str | None) -> None:
    assert svg.link(address, []).tag == "g"
    assert svg.link("/doc/event/x", []).tag == "a"


@given(
    st.floats(-1e6, 1e6, allow_nan=False),
    st.floats(0.01, 1e6, allow_nan=False),
    st.integers(2, 12),
)
def test_ticks_hold_what_they_are_for(low: float, more: float, most: int) -> None:
    ticks = scale.nice(low, low + more, most)
    slack = more * 1e-6
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + more - slack
    assert len(ticks) <= most + 2
    assert list(ticks) == sorted(ticks)


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS, DAYS, st.floats(20, 200))
def test_ticks_of_time_keep_their_distance(a: date, b: date, gap: float) -> None:
    first, last = scale.around(min(a, b), max(a, b))
    axis = scale.Time(first, last, 100, 900)
    places = [axis(day) for day, _ in axis.ticks(gap)]
    assert all(100 <= place <= 900 for place in places)
    assert all(y - x >= gap * 0.9 for x, y in pairwise(places))
    assert 100 <= axis(min(a, b)) <= axis.after(max(a, b)) <= 900.001


@given(st.text(), st.floats(40, 400), st.integers(1, 4))
def test_lines_fit(words: str, room: float, most: int) -> None:
    lines = wrap(words, room, 12, most)
    assert 1 <= len(lines) <= most
    assert all(width(line, 12) <= room or len(line) <= 2 for line in lines)
    if "…" not in "".join(lines):
        assert "".join("".join(lines).split()) == "".join(words.split())


def test_no_line_joins_two_vintages() -> None:
    points = [
        chart.Point(2010, 10, "2019", "Thailand"),
        chart.Point(2012, 20, "2019", "Thailand"),
        chart.Point(2014, 90, "2024", "Thailand"),
        chart.Point(2016, 80, "2024", "Viet Nam", estimate=True),
    ]
    root = read(chart.draw(points, "t", "per cent"))
    drawn = [one for one in root.iter() if one.tag.endswith("polyline")]
    assert len(drawn) == 1  # only the two of one vintage and one state
    assert len(drawn[0].get("points", "").split()) == 2
    hollow = [one for one in root.iter() if "hollow" in one.get("class", "").split()]
    assert len(hollow) == 2  # the estimate, and the legend


def test_a_gap_is_not_a_zero() -> None:
    empty = chart.draw([chart.Point(2010, 0, "v", "A")], "t", panels=["A", "B"])
    assert empty.svg.count("no data seen") == 1
    named = bars.draw([bars.Bar("a", 0), bars.Bar("b", None)], "t")
    assert named.svg.count("no data seen") == 1
    assert [row[1] for row in named.table.rows] == ["0", ""]


@given(
    st.lists(
        st.tuples(st.integers(1900, 2100), st.floats(-1e6, 1e6), st.integers(0, 9)),
        max_size=40,
    ),
    st.sampled_from(WIDTHS),
)
@settings(max_examples=40)
def test_points_are_in_their_panel(
    given_points: list[tuple[int, float, int]], across: int
) -> None:
    points = [chart.Point(x, y, f"s{n % 3}", f"p{n % 4}") for x, y, n in given_points]
    picture = chart.draw(points, "t", width=across)
    inside(picture)
    assert len(picture.table.rows) == len(points)


def test_a_figure_is_written_plainly() -> None:
    assert [scale.figure(n) for n in (0.0, 12.50, 1234.0, 12345.0, -0.3, 1e6)] == [
        *("0", "12.5", "1234", "12,345", "-0.3", "1,000,000")
    ]


NODES = st.lists(
    st.tuples(st.text(max_size=120), st.sampled_from([None, -2, -1, 1, 2])), max_size=60
)


@given(NODES, st.sampled_from(WIDTHS))
@settings(max_examples=60)
def test_boxes_do_not_overlap(some: list[tuple[str, int | None]], w: int) -> None:
    centre = Node("c", "The middle", 0)
    nodes = [
        Node(str(n), label, step, "fed into", "event", "/doc/x")
        for n, (label, step) in enumerate(some)
    ]
    boxes, _, height = network.place(centre, nodes, w)
    assert len(boxes) == len(nodes) + 1
    for box in boxes:
        assert box.x >= 0
        assert box.x + box.width <= w
        assert box.y >= 0
        assert box.y + box.height <= height
    for a, b in combinations(boxes, 2):
        apart = (
            a.x + a.width <= b.x + 0.01
            or b.x + b.width <= a.x + 0.01
            or a.y + a.height <= b.y + 0.01
            or b.y + b.height <= a.y + 0.01
        )
        assert apart, (a, b)
    inside(network.draw(centre, nodes, [], "t", width=w))


def test_surroundings_are_told_twice() -> None:
    centre = Node("c", "Declaration", 0)
    nodes = [
        Node("a", "Summit", -1),
        Node("b", "Framework", 1),
        Node("d", "Body", None),
    ]
    edges = [Edge("a", "c", "produced"), Edge("c", "b", "implemented by", True)]
    picture = network.draw(centre, nodes, edges, "t")
    assert [tuple(row) for row in picture.table.rows] == [
        ("Summit", "produced", "Declaration", "stated"),
        ("Declaration", "implemented by", "Framework", "implied"),
        ("Declaration", "", "Body", ""),
    ]
    assert "stroke-dasharray" in picture.svg
    assert picture.svg == network.draw(centre, nodes, edges, "t").svg


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=60),
    st.sampled_from(WIDTHS),
)
@settings(max_examples=60)
def test_any_ties_can_be_drawn(pairs: list[tuple[int, int]], across: int) -> None:
    edges = [Edge(str(a), str(b), "r") for a, b in pairs]
    keys = dict.fromkeys(key for e in edges for key in (e.source, e.target))
    nodes = [Node(key, f"thing {key}", None) for key in keys]
    picture = ties.draw(nodes, edges, "t", width=across)
    inside(picture)
    assert len(picture.table.rows) == len(edges)
