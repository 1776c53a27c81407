"""
Pictures: SVG that is drawn here, from plain values, without a browser or a script.

Each is one `<svg>` element that works in a page and as a file of its own: its colours
are presentation attributes, which a style sheet overrides by class, for instance where
the reader prefers a dark ground. Each has a twin: a table of just what it shows.

Nothing here knows HTTP or asks anything; who draws hands over the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# A picture is laid out for one of these widths, in the units of its own text.
WIDE = 880
NARROW = 380


@dataclass(frozen=True)
class Table:
    """What a picture shows, in rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """One drawing.

    Attributes:
        svg: an `<svg>` element; everything in it is escaped.
        title: what it shows, in one line.
        description: what can be seen in it, for who cannot.
        table: its twin.
        left_out: how many marks there was no room for; the table holds them too.
    """

    svg: str
    title: str
    description: str
    width: int
    height: int
    table: Table
    left_out: int = 0
