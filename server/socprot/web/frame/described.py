"""What the catalogue graph says, with addresses at which this very server answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from socprot import export
from socprot.errors import NotFound
from socprot.namespaces import CATALOGUE, DATASET, VOID
from socprot.negotiation import NTRIPLES, WRITERS, Choice
from socprot.statement import iri
from socprot.web.site import site

# What leads to a file or a service; everything else in the catalogue is a name.
_ADDRESSES = {
    iri(name)
    for name in (
        "dcat:accessURL",
        "dcat:downloadURL",
        "dcat:endpointDescription",
        "dcat:endpointURL",
        "tree:view",
        "void:dataDump",
        "void:sparqlEndpoint",
    )
}


@dataclass(frozen=True)
class Catalogue:
    """The triples of the catalogue."""

    triples: Sequence[Triple]

    def values(self, predicate: str, subject: str = DATASET) -> list[str]:
        """The values of a property, sorted."""
        return self._values.get((subject, iri(predicate).value), [])

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], list[str]]:
        """The values by subject and property: a page asks for hundreds of them."""
        found: dict[tuple[str, str], list[str]] = {}
        for subject, predicate, value in self.triples:
            if isinstance(subject, NamedNode) and isinstance(
                value, NamedNode | Literal
            ):
                held = found.setdefault((subject.value, predicate.value), [])
                held.append(value.value)
        return {key: sorted(values) for key, values in found.items()}

    def value(self, predicate: str, subject: str = DATASET) -> str:
        """One value of a property, or nothing."""
        return next(iter(self.values(predicate, subject)), "")

    def sizes(self, kind: str) -> Mapping[str, int]:
        """The size of each partition of a kind, the largest first."""
        unit = "void:entities" if kind == "class" else "void:triples"
        found = {
            self.value(f"void:{kind}", part): int(self.value(unit, part) or 0)
            for part in self.values(f"void:{kind}Partition")
        }
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def without_partitions(self) -> "Catalogue":
        """What a catalogue of datasets wants to know."""
        return Catalogue([t for t in self.triples if not _is_partition(t)])

    def write(self, choice: Choice) -> bytes:
        """All of it in an RDF format."""
        quads = (Quad(*triple) for triple in self.triples)
        return export.write(quads, WRITERS[choice.format.name])


def catalogue() -> Catalogue:
    """Read the catalogue.

    Raises:
        NotFound: what is served has none.
    """
    return _read(site().bundle, site().manifest.hash, site().address)


@lru_cache(maxsize=2)
def _read(_bundle: Path | None, _hash: str, _address: str) -> Catalogue:
    """The catalogue of this site, which stays what it is."""
    answer = site().triples("graph", NTRIPLES.media_type, graph=CATALOGUE)
    triples = list(_local(answer.read()))
    if not triples:
        raise NotFound("What is served here does not describe itself.")
    return Catalogue(triples)


def _local(content: bytes) -> Iterator[Triple]:
    for subject, predicate, value, _ in parse(content, RdfFormat.N_TRIPLES):
        if predicate in _ADDRESSES and isinstance(value, NamedNode):
            path = site().path(value.value)
            value = value if path is None else NamedNode(site().address + path)
        yield Triple(subject, predicate, value)


def _is_partition(triple: Triple) -> bool:
    nodes = (triple.subject, triple.object)
    return any(
        isinstance(node, NamedNode) and node.value.startswith(f"{VOID}#")
        for node in nodes
    )
