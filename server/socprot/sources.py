"""
Read the Turtle sources, and check that each file is what its path says.

    data/event/2013-asean-summit-23.ttl
    <https://w3id.org/socprot/id/event/2013-asean-summit-23> a sp:Event
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad

from socprot import files, namespaces, turtle
from socprot.errors import BadTurtle
from socprot.problem import Problem, refuse

_TYPE = NamedNode(namespaces.PREFIXES["rdf"] + "type")
_GRAPHS: dict[files.Part, str] = {
    "ontology": namespaces.ONTOLOGY,
    "data": namespaces.DATA,
    "shapes": namespaces.SHAPES,
}
DATASET = "data/dataset.ttl"  # describes the whole: it is no record


@dataclass(frozen=True)
class SourceFile:
    """One Turtle file and what it says.

    Attributes:
        name: its path below the root.
        graph: the IRI of the graph that it belongs to.
    """

    path: Path
    name: str
    graph: str
    quads: Sequence[Quad] = field(repr=False)

    def line(self, subject: str, *terms: str) -> int | None:
        """Find the line of a subject, or of the triple that holds these terms too.

        Where none holds them all, it is the one that holds the most of them from the
        first on. The file need not be in canonical form, though it is found more often
        if so.
        """
        lines = self.path.read_text(encoding="utf-8").splitlines()
        start = next(
            (n for n, text in enumerate(lines) if text.startswith(subject)), None
        )
        if start is None:
            return None
        best, most = start, 0
        for number, text in enumerate(lines[start:], start):
            held = sum(1 for _ in takewhile(text.__contains__, terms))
            if held > most:
                best, most = number, held
            if text.startswith("."):
                break
        return best + 1


@dataclass(frozen=True)
class Sources:
    """All Turtle sources, and which file describes which subject."""

    files: Sequence[SourceFile]

    def quads(self, graph: str) -> Iterator[Quad]:
        """Every triple of one graph, as a quad of the default graph."""
        for file in self.files:
            if file.graph == graph:
                yield from file.quads

    def describing(self, iri: str) -> SourceFile | None:
        """The file that describes a subject; for a part of a record, the record's."""
        return self.describes.get(iri) or self.describes.get(record(iri) or iri)

    @cached_property
    def describes(self) -> Mapping[str, SourceFile]:
        """The file that describes each subject that has a name."""
        return {
            quad.subject.value: file
            for file in self.files
            for quad in file.quads
            if isinstance(quad.subject, NamedNode)
        }


def record(iri: str) -> str | None:
    """Return the IRI of the record that an IRI is, or is a part of."""
    if not iri.startswith(namespaces.ID):
        return None
    parts = iri.removeprefix(namespaces.ID).split("/")
    return namespaces.ID + "/".join(parts[:2]) if len(parts) > 1 else None


def class_of(kind: str) -> str:
    """Return the class of a kind of record: open-question is sp:OpenQuestion."""
    return str(namespaces.SP) + "".join(word.title() for word in kind.split("-"))


def read() -> Sources:
    """Read every Turtle file.

    Raises:
        BuildFailed: some are not Turtle, or not what their path says.
    """
    found: list[SourceFile] = []
    problems: list[Problem] = []
    for part, graph in _GRAPHS.items():
        for path in files.turtle(part):
            name = files.name(path)
            role = namespaces.CATALOGUE if name == DATASET else graph
            file, faults = _read(path, name, role)
            problems += faults
            if file:
                found.append(file)
    if problems:
        raise refuse(problems)
    return Sources(found)


def read_record(path: Path) -> tuple[SourceFile | None, list[Problem]]:
    """Read one record, and say what is wrong with it."""
    return _read(path, files.name(path), namespaces.DATA)


def read_dataset() -> Sequence[Quad]:
    """What is stated of the dataset as a whole.

    Raises:
        BuildFailed: the file is not Turtle.
    """
    path = files.root() / DATASET
    if not path.exists():
        return []
    file, problems = _read(path, DATASET, namespaces.CATALOGUE)
    if file is None:
        raise refuse(problems)
    return file.quads


