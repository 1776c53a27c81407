"""
What changed between two versions of the graph: terms and records, by what they say.

A subject is compared with its parts. The catalogue and what was inferred are left out:
both follow from the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from socprot import namespaces, on_disk, turtle
from socprot.errors import BadParameter
from socprot.sources import record

_SKIPPED = {NamedNode(iri) for iri in (namespaces.CATALOGUE, namespaces.INFERRED)}
_DEEPEST = 50  # cells of a list; nameless things may also lead round in a circle
_LABEL = NamedNode(namespaces.PREFIXES["rdfs"] + "label")
_DEPRECATED = NamedNode(namespaces.PREFIXES["owl"] + "deprecated")
_VERSION = NamedNode(namespaces.PREFIXES["owl"] + "versionInfo")


@dataclass(frozen=True)
class Change:
    """What became of one record, term or shape.

    Attributes:
        name: its IRI.
        label: what it is called, now or before.
        added: its new triples, as they stand in canonical Turtle.
        removed: its former ones.
    """

    name: str
    label: str = ""
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """All that changed, by what became of it; versions are empty where unknown."""

    old: str
    new: str
    added: list[Change]
    changed: list[Change]
    deprecated: list[Change]
    removed: list[Change]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.deprecated or self.removed)

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        parts = ("added", "changed", "deprecated", "removed")
        return {
            "old": self.old,
            "new": self.new,
            **{part: [vars(one) for one in getattr(self, part)] for part in parts},
        }


def read(path: Path) -> list[Quad]:
    """Read a bundle, a dump, or every Turtle file of a folder.

    Raises:
        BadParameter: it is nothing of that kind.
    """
    if (path / on_disk.GRAPH).is_file():
        path = path / on_disk.GRAPH
    found = sorted(path.rglob("*.ttl")) if path.is_dir() else [path]
    if not found:
        raise BadParameter(f"{path} holds no bundle and no Turtle files.")
    quads: list[Quad] = []
    for file in found:
        try:
            quads += parse(path=file, format=_format(file))
        except (SyntaxError, OSError, ValueError) as error:
            raise BadParameter(f"{file} cannot be read: {error}.") from None
    return quads


def _format(path: Path) -> RdfFormat:
    found = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if found is None:
        raise ValueError(f"no RDF format has the suffix {path.suffix!r}")
    return found


def compare(old: Iterable[Quad], new: Iterable[Quad]) -> Difference:
    """Say what changed from one version to the other."""
    before, after = _subjects(old), _subjects(new)
    difference = Difference(_version(before), _version(after), [], [], [], [])
    for name in sorted({*before, *after}):
        have, want = before.get(name, {}), after.get(name, {})
        if have.keys() == want.keys():
            continue
        change = _change(name, have, want)
        if not have:
            difference.added.append(change)
        elif not want:
            difference.removed.append(change)
        elif _is_deprecated(want) and not _is_deprecated(have):
            difference.deprecated.append(change)
        else:
            difference.changed.append(change)
    return difference


# The canonical lines of a subject and its parts, and the triples behind them.
_Said = dict[str, Triple]


def _subjects(quads: Iterable[Quad]) -> dict[str, _Said]:
    """What is said of each subject, once whatever graphs say it."""
    listed = [quad for quad in quads if quad.graph_name not in _SKIPPED]
    if any(quad.graph_name != DefaultGraph() for quad in listed):
        # The default graph of a bundle repeats its named graphs.
        listed = [quad for quad in listed if quad.graph_name != DefaultGraph()]
    cells: dict[BlankNode, list[Quad]] = {}
    for quad in listed:
        if isinstance(quad.subject, BlankNode):
            cells.setdefault(quad.subject, []).append(quad)
    found: dict[str, _Said] = {}
    for quad in listed:
        if isinstance(quad.subject, NamedNode):
            iri = quad.subject.value
            about = record(iri) or iri
            said = found.setdefault(about, {})
            said[_line(quad, about, cells)] = quad.triple
    return found


def _line(quad: Quad, about: str, cells: Mapping[BlankNode, list[Quad]]) -> str:
    """One triple in words that mean the same in both versions."""
    assert isinstance(quad.subject, NamedNode)
    part = "" if quad.subject.value == about else f"{turtle.name(quad.subject.value)} "
    return f"{part}{turtle.name(quad.predicate.value)} {_value(quad.object, cells)}"


def _value(value: object, cells: Mapping[BlankNode, list[Quad]], depth: int = 0) -> str:
    """A value; a list, or another nameless thing, by what is said of it."""
    if not isinstance(value, BlankNode):
        return turtle.term(value)
    if depth == _DEEPEST:
        return "[ ... ]"
    inside = (
        f"{turtle.name(quad.predicate.value)} {_value(quad.object, cells, depth + 1)}"
        for quad in cells.get(value, ())
    )
    return f"[ {' ; '.join(sorted(inside))} ]"


def _change(name: str, have: _Said, want: _Said) -> Change:
    labels = [
        triple.object.value  # type: ignore[union-attr]  # a label is a literal
        for said in (want, have)
        for triple in said.values()
        if triple.predicate == _LABEL and triple.subject == NamedNode(name)
    ]
    return Change(
        name,
        labels[0] if labels else "",
        sorted(want.keys() - have.keys()),
        sorted(have.keys() - want.keys()),
    )


def _is_deprecated(said: _Said) -> bool:
    return any(triple.predicate == _DEPRECATED for triple in said.values())


def _version(subjects: Mapping[str, _Said]) -> str:
    said = subjects.get(namespaces.BASE + "ns", {})
    found = (triple.object for triple in said.values() if triple.predicate == _VERSION)
    return next((str(getattr(value, "value", "")) for value in found), "")
