"""
What the graphs that people write say of each subject, and a checksum of it.

All that one graph says of a subject, the cells of its lists included, is its
description. Its checksum is the SHA-256 of the canonical form (RDFC-1.0), so that equal
checksums mean equal descriptions, in whatever order and by whomever they were written.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from socprot import lines, namespaces
from socprot.canonical import canonical

# The short names of the graphs that are written; the others follow from these.
WRITTEN = ("data", "ontology", "shapes")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_GIVEN_UP = f'<{namespaces.PREFIXES["owl"]}deprecated> "true"^^'.encode()


@dataclass(frozen=True, order=True)
class Subject:
    """One thing that a graph describes.

    Attributes:
        graph: the short name of the graph.
        name: its IRI, without the base where it begins with that.
    """

    graph: str
    name: str

    @property
    def iri(self) -> str:
        """The whole IRI."""
        return self.name if _SCHEME.match(self.name) else namespaces.BASE + self.name

    @property
    def kind(self) -> str:
        """The kind of record, or the concept scheme, or else the graph."""
        if not self.iri.startswith(namespaces.ID):
            return self.graph
        return self.iri.removeprefix(namespaces.ID).partition("/")[0]


@dataclass(frozen=True)
class State:
    """What a description is: its checksum, and whether it gives the subject up."""

    sha256: str
    deprecated: bool = False


def name(iri: str) -> str:
    """The short name of an IRI, as in `Subject`."""
    return iri.removeprefix(namespaces.BASE) or iri


def states(written: Sequence[bytes]) -> dict[Subject, State]:
    """The state of each subject of the written graphs.

    Args:
        written: the graph as lines of N-Quads, sorted: so those of a subject are
            next to each other.
    """
    found: dict[Subject, State] = {}
    for graph in WRITTEN:
        for iri, description in _described(written, namespaces.GRAPH + graph):
            digest = hashlib.sha256(description).hexdigest()
            found[Subject(graph, name(iri))] = State(digest, _GIVEN_UP in description)
    return found


def descriptions(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    """The description of each subject that has a name: its concise bounded description
    (https://www.w3.org/submissions/CBD/)."""
    found: dict[str, list[Triple]] = {}
    cells: dict[BlankNode, list[Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            found.setdefault(triple.subject.value, []).append(triple)
        elif isinstance(triple.subject, BlankNode):
            cells.setdefault(triple.subject, []).append(triple)
    for said in found.values():
        seen: set[object] = set()
        for triple in said:  # it grows by what the nodes at the end of each say
            cell = triple.object
            if isinstance(cell, BlankNode) and cell not in seen:
                seen.add(cell)
                said += cells.get(cell, ())
    return found


def _described(written: Sequence[bytes], graph: str) -> Iterator[tuple[str, bytes]]:
    """Each subject of a graph with its description in canonical form.

    That is no more than its sorted lines, but where it has blank nodes.
    """
    within = list(lines.unnamed(lines.within(written, [graph]), graph))
    cells = [line for line in within if not line.startswith(b"<")]
    for node, group in groupby(within, key=lambda line: line.partition(b" ")[0]):
        if not node.startswith(b"<"):
            continue
        own = sorted(group)
        iri = node[1:-1].decode()
        if any(b"_:" in line for line in own):
            triples = (quad.triple for quad in lines.quads([*own, *cells]))
            said = descriptions(triples)[iri]
            yield iri, canonical(Quad(*triple) for triple in said)
        else:
            yield iri, b"".join(own)
