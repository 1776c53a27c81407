"""
A timeline: one row for each thing, in order, on one axis of time.

A day is a mark. A month or a year is a bar over all the days that may be meant, because
nothing tells which of them it was. Something that lasted is a bar with a mark at each
end. What is only implied, not stated, has a hollow mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from socprot.picture import WIDE, Picture, Table, scale, svg
from socprot.picture.lettering import width as wide
from socprot.picture.lettering import wrap
from socprot.picture.shapes import COLOURS, mark
from socprot.picture.svg import Element
from socprot.picture.when import When, when

MOST = 150  # rows of one picture

_SIZE = 13.0
_SMALL = 11.5
_LINE = 16.0
_GAP = 10.0
_EDGE = 14.0


@dataclass(frozen=True)
class Entry:
    """One thing on the timeline.

    Attributes:
        start, end: `2013`, `2013-10` or `2013-10-09`; `end` only of what lasted.
        kind: what it is; each has a colour and a shape of its own.
        address: where its name leads.
        note: what else the table tells.
        implied: whether the sources only imply it.
    """

    label: str
    start: str
    end: str = ""
    kind: str = ""
    address: str | None = None
    note: str = ""
    implied: bool = False


@dataclass(frozen=True)
class _Row:
    entry: Entry
    begin: When
    finish: When
    lines: Sequence[str]
    top: float
    height: float


def draw(
    entries: Sequence[Entry],
    title: str,
    *,
    width: int = WIDE,
    first: int | None = None,
    last: int | None = None,
    order: Sequence[str] = (),
) -> Picture:
    """Draw the entries that have a date, the earliest first.

    Args:
        first, last: the years that the axis shows at least.
        order: of the kinds, so that each has the same mark in every picture.
    """
    dated = _dated(entries)
    shown = dated[:MOST]
    found = dict.fromkeys(entry.kind for entry, _, _ in shown if entry.kind)
    kinds = [kind for kind in (order or sorted(found)) if kind in found]
    narrow = width < 600
    begin, end = _span([w for _, b, f in shown for w in (b, f)], first, last)
    left = _EDGE if narrow else round(width * 0.46)
    axis = scale.Time(begin, end, left + 8, width - _EDGE - 8)
    head = _legend(kinds, shown, width)
    top = head[1] + 26
    rows = _rows(shown, top, width - 2 * _EDGE if narrow else left - _EDGE - 12, narrow)
    bottom = (rows[-1].top + rows[-1].height if rows else top + 20) + 6
    drawn = [
        *head[0],
        *_grid(axis, top, _bands(rows, top, bottom, narrow), width),
        *(_row(row, axis, kinds, narrow) for row in rows),
    ]
    height = bottom + _EDGE
    linked = any(row.entry.address for row in rows)
    description = _describe(dated, shown)
    return Picture(
        svg.drawing(drawn, width, height, title, description, linked=linked),
        title,
        description,
        width,
        round(height),
        Table(
            ("from", "to", "what", "kind", "note"),
            [(e.start, e.end, e.label, e.kind, e.note) for e in _ordered(entries)],
        ),
        len(dated) - len(shown),
    )


def _dated(entries: Sequence[Entry]) -> list[tuple[Entry, When, When]]:
    found = []
    for entry in _ordered(entries):
        begin = when(entry.start)
        if begin is not None:
            found.append((entry, begin, when(entry.end) or begin))
    return found


def _ordered(entries: Sequence[Entry]) -> list[Entry]:
    """By the first day that each may mean; what has no date comes last."""

    def key(entry: Entry) -> tuple[date, date, str]:
        begin = when(entry.start)
        if begin is None:
            return date.max, date.max, entry.label
        return begin.first, begin.last, entry.label

    return sorted(entries, key=key)


def _span(
    dates: Sequence[When], first: int | None, last: int | None
) -> tuple[date, date]:
    days = [day for w in dates for day in (w.first, w.last)]
    days += [date(year, 1, 1) for year in (first, last) if year is not None]
    if not days:
        days = [date(2000, 1, 1)]
    return scale.around(min(days), max(days))


def _rows(
    shown: Sequence[tuple[Entry, When, When]], top: float, room: float, narrow: bool
) -> list[_Row]:
    rows: list[_Row] = []
    for entry, begin, finish in shown:
        lines = wrap(entry.label, room, _SIZE, 3)
        # On a narrow screen the mark stands below the words, beside them otherwise.
        height = (len(lines) + 1) * _LINE + (16 if narrow else 0) + _GAP
        rows.append(_Row(entry, begin, finish, lines, top, height))
        top += height
    return rows


def _row(row: _Row, axis: scale.Time, kinds: Sequence[str], narrow: bool) -> Element:
    entry = row.entry
    number = kinds.index(entry.kind) if entry.kind in kinds else 0
    dates = _dates(entry)
    base = row.top + _LINE
    words = svg.lines(row.lines, _EDGE, base, _SIZE, _LINE / _SIZE)
    note = svg.text(
        dates + (f" · {entry.kind}" if entry.kind else ""),
        _EDGE,
        base + len(row.lines) * _LINE,
        _SMALL,
        class_="pale",
        fill="#526060",
    )
    middle = _below(row) if narrow else row.top + (row.height - _GAP) / 2 + 3
    hint = svg.title(f"{dates}: {entry.label}")
    rule = svg.element(
        "line",
        class_="rule",
        x1=_EDGE,
        x2=axis.end + 8,
        y1=row.top + row.height - 3,
        y2=row.top + row.height - 3,
        stroke="#e3e8e6",
    )
    name = f"{entry.label}, {dates}" if entry.address else ""
    return svg.group(
        [
            rule,
            svg.link(entry.address, words, name),
            note,
            svg.group([hint, *_marks(row, axis, number, middle)]),
        ],
        class_="entry",
    )


def _marks(row: _Row, axis: scale.Time, number: int, y: float) -> list[Element]:
    """The bar of what lasted or is not known to the day, and the marks of days."""
    colour = COLOURS[number % len(COLOURS)]
    left, right = axis(row.begin.first), axis.after(row.finish.last)
    exact = row.begin.precision == row.finish.precision == "day"
    drawn: list[Element] = []
    if not exact:  # any of these days
        drawn.append(
            svg.element(
                "rect",
                class_=f"span s{number % len(COLOURS)}",
                x=left,
                y=y - 6,
                width=max(right - left, 6),
                height=12,
                rx=min(6.0, max(right - left, 6) / 2),
                fill=colour,
                fill_opacity=0.25,
                stroke=colour,
                stroke_dasharray="3 2" if row.entry.implied else None,
            )
        )
        return drawn
    if right - left > 14:
        drawn.append(
            svg.element(
                "rect",
                class_=f"span s{number % len(COLOURS)}",
                x=left,
                y=y - 3,
                width=right - left,
                height=6,
                fill=colour,
                fill_opacity=0.55,
            )
        )
        drawn.append(mark(number, axis(row.finish.last), y, hollow=row.entry.implied))
    drawn.append(mark(number, left, y, hollow=row.entry.implied))
    return drawn


def _dates(entry: Entry) -> str:
    return f"{entry.start} to {entry.end}" if entry.end else entry.start


def _below(row: _Row) -> float:
    """Where a mark stands that is below the words of its row."""
    return row.top + (len(row.lines) + 1) * _LINE + 13


def _bands(
    rows: Sequence[_Row], top: float, bottom: float, narrow: bool
) -> list[tuple[float, float]]:
    """From where to where lines of the grid go: not through words."""
    if not narrow:
        return [(top - 4, bottom)]
    return [(_below(row) - 9, row.top + row.height - 3) for row in rows]


def _grid(
    axis: scale.Time, top: float, bands: Sequence[tuple[float, float]], width: int
) -> list[Element]:
    drawn: list[Element] = []
    for day, name in axis.ticks(wide("2000", _SMALL) + 22):
        x = axis(day)
        path = "".join(f"M{x:.1f} {a:.1f}V{b:.1f}" for a, b in bands)
        drawn.append(svg.element("path", class_="grid", d=path, stroke="#cfd8d6"))
        if x + wide(name, _SMALL) < width:
            drawn.append(
                svg.text(name, x + 3, top - 8, _SMALL, class_="pale", fill="#526060")
            )
    return drawn


def _legend(
    kinds: Sequence[str], shown: Sequence[tuple[Entry, When, When]], width: int
) -> tuple[list[Element], float]:
    """What the shapes mean, in as many lines as it takes; and where it ends."""
    x, y = _EDGE + 6, _EDGE + 6
    drawn: list[Element] = []
    items = [(number, kind, False) for number, kind in enumerate(kinds)]
    if any(entry.implied for entry, _, _ in shown):
        items.append((0, "hollow: only implied", True))
    for number, words, hollow in items:
        room = 14 + wide(words, _SMALL) + 16
        if x + room > width and x > _EDGE + 6:
            x, y = _EDGE + 6, y + 20
        drawn.append(mark(number, x, y, hollow=hollow))
        drawn.append(svg.text(words, x + 12, y + 4, _SMALL))
        x += room
    return drawn, (y + 10 if items else _EDGE - 6)


def _describe(
    dated: Sequence[tuple[Entry, When, When]],
    shown: Sequence[tuple[Entry, When, When]],
) -> str:
    if not shown:
        return "Nothing here has a date."
    counts: dict[str, int] = {}
    for entry, _, _ in shown:
        counts[entry.kind or "entry"] = counts.get(entry.kind or "entry", 0) + 1
    told = ", ".join(f"{number} of kind {kind}" for kind, number in counts.items())
    rest = len(dated) - len(shown)
    more = f" {rest} more are only in the table." if rest else ""
    return (
        f"{len(shown)} rows from {shown[0][0].start} to {shown[-1][0].start}: {told}. "
        f"A mark is a day; a bar with round ends is a month or a year, any day of "
        f"which may be meant.{more}"
    )
