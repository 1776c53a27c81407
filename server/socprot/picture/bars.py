"""Bars by name: each with its figure at the end; what has no figure has no bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from socprot.picture import WIDE, Picture, Table, scale, svg
from socprot.picture.lettering import width as wide
from socprot.picture.lettering import wrap
from socprot.picture.scale import figure
from socprot.picture.shapes import COLOURS
from socprot.picture.svg import Element

MOST = 80  # bars of one picture

_SMALL = 11.5
_EDGE = 14.0


@dataclass(frozen=True)
class Bar:
    """One named figure; None where no figure is known."""

    label: str
    value: float | None
    address: str | None = None
    note: str = ""


def draw(
    given: Sequence[Bar], title: str, unit: str = "", *, width: int = WIDE
) -> Picture:
    """Draw a bar for each name, with its figure at the end."""
    shown = given[:MOST]
    narrow = width < 600
    room = width - 2 * _EDGE if narrow else width * 0.4
    left = _EDGE if narrow else _EDGE + room + 12
    values = [bar.value for bar in shown if bar.value is not None] or [0.0]
    ticks = scale.nice(min(0.0, *values), max(0.0, *values))
    most = max(wide(figure(value), _SMALL) for value in values)
    axis = scale.Linear(ticks[0], ticks[-1], left, width - _EDGE - most - 8)
    top = _EDGE
    drawn: list[Element] = []
    if unit:
        drawn.append(
            svg.text(unit, left, top + 10, _SMALL, class_="pale", fill="#526060")
        )
        top += 20
    for bar in shown:
        lines = wrap(bar.label, room, 13, 2)
        tall = len(lines) * 16.0
        middle = top + tall + 11 if narrow else top + max(tall, 20) / 2 + 2
        drawn.append(
            svg.link(bar.address, svg.lines(lines, _EDGE, top + 14, 13, 16 / 13))
        )
        drawn += _bar(bar, axis, middle)
        top += (tall + 24 if narrow else max(tall, 20)) + 8
    height = top + _EDGE
    left_out = len(given) - len(shown)
    description = (
        f"{len(shown)} bars{', in ' + unit if unit else ''}, "
        f"from {figure(min(values))} to {figure(max(values))}."
    )
    return Picture(
        svg.drawing(
            drawn,
            width,
            height,
            title,
            description,
            linked=any(bar.address for bar in shown),
        ),
        title,
        description,
        width,
        round(height),
        Table(
            ("name", unit or "value", "note"),
            [
                (b.label, "" if b.value is None else figure(b.value), b.note)
                for b in given
            ],
        ),
        left_out,
    )


def _bar(bar: Bar, axis: scale.Linear, middle: float) -> list[Element]:
    if bar.value is None:
        return [
            svg.text(
                "no data seen",
                axis(0) + 6,
                middle + 4,
                _SMALL,
                class_="pale",
                fill="#526060",
            )
        ]
    ends = sorted((axis(0), axis(bar.value)))
    return [
        svg.element(
            "rect",
            svg.title(f"{bar.label}: {figure(bar.value)}"),
            class_="bar s0",
            x=ends[0],
            y=middle - 7,
            width=max(ends[1] - ends[0], 1),
            height=14,
            fill=COLOURS[0],
        ),
        svg.text(figure(bar.value), ends[1] + 6, middle + 4, _SMALL),
    ]
