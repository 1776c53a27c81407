"""
A record ready to fill in: what its shape asks for, one line each.

The values are written `TODO`, so that `socprot check` names each line that is still to
be filled in. Nothing is kept apart for this: what a record needs is in the shapes, and
what the graph knows of values of that kind is in the ontology.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Triple

from socprot import files, turtle
from socprot.errors import BadParameter
from socprot.namespaces import ID, PREFIXES
from socprot.queries import SLUG
from socprot.sources import class_of

_SH, _RDF, _RDFS, _XSD = (PREFIXES[p] for p in ("sh", "rdf", "rdfs", "xsd"))
_OPEN = "TODO"  # in a new record, for its curator: `socprot check` lets none pass


class Started(NamedTuple):
    """A record that was begun.

    Attributes:
        path: its file, with a line for each property that the shape asks for.
        more: the names of the other properties that the shape speaks of.
    """

    path: Path
    more: list[str]


def create(kind: str, slug: str) -> Started:
    """Write data/<kind>/<slug>.ttl.

    Raises:
        BadParameter: the kind is unknown, the slug is no slug, or the record is there.
    """
    shapes = [q for path in files.turtle("shapes") for q in _read(path)]
    targets = _objects(shapes, _SH + "targetClass")
    folders = [path for path in (files.root() / "data").iterdir() if path.is_dir()]
    kinds = sorted(p.name for p in folders if class_of(p.name) in targets.values())
    if kind not in kinds:
        raise BadParameter(f"there is no kind {kind!r}; the kinds: {', '.join(kinds)}.")
    if not SLUG.fullmatch(slug) or slug != slug.lower():
        raise BadParameter(
            f"{slug!r} is no slug: use small letters, digits and hyphens, "
            "such as 2013-asean-summit-23."
        )
    path = files.root() / "data" / kind / f"{slug}.ttl"
    if path.exists():
        raise BadParameter(f"{files.name(path)} is there already.")
    shape = next(s for s, cls in targets.items() if cls == class_of(kind))
    path.parent.mkdir(exist_ok=True)
    rules = list(_rules(shape, shapes))
    subject = NamedNode(f"{ID}{kind}/{slug}")
    lines = [Triple(subject, NamedNode(_RDF + "type"), NamedNode(class_of(kind)))]
    asked = [(of, rule) for of, rule in rules if "minCount" in rule]
    lines += [Triple(subject, of, _blank(rule)) for of, rule in asked]
    path.write_text(turtle.write(lines), encoding="utf-8", newline="\n")
    more = {of for of, _ in rules} - {of for of, _ in asked}
    return Started(path, sorted(turtle.name(of.value) for of in more))


def _rules(
    shape: str, shapes: list[Quad]
) -> Iterable[tuple[NamedNode, dict[str, object]]]:
    """Each property that a shape speaks of, and what one of its rules says of it."""
    described: dict[str, dict[str, object]] = {}
    parts: list[str] = []
    for quad in shapes:
        if isinstance(quad.subject, NamedNode):
            of = described.setdefault(quad.subject.value, {})
            of[quad.predicate.value.removeprefix(_SH)] = quad.object
            if quad.subject.value == shape and quad.predicate.value == _SH + "property":
                parts.append(str(quad.object)[1:-1])
    for part in sorted(parts):
        rule = described.get(part, {})
        path = rule.get("path")
        if isinstance(path, NamedNode):
            yield path, rule


def _blank(rule: dict[str, object]) -> NamedNode | Literal:
    """A value of the right kind that is still to be filled in."""
    datatype = rule.get("datatype")
    if datatype == NamedNode(_RDF + "langString"):
        return Literal(_OPEN, language="en")
    if isinstance(datatype, NamedNode) and datatype.value != _XSD + "string":
        return Literal(_OPEN, datatype=datatype)
    pattern = getattr(rule.get("pattern"), "value", "")
    if pattern.startswith("^http"):  # of links; other patterns are of text
        return NamedNode(pattern.lstrip("^") + _OPEN)
    if isinstance(rule.get("class"), NamedNode):
        name = str(rule["class"])[1:-1].rpartition("#")[2]
        return NamedNode(f"{ID}{_kind(name)}/{_OPEN}")
    if "date" in str(rule.get("path")).lower():
        return Literal(_OPEN, datatype=NamedNode(_XSD + "gYear"))
    return Literal(_OPEN)


def _kind(cls: str) -> str:
    """The kind of a class: sp:OpenQuestion is open-question."""
    name = cls.rpartition("#")[2]
    parts = ("-" + c.lower() if c.isupper() else c for c in name)
    return "".join(parts).lstrip("-")


def _objects(quads: Iterable[Quad], predicate: str) -> dict[str, str]:
    return {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate.value == predicate
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    }


def _read(path: Path) -> list[Quad]:
    return turtle.read(path.read_text(encoding="utf-8"))
