"""`/around/<kind>/<slug>` -- what led to a record, what it led to, what it touches."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from flask import Blueprint, Response

from socprot import namespaces
from socprot.errors import BadParameter, NotFound
from socprot.picture import network
from socprot.picture.box import Edge, Node
from socprot.picture.words import words
from socprot.web import languages
from socprot.web.frame.shown import best
from socprot.web.known import in_path
from socprot.web.picture.figure import (
    Figure,
    asked,
    drawn,
    respond,
    text_of,
    values,
)
from socprot.web.rows import Row
from socprot.web.site import site

bp = Blueprint("around", __name__)


@bp.get("/around/<path:name>")
def show(name: str) -> Response:
    """The surroundings of a record.

    Raises:
        NotFound: nothing is said about it.
        BadParameter: the depth is not 1 or 2.
    """
    given = values("depth")
    depth = given.get("depth", ["1"])[0]
    if depth not in ("1", "2"):
        raise BadParameter(f"The depth is 1 or 2, not {depth!r}.")
    iri = namespaces.ID + name
    language = languages.wanted()
    label = _label(iri, name, language)
    text = text_of("around", language, {"centre": iri, "depth": depth})
    return respond(
        text,
        lambda rows: _figure(rows, iri, name, label, text, given),
        "picture/around.html",
        language,
        name=name,
        label=label,
        depth=depth,
    )


def around(
    name: str, language: str, depth: int = 1, linked: bool = True
) -> Figure | None:
    """The picture of a record for its page, by kind and slug; None if it has no links.

    Args:
        language: of the names in it, as far as they are held in it.
        linked: whether it shows more than what led to it and what it led to.

    Raises:
        NotFound: nothing is said about it.
    """
    iri = namespaces.ID + name
    text = text_of("around", language, {"centre": iri, "depth": str(depth)})
    rows = [r for r in asked(text) if linked or r["part"].value == "step"]
    if not rows:
        return None
    given = {"depth": [str(depth)]} if depth > 1 else {}
    return _figure(rows, iri, name, _label(iri, name, language), text, given)


def _label(iri: str, name: str, language: str) -> str:
    try:
        rows = site().rows("record-label", record=iri)
    except BadParameter:
        rows = []
    if not rows:
        raise NotFound(f"There is no record /id/{name}.")
    labels = [row["label"] for row in rows if "label" in row]
    return words(*best(iri, labels, language)) or name


def _figure(
    rows: Sequence[Row],
    iri: str,
    name: str,
    label: str,
    text: str,
    given: Mapping[str, Sequence[str]],
) -> Figure:
    edges = [
        Edge(
            row["from"].value,
            row["to"].value,
            row["relation"].value,
            "basis" in row and row["basis"].value == "implied",
        )
        for row in rows
        if row["part"].value == "step"
    ]
    labels = {
        row[end].value: row[f"{end}Label"].words
        for row in rows
        for end in ("from", "to")
    }
    steps = _steps(iri, edges)
    centre = Node(iri, label, 0, kind=_kind(iri), address="/doc/" + quote(name))
    nodes = [
        Node(
            key,
            labels[key],
            step,
            _relation(key, step, steps, edges),
            _kind(key),
            _surroundings(key),
            all(edge.implied for edge in _inward(key, step, steps, edges)),
        )
        for key, step in steps.items()
        if key != iri
    ]
    nodes += _linked(rows, iri, steps, labels)
    title = f"Around {label}"
    wide, narrow = drawn(
        lambda width: network.draw(centre, nodes, edges, title, width=width)
    )
    address = f"/around/{quote(name)}"
    return Figure(wide, narrow, text, address, given, named=label)


def _steps(iri: str, edges: Sequence[Edge]) -> dict[str, int]:
    """How many steps each is before or after the record; the shortest way counts."""
    found = {iri: 0}
    for sign in (-1, 1):
        edge_of = {iri}
        for distance in (1, 2):
            reached = set()
            for edge in edges:
                near, far = edge.source, edge.target
                if sign < 0:
                    near, far = far, near
                if near in edge_of and far not in found:
                    reached.add(far)
            for key in sorted(reached):
                found[key] = sign * distance
            edge_of = reached
    return found


def _relation(
    key: str, step: int, steps: Mapping[str, int], edges: Sequence[Edge]
) -> str:
    """How a record is tied to what is one step nearer to the middle."""
    words = [edge.relation for edge in _inward(key, step, steps, edges)]
    arrow = "{} →" if step < 0 else "→ {}"
    return arrow.format(", ".join(dict.fromkeys(words)))


def _inward(
    key: str, step: int, steps: Mapping[str, int], edges: Sequence[Edge]
) -> list[Edge]:
    inner = step + (1 if step < 0 else -1)
    found = []
    for edge in edges:
        near, far = edge.source, edge.target
        if step < 0:
            near, far = far, near
        if far == key and steps.get(near) == inner:
            found.append(edge)
    return found


def _linked(
    rows: Sequence[Row], iri: str, steps: Mapping[str, int], labels: Mapping[str, str]
) -> list[Node]:
    relations: dict[str, list[str]] = {}
    for row in rows:
        if row["part"].value == "step":
            continue
        outward = row["from"].value == iri
        key = row["to" if outward else "from"].value
        words = row["relation"].value
        if key not in steps:
            relations.setdefault(key, []).append(words if outward else f"← {words}")
    return [
        Node(
            key,
            labels[key],
            None,
            "; ".join(dict.fromkeys(words)),
            _kind(key),
            _surroundings(key),
        )
        for key, words in relations.items()
    ]


def _kind(iri: str) -> str:
    return iri.removeprefix(namespaces.ID).partition("/")[0].replace("-", " ")


def _surroundings(iri: str) -> str:
    return "/around/" + in_path(iri.removeprefix(namespaces.ID))
