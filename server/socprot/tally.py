"""
How large the default graph is, by class, property and datatype, and whom it links to.

Specification: https://www.w3.org/TR/void/#statistics
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    QuerySolutions,
    Store,
    Triple,
)

from socprot.namespaces import BASE, PREFIXES
from socprot.sources import record

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SKOS = PREFIXES["skos"]
# What says that a thing here is, or is like, a thing elsewhere.
LINKS = {
    PREFIXES["owl"] + "sameAs",
    PREFIXES["schema"] + "sameAs",
    _SKOS + "broadMatch",
    _SKOS + "closeMatch",
    _SKOS + "exactMatch",
    _SKOS + "narrowMatch",
    _SKOS + "relatedMatch",
}

_SUBJECTS = "SELECT DISTINCT ?s { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"
_PROPERTIES = """
    SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects)
      (COUNT(DISTINCT ?o) AS ?objects)
    { ?s ?p ?o } GROUP BY ?p
"""
_CLASSES = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c FILTER(ISIRI(?c)) } GROUP BY ?c"
_DATATYPES = """
    SELECT ?d (COUNT(*) AS ?n)
    { ?s ?p ?o FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?d) } GROUP BY ?d
"""


@dataclass
class Tally:
    """What was counted: how many triples, and how many different terms.

    Attributes:
        entities: the records of which something is said.
    """

    triples: int = 0
    subjects: int = 0
    objects: int = 0
    entities: set[str] = field(default_factory=set)
    classes: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    property_subjects: Counter[str] = field(default_factory=Counter)
    property_objects: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)

    def copy(self) -> "Tally":
        """The same once more, to go on counting."""
        return Tally(**{name: copy(value) for name, value in vars(self).items()})

    @property
    def vocabularies(self) -> set[str]:
        """The namespaces of properties and classes."""
        return {_namespace(name) for name in {*self.properties, *self.classes}}


def count(store: Store) -> Tally:
    """Count the default graph of a store."""
    tally = Tally()
    for row in _rows(store, _SUBJECTS):
        tally.subjects += 1
        _enter(tally, row["s"])
    for row in _rows(store, _OBJECTS):
        tally.objects = _number(row["n"])
    for row in _rows(store, _PROPERTIES):
        name = row["p"].value
        tally.properties[name] = _number(row["n"])
        tally.property_subjects[name] = _number(row["subjects"])
        tally.property_objects[name] = _number(row["objects"])
    tally.triples = tally.properties.total()
    for row in _rows(store, _CLASSES):
        tally.classes[row["c"].value] = _number(row["n"])
    for row in _rows(store, _DATATYPES):
        tally.datatypes[row["d"].value] = _number(row["n"])
    for name in LINKS & tally.properties.keys():
        for quad in store.quads_for_pattern(
            None, NamedNode(name), None, DefaultGraph()
        ):
            _link(tally, quad.triple)
    return tally


class Extended:
    """Counts what a store would hold with a few triples more."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._base = count(store)
        self._known: dict[tuple[Any, Any, Any], bool] = {}

    def with_(self, triples: Iterable[Triple]) -> Tally:
        """The tally of the store together with these triples."""
        tally = self._base.copy()
        seen: set[Hashable] = set()

        def is_new(s: Any, p: Any, o: Any) -> bool:
            pattern = (s, p, o)
            if pattern in seen or self._holds(pattern):
                return False
            seen.add(pattern)
            return True

        for triple in triples:
            subject, predicate, value = triple
            if not is_new(subject, predicate, value):
                continue
            name = predicate.value
            tally.triples += 1
            tally.properties[name] += 1
            if is_new(subject, None, None):
                tally.subjects += 1
                _enter(tally, subject)
            tally.property_subjects[name] += is_new(subject, predicate, None)
            tally.objects += is_new(None, None, value)
            tally.property_objects[name] += is_new(None, predicate, value)
            if isinstance(value, Literal):
                tally.datatypes[value.datatype.value] += 1
            elif predicate == _TYPE and isinstance(value, NamedNode):
                tally.classes[value.value] += 1
            elif name in LINKS:
                _link(tally, triple)
        return tally

    def _holds(self, pattern: tuple[Any, Any, Any]) -> bool:
        """Whether the store has such a triple; None stands for anything."""
        if pattern not in self._known:
            found = self._store.quads_for_pattern(*pattern, DefaultGraph())
            self._known[pattern] = next(iter(found), None) is not None
        return self._known[pattern]


def _enter(tally: Tally, subject: object) -> None:
    if isinstance(subject, NamedNode) and (entity := record(subject.value)):
        tally.entities.add(entity)


def _link(tally: Tally, triple: Triple) -> None:
    value = triple.object
    if isinstance(value, NamedNode) and not value.value.startswith(BASE):
        parts = urlsplit(value.value)
        place = f"{parts.scheme}://{parts.netloc}/"
        tally.links[triple.predicate.value, place] += 1


def _rows(store: Store, query: str) -> Iterable[Mapping[str, Any]]:
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    return answer


def _number(value: Literal) -> int:
    return int(value.value)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
