"""Boxes with words, and the arrows between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from socprot.picture import svg
from socprot.picture.lettering import bold, shorten, wrap
from socprot.picture.svg import Element

MOST = 12  # boxes of one column
LINKED = 40  # boxes that are in no column
EDGE = 14.0
GAP = 10.0

_SIZE = 12.5
_SMALL = 10.5
_LINE = 15.0


@dataclass(frozen=True)
class Node:
    """A box.

    Attributes:
        step: columns from the middle: negative to the left; None below.
        relation: how it is tied to what is nearer to the middle.
        kind: a word for what it is.
        address: where a click leads.
        implied: whether the tie is only implied.
    """

    key: str
    label: str
    step: int | None
    relation: str = ""
    kind: str = ""
    address: str | None = None
    implied: bool = False


@dataclass(frozen=True)
class Edge:
    """A step from an earlier thing to a later one."""

    source: str
    target: str
    relation: str = ""
    implied: bool = False


@dataclass(frozen=True)
class Box:
    """Where a node stands."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: Sequence[str]


def kept_of(nodes: Sequence[Node]) -> list[Node]:
    counts: dict[int | None, int] = {}
    kept = []
    for node in nodes:
        counts[node.step] = counts.get(node.step, 0) + 1
        if counts[node.step] <= (LINKED if node.step is None else MOST):
            kept.append(node)
    return kept


def stacked(nodes: Sequence[Node], x: float, top: float, width: float) -> list[Box]:
    boxes = []
    for node in nodes:
        size = bold(_SIZE) if node.step == 0 else _SIZE
        lines = wrap(node.label, width - 20, size, 4)
        notes = (1 if node.relation else 0) + (1 if node.kind else 0)
        height = len(lines) * _LINE + notes * 13 + 14
        boxes.append(Box(node, x, top, width, height, lines))
        top += height + GAP
    return boxes


def end(column: Sequence[Box]) -> float:
    return column[-1].y + column[-1].height


def moved(box: Box, down: float) -> Box:
    return replace(box, y=box.y + down)


def line(x1: float, y1: float, x2: float, y2: float) -> Element:
    return svg.element(
        "line",
        class_="tie",
        x1=x1,
        y1=y1,
        x2=x2,
        y2=y2,
        stroke="#6b7a78",
        stroke_width=1.5,
    )


def tie(source: Box, target: Box, edge: Edge) -> Element:
    """A curve from the right side of one box to the left side of a later one."""
    x1, y1 = source.x + source.width, source.y + source.height / 2
    x2, y2 = target.x, target.y + target.height / 2
    bend, side = (x2 - x1) / 2, 1.0
    if x2 <= x1:  # in one column, or backwards: around the right side
        x2, bend, side = target.x + target.width, 26.0, -1.0
    path = (
        f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} "
        f"{x2 - side * bend:.1f} {y2:.1f} {x2 - side * 7:.1f} {y2:.1f}"
    )
    back = x2 - side * 8
    tip = f"M{back:.1f} {y2 - 4:.1f}L{x2 - side:.1f} {y2:.1f}L{back:.1f} {y2 + 4:.1f}Z"
    return svg.group(
        [
            svg.title(f"{source.node.label}: {edge.relation}: {target.node.label}"),
            svg.element(
                "path",
                class_="tie",
                d=path,
                fill="none",
                stroke="#6b7a78",
                stroke_width=1.5,
                stroke_dasharray="4 3" if edge.implied else None,
            ),
            svg.element("path", class_="tip", d=tip, fill="#6b7a78"),
        ]
    )


def framed(box: Box, *, middle: bool) -> Element:
    node = box.node
    y = box.y + 8
    words: list[Element] = []
    if node.relation:
        implied = " (implied)" if node.implied else ""
        words.append(
            svg.text(
                shorten(node.relation + implied, box.width - 20, _SMALL),
                box.x + 10,
                y + 10,
                _SMALL,
                class_="accent",
                fill="#0b5c6b",
            )
        )
        y += 13
    words += svg.lines(
        box.lines,
        box.x + 10,
        y + 12,
        _SIZE,
        _LINE / _SIZE,
        font_weight=600 if middle else None,
    )
    y += len(box.lines) * _LINE
    if node.kind:
        words.append(
            svg.text(
                shorten(node.kind, box.width - 20, _SMALL),
                box.x + 10,
                y + 10,
                _SMALL,
                class_="pale",
                fill="#526060",
            )
        )
    frame = svg.element(
        "rect",
        class_="box centre" if middle else "box",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        rx=6,
        fill="#ffffff",
        stroke="#0b5c6b" if middle else "#8b9a97",
        stroke_width=2.5 if middle else 1,
        stroke_dasharray="4 3" if node.implied else None,
    )
    name = f"{node.label}, {node.relation}" if node.relation else node.label
    return svg.link(node.address, [svg.title(name), frame, *words], name)