def _read(path: Path, name: str, graph: str) -> tuple[SourceFile | None, list[Problem]]:
    try:
        quads = turtle.read(path.read_bytes().decode("utf-8"))
    except BadTurtle as error:
        return None, [_unreadable(name, error)]
    except UnicodeDecodeError:
        return None, [_unreadable(name, BadTurtle("It is not UTF-8 text."))]
    file = SourceFile(path, name, graph, _named(name, quads))
    return file, list(_check(file)) if graph == namespaces.DATA else []


def _named(name: str, quads: Sequence[Quad]) -> Sequence[Quad]:
    """Give the cells of lists names that are the same in every build."""
    if not any(isinstance(quad.object, BlankNode) for quad in quads):
        return quads
    stem = hashlib.sha256(name.encode()).hexdigest()[:12]
    names: dict[BlankNode, BlankNode] = {}
    for node in (term for quad in quads for term in (quad.subject, quad.object)):
        if isinstance(node, BlankNode) and node not in names:
            names[node] = BlankNode(f"l{stem}n{len(names)}")

    def named(term: Any) -> Any:
        return names.get(term, term) if isinstance(term, BlankNode) else term

    return [Quad(named(s), predicate, named(o)) for s, predicate, o, _ in quads]


def _unreadable(name: str, error: BadTurtle) -> Problem:
    return Problem(
        name,
        error.line,
        "",
        f"This is not Turtle: {error}.",
        "syntax",
        "Correct the file at this line or just before it.",
    )


def _check(file: SourceFile) -> Iterator[Problem]:
    """Compare the path of a record with what the file says."""
    parts = Path(file.name).with_suffix("").parts[1:]
    if len(parts) != 2:
        yield Problem(
            file.name,
            None,
            "",
            "A record is a file data/<kind>/<slug>.ttl.",
            "path",
            "Move the file into the folder of its kind.",
        )
        return
    kind, slug = parts
    iri = f"{namespaces.ID}{kind}/{slug}"
    subjects = {quad.subject for quad in file.quads}
    if any(isinstance(subject, BlankNode) for subject in subjects):
        held = (
            file.line(turtle.name(q.subject.value), turtle.name(q.predicate.value))
            for q in file.quads
            if isinstance(q.subject, NamedNode) and isinstance(q.object, BlankNode)
        )
        yield Problem(
            file.name,
            next(held, None),
            turtle.name(iri),
            "Blank nodes cannot be named, so nobody can link to them.",
            "blank-node",
            f"Give the part an IRI under its record, such as <{iri}/part-1>.",
        )
    names = sorted(s.value for s in subjects if isinstance(s, NamedNode))
    others = [n for n in names if n != iri and not n.startswith(iri + "/")]
    for other in others:
        yield Problem(
            file.name,
            file.line(turtle.name(other)),
            turtle.name(other),
            f"The path of this file says that it describes {turtle.name(iri)}.",
            "path",
            "Rename the file or correct the IRI: one record is one file.",
        )
    expected = NamedNode(class_of(kind))
    typing = [quad for quad in file.quads if quad.predicate == _TYPE]
    types = {quad.object for quad in typing if quad.subject == NamedNode(iri)}
    if iri not in names:
        if not others:
            yield Problem(
                file.name,
                None,
                turtle.name(iri),
                "The file does not describe the record that its path names.",
                "path",
                f"Start the description with {turtle.name(iri)} on a line of its own.",
            )
    elif expected not in types:
        stated = (
            ", ".join(sorted(turtle.name(str(t)[1:-1]) for t in types)) or "nothing"
        )
        yield Problem(
            file.name,
            file.line(turtle.name(iri), " a "),
            turtle.name(iri),
            f"A record in data/{kind}/ is a {turtle.name(expected.value)}, "
            f"and this one is stated to be {stated}.",
            "class",
            f"Add the line `a {turtle.name(expected.value)} ;`, or move the file.",
        )
