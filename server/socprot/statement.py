"""Write triples down in Python, with the prefixes that everything here uses."""

from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from socprot.namespaces import PREFIXES


@lru_cache(maxsize=4096)
def iri(name: str) -> NamedNode:
    """The IRI of a prefixed name; an address stays what it is."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else name)


class Statements:
    """A growing set of triples: call it with subject, predicate and value."""

    def __init__(self) -> None:
        self.triples: set[Triple] = set()

    def __call__(
        self,
        subject: str,
        predicate: str,
        value: NamedNode | str | int,
        *,
        language: str | None = None,
        datatype: str | None = None,
    ) -> None:
        """Say something; a string becomes a literal, never an IRI."""
        self.triples.add(_triple(subject, predicate, value, language, datatype))


@lru_cache(maxsize=16384)  # the catalogue says most of it again in each round of counts
def _triple(
    subject: str,
    predicate: str,
    value: NamedNode | str | int,
    language: str | None,
    datatype: str | None,
) -> Triple:
    return Triple(NamedNode(subject), iri(predicate), _term(value, language, datatype))


def _term(
    value: NamedNode | str | int, language: str | None, datatype: str | None
) -> NamedNode | Literal:
    if isinstance(value, NamedNode):
        return value
    if isinstance(value, int):
        return Literal(str(value), datatype=iri("xsd:integer"))
    if language is not None:
        return Literal(value, language=language)
    return Literal(value, datatype=iri(datatype)) if datatype else Literal(value)
