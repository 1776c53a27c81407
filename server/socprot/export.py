"""
Write the graph, a part of it, or one record, in any RDF format; the same bytes always.

Triples are sorted before they are written, so the bytes depend on what is said alone.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from socprot import jsonld, turtle
from socprot.context import Context
from socprot.errors import NotCanonical, NotFound
from socprot.namespaces import (
    CATALOGUE,
    DATA,
    ID,
    INFERRED,
    ONTOLOGY,
    PREFIXES,
    SHAPES,
)

FORMATS = MappingProxyType(
    {
        "jsonld": RdfFormat.JSON_LD,
        "nquads": RdfFormat.N_QUADS,
        "ntriples": RdfFormat.N_TRIPLES,
        "rdfxml": RdfFormat.RDF_XML,
        "trig": RdfFormat.TRIG,
        "turtle": RdfFormat.TURTLE,
    }
)
GRAPHS = MappingProxyType(
    {
        "catalogue": CATALOGUE,
        "data": DATA,
        "inferred": INFERRED,
        "ontology": ONTOLOGY,
        "shapes": SHAPES,
    }
)


def read(path: Path) -> list[Quad]:
    """Read the N-Quads of a bundle."""
    return list(parse(path=path, format=RdfFormat.N_QUADS))


def graphs(quads: Iterable[Quad], names: Iterable[str]) -> list[Quad]:
    """Select the graphs of these names (see GRAPHS)."""
    chosen = {NamedNode(GRAPHS[name]) for name in names}
    return [quad for quad in quads if quad.graph_name in chosen]


def kind(quads: Iterable[Quad], name: str) -> list[Quad]:
    """Select what is asserted of the records of a kind and of their parts.

    Raises:
        NotFound: there are no such records.
    """
    stem = f"{ID}{name}/"
    found = [quad for quad in graphs(quads, ["data"]) if _starts(quad, stem)]
    if not found:
        raise NotFound(f"there are no records of a kind {name!r}.")
    return found


def _starts(quad: Quad, stem: str) -> bool:
    subject = quad.subject
    return isinstance(subject, NamedNode) and subject.value.startswith(stem)


class Ordered:
    """Quads as they are written: each once, and sorted."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads = sorted(set(quads), key=str)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self.quads)

    @cached_property
    def triples(self) -> list[Triple]:
        """The same without the graphs."""
        return list(dict.fromkeys(quad.triple for quad in self.quads))


def write(
    quads: Iterable[Quad],
    name: str,
    context: Context | None = None,
    topic: str | None = None,
) -> bytes:
    """Write quads in a format (see FORMATS); one that holds no graphs merges them.

    Args:
        quads: in any order; `Ordered` saves sorting the same ones for each format.
        context: the short names for JSON-LD.
        topic: what all of it is about, if it is about one thing.
    """
    rdf_format = FORMATS[name]
    ordered = quads if isinstance(quads, Ordered) else Ordered(quads)
    if rdf_format in (RdfFormat.N_QUADS, RdfFormat.TRIG):
        return _datasets(ordered.quads, rdf_format)
    triples = ordered.triples
    if rdf_format == RdfFormat.JSON_LD:
        return jsonld.write(triples, context or Context(), topic)
    if rdf_format == RdfFormat.TURTLE:
        return _turtle(triples)
    if rdf_format == RdfFormat.N_TRIPLES:
        return serialize(triples, format=rdf_format) or b""
    return serialize(triples, format=rdf_format, prefixes=_used(triples)) or b""


def annotated(quads: Iterable[Quad]) -> bytes:
    """Write quads as Turtle 1.2, each triple annotated with its subject's sources.

    A source belongs to a record, so it stands behind each triple of it. Without the
    annotations, which are triples about triples, the graph is what it was.
    Specification: https://www.w3.org/TR/rdf12-turtle/#annotation-syntax
    """
    triples = {quad.triple for quad in quads}
    source = NamedNode(PREFIXES["dcterms"] + "source")
    sources: dict[str, set[NamedNode]] = {}
    for about, predicate, value in triples:
        if predicate != source:
            continue
        if isinstance(value, NamedNode) and isinstance(about, NamedNode):
            sources.setdefault(about.value, set()).add(value)
    return turtle.write_annotated(triples, source, sources).encode()


def _turtle(triples: list[Triple]) -> bytes:
    try:
        return turtle.write(triples).encode()
    except NotCanonical:  # blank nodes, as other people's data has
        return serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _datasets(quads: list[Quad], rdf_format: RdfFormat) -> bytes:
    if rdf_format == RdfFormat.N_QUADS:
        return serialize(quads, format=rdf_format) or b""
    parts: dict[str, list[Triple]] = {}
    for quad in quads:
        parts.setdefault(str(quad.graph_name), []).append(quad.triple)
    try:
        return turtle.write_graphs(parts).encode()
    except NotCanonical:
        return serialize(quads, format=rdf_format, prefixes=PREFIXES) or b""


def _used(triples: list[Triple]) -> dict[str, str]:
    """The prefixes that are of use: a writer declares all that it is given."""
    named = [t for t in triples if isinstance(t.subject, NamedNode)]
    named = [t for t in named if not isinstance(t.object, BlankNode)]
    return turtle.prefixes(named) or {"rdf": PREFIXES["rdf"]}
