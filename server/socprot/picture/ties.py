"""
Things and the ties between them, from left to right: a graph without a middle.

Each thing stands one column after the nearest one that points at it; on a narrow screen
they stand below each other, indented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
    stacked,
    tie,
)
from socprot.picture.svg import Element

_COLUMNS = 4


def draw(
    nodes: Sequence[Node], edges: Sequence[Edge], title: str, *, width: int = WIDE
) -> Picture:
    """Draw things and what ties them, without a middle: from left to right.

    Each stands one column after the nearest thing that points at it.
    """
    ranks = _ranks(nodes, edges)
    ranked = [replace(node, step=ranks[node.key]) for node in nodes]
    if width < 600:
        ranked = [replace(node, step=min(node.step or 0, 3)) for node in ranked]
    kept = kept_of(sorted(ranked, key=lambda node: node.step or 0))
    known = {node.key for node in kept}
    ties = [e for e in edges if e.source in known and e.target in known]
    ties = [e for e in ties if e.source != e.target]
    boxes: list[Box] = []
    if width < 600:
        top = EDGE
        for node in kept:
            indent = 16.0 * (node.step or 0)
            box = stacked([node], EDGE + indent, top, width - 2 * EDGE - indent)[0]
            boxes.append(box)
            top = end([box]) + GAP
        bottom = top
    else:
        columns = sorted({node.step or 0 for node in kept})
        gap = 60.0
        between = max(1, len(columns))
        each = (width - 2 * EDGE - gap * (between - 1)) / between
        each = min(each, 260.0)
        bottom = EDGE
        for number, step in enumerate(columns):
            own = [node for node in kept if (node.step or 0) == step]
            column = stacked(own, EDGE + number * (each + gap), EDGE, each)
            boxes += column
            bottom = max(bottom, end(column) + EDGE)
    places = {box.node.key: box for box in boxes}
    drawn: list[Element] = []
    if width >= 600:
        drawn += [tie(places[e.source], places[e.target], e) for e in ties]
    drawn += [framed(box, middle=False) for box in boxes]
    left_out = len(nodes) - len(kept)
    more = f" {left_out} things had no room." if left_out else ""
    description = f"{len(kept)} things and {len(ties)} ties between them.{more}"
    linked = any(node.address for node in kept)
    names = {node.key: node.label for node in nodes}
    table = Table(
        ("from", "relation", "to"),
        [
            (names.get(e.source, e.source), e.relation, names.get(e.target, e.target))
            for e in edges
        ],
    )
    return Picture(
        svg.drawing(drawn, width, bottom, title, description, linked=linked),
        title,
        description,
        width,
        round(bottom),
        table,
        left_out,
    )


def _ranks(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, int]:
    """The column of each thing; what nothing points at comes first."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.source, []).append(edge.target)
    pointed = {edge.target for edge in edges if edge.source != edge.target}
    ranks: dict[str, int] = {}
    starts = [node.key for node in nodes if node.key not in pointed]
    for start in (*starts, *(node.key for node in nodes)):  # circles have no start
        if start in ranks:
            continue
        ranks[start] = 0
        border = [start]
        while border:
            border = _reached(border, after, ranks)
    return ranks


def _reached(
    border: Sequence[str], after: Mapping[str, Sequence[str]], ranks: dict[str, int]
) -> list[str]:
    found = []
    for key in border:
        for target in after.get(key, ()):
            if target not in ranks:
                ranks[target] = min(ranks[key] + 1, _COLUMNS - 1)
                found.append(target)
    return found
