"""The timeline: dates as precise as they are, one below the other."""

from datetime import date
from itertools import pairwise

import pytest
from drawn import WIDTHS, inside, read

from socprot.picture import WIDE, scale, timeline
from socprot.picture.timeline import Entry
from socprot.picture.when import when


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2013", "year", date(2013, 1, 1), date(2013, 12, 31)),
        ("2012-02", "month", date(2012, 2, 1), date(2012, 2, 29)),
        ("2013-10-09", "day", date(2013, 10, 9), date(2013, 10, 9)),
    ],
)
def test_a_date_is_as_precise_as_it_is(
    text: str, precision: str, first: date, last: date
) -> None:
    read = when(text)
    assert read is not None
    assert (read.precision, read.first, read.last) == (precision, first, last)


@pytest.mark.parametrize(
    "text", ["", "13", "2013-13", "2013-02-30", "MMXIII", "\uff12\uff10\uff11\uff13"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert when(text) is None


def test_a_year_is_a_bar_over_the_year_and_a_day_a_mark() -> None:
    entries = [
        Entry("a year", "2012", kind="event"),
        Entry("a day", "2013-10-09", kind="event"),
        Entry("no date", "", kind="event"),
    ]
    picture = timeline.draw(entries, "t")
    root = read(picture)
    spans = [one for one in root.iter() if "span" in one.get("class", "")]
    assert len(spans) == 1
    # Two years side by side: the bar is the first half of the axis, to a day or so.
    axis = scale.Time(
        date(2012, 1, 1), date(2013, 12, 31), round(WIDE * 0.46) + 8, WIDE - 22
    )
    assert float(spans[0].get("x", "")) == pytest.approx(axis.start, abs=6)
    wide = float(spans[0].get("width", ""))
    assert wide == pytest.approx((axis.end - axis.start) / 2, rel=0.02)
    marks = [one for one in root.iter() if "mark" in one.get("class", "").split()]
    assert len(marks) == 2  # that of the day, and that of the legend
    assert len(picture.table.rows) == 3  # what has no date is still in the table
    assert picture.left_out == 0


def test_what_is_only_implied_is_hollow() -> None:
    stated = timeline.draw([Entry("a", "2013-01-01", kind="e")], "t")
    implied = timeline.draw([Entry("a", "2013-01-01", kind="e", implied=True)], "t")
    assert "hollow" not in stated.svg
    assert "hollow" in implied.svg


def test_rows_of_a_timeline_are_below_each_other() -> None:
    entries = [
        Entry("word " * (n % 30), f"{1950 + n % 60}-01-01", kind="e") for n in range(90)
    ]
    for across in WIDTHS:
        picture = timeline.draw(entries, "t", width=across)
        inside(picture)
        lines = [
            (float(one.get("y", "")), one.text or "")
            for one in read(picture).iter()
            if one.tag.endswith("text") and one.get("x") == "14"
        ]
        places = [y for y, _ in lines]
        assert places == sorted(places)
        assert all(b - a >= 12 for a, b in pairwise(places))


def test_a_long_timeline_says_what_it_leaves_out() -> None:
    entries = [Entry(f"e{n}", "2013", kind="e") for n in range(timeline.MOST + 7)]
    picture = timeline.draw(entries, "t")
    assert picture.left_out == 7
    assert len(picture.table.rows) == timeline.MOST + 7
    assert "7 more are only in the table" in picture.description
