"""
The surroundings of a record: what led to it, what it led to, and what else it touches.

What led to a record stands on its left, what it led to on its right, one column for
each step; what it is linked to in other ways stands below, in one frame. On a narrow
screen the parts stand below each other. Where a box stands follows from the order in
which it is given, so that the same record always looks the same.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from socprot.picture import WIDE, Picture, Table, svg
from socprot.picture.box import (
    EDGE,
    GAP,
    Box,
    Edge,
    Node,
    end,
    framed,
    kept_of,
    line,
    moved,
    stacked,
    tie,
)
from socprot.picture.svg import Element


def draw(
    centre: Node,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    title: str,
    *,
    width: int = WIDE,
) -> Picture:
    """Draw a record in the middle of what surrounds it."""
    kept = kept_of(nodes)
    boxes, headings, height = place(centre, kept, width)
    known = {box.node.key: box for box in boxes}
    drawn: list[Element] = [*headings]
    ties = [e for e in edges if e.source in known and e.target in known]
    if width >= 600:
        drawn += [tie(known[e.source], known[e.target], e) for e in ties]
    drawn += [framed(box, middle=box.node is centre) for box in boxes]
    left_out = len(nodes) - len(kept)
    description = _describe(centre, kept, left_out)
    return Picture(
        svg.drawing(drawn, width, height, title, description, linked=True),
        title,
        description,
        width,
        round(height),
        _table(centre, nodes, edges),
        left_out,
    )


def place(
    centre: Node, nodes: Sequence[Node], width: int
) -> tuple[list[Box], list[Element], float]:
    """Where each box stands, the words above them, and how high all of it is."""
    if width < 600:
        return _below_each_other(centre, nodes, width)
    steps = sorted({0, *(n.step for n in nodes if n.step is not None)})
    gap = 44.0
    each = (width - 2 * EDGE - gap * (len(steps) - 1)) / len(steps)
    each = min(each, 300.0)
    used = each * len(steps) + gap * (len(steps) - 1)
    begin = (width - used) / 2
    top = EDGE + (22 if len(steps) > 1 else 0)
    columns: dict[int, list[Box]] = {}
    for number, step in enumerate(steps):
        own = [centre] if step == 0 else [n for n in nodes if n.step == step]
        columns[step] = stacked(own, begin + number * (each + gap), top, each)
    tall = max(end(column) for column in columns.values()) - top
    boxes = [
        moved(box, (tall - (end(column) - top)) / 2)
        for column in columns.values()
        for box in column
    ]
    headings: list[Element] = []
    if steps[0] < 0:
        headings.append(_heading("Led to it", begin, EDGE + 8))
    if steps[-1] > 0:
        x = begin + steps.index(0) * (each + gap) + each + gap
        headings.append(_heading("It led to", x, EDGE + 8))
    bottom = top + tall
    linked = [node for node in nodes if node.step is None]
    if linked:
        more, frame, bottom = _frame(linked, bottom + 26, width, 3)
        middle = next(box for box in boxes if box.node is centre)
        x = middle.x + middle.width / 2
        headings = [
            line(x, middle.y + middle.height, x, bottom - frame + 4),
            *headings,
            *_enclosure(bottom - frame, frame, width),
        ]
        boxes += more
    return boxes, headings, bottom + EDGE


def _below_each_other(
    centre: Node, nodes: Sequence[Node], width: int
) -> tuple[list[Box], list[Element], float]:
    room = width - 2 * EDGE
    parts = (
        (
            "Led to it",
            sorted(
                (n for n in nodes if n.step is not None and n.step < 0),
                key=lambda n: n.step or 0,
            ),
        ),
        ("", [centre]),
        (
            "It led to",
            sorted(
                (n for n in nodes if n.step is not None and n.step > 0),
                key=lambda n: n.step or 0,
            ),
        ),
        ("Also linked", [n for n in nodes if n.step is None]),
    )
    top = EDGE
    boxes: list[Box] = []
    headings: list[Element] = []
    for name, own in parts:
        if not own:
            continue
        if name:
            headings.append(_heading(name, EDGE + 20, top + 12))
            top += 22
        for node in own:
            steps = abs(node.step or 0)
            indent = 14.0 * max(0, steps - 1) if node is not centre else 0.0
            (box,) = stacked([node], EDGE + indent, top, room - indent)
            boxes.append(box)
            top = box.y + box.height + GAP
        top += 10
    trunk = [
        line(EDGE + 12, a.y + a.height, EDGE + 12, b.y)
        for a, b in pairwise(boxes)
        if a.node.step is not None and b.node.step is not None
    ]
    return boxes, [*trunk, *headings], top


def _frame(
    nodes: Sequence[Node], top: float, width: int, columns: int
) -> tuple[list[Box], float, float]:
    """Boxes in rows, inside of a frame: they, its height, and where it ends."""
    each = (width - 2 * EDGE - 24 - GAP * (columns - 1)) / columns
    y = top + 30
    boxes: list[Box] = []
    for start in range(0, len(nodes), columns):
        row = [
            stacked([node], EDGE + 12 + number * (each + GAP), y, each)[0]
            for number, node in enumerate(nodes[start : start + columns])
        ]
        boxes += row
        y = max(end([box]) for box in row) + GAP
    return boxes, y + 2 - top, y + 2


def _enclosure(y: float, height: float, width: int) -> list[Element]:
    return [
        svg.element(
            "rect",
            class_="enclosure",
            x=EDGE,
            y=y,
            width=width - 2 * EDGE,
            height=height,
            rx=8,
            fill="#f1f3f1",
            stroke="#cfd8d6",
        ),
        _heading("Also linked", EDGE + 12, y + 19),
    ]


def _heading(words: str, x: float, y: float) -> Element:
    return svg.text(words, x, y, 12, class_="pale", fill="#526060", font_weight=600)


def _describe(centre: Node, nodes: Sequence[Node], left_out: int) -> str:
    before = [n for n in nodes if n.step is not None and n.step < 0]
    after = [n for n in nodes if n.step is not None and n.step > 0]
    linked = [n for n in nodes if n.step is None]
    more = f" {left_out} more are only in the table." if left_out else ""
    return (
        f"{centre.label}, with {len(before)} records that led to it, {len(after)} that "
        f"it led to and {len(linked)} linked in other ways.{more}"
    )


def _table(centre: Node, nodes: Sequence[Node], edges: Sequence[Edge]) -> Table:
    names: Mapping[str, str] = {node.key: node.label for node in (centre, *nodes)}
    rows = [
        (
            names.get(edge.source, edge.source),
            edge.relation,
            names.get(edge.target, edge.target),
            "implied" if edge.implied else "stated",
        )
        for edge in edges
    ]
    rows += [
        (centre.label, node.relation, node.label, "")
        for node in nodes
        if node.step is None
    ]
    return Table(("from", "relation", "to", "basis"), rows)
