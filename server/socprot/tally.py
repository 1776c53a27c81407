"""
How large the default graph is, by class, property and datatype, and whom it links to.

Specification: https://www.w3.org/TR/void/#statistics
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, fields
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

from socprot.context import STRING, kind_of
from socprot.namespaces import BASE, ID, PREFIXES, SP
from socprot.sources import record

_DEFAULT = DefaultGraph()
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
_RECORDS = f"""
    SELECT ?c (COUNT(*) AS ?n) {{
      ?s a ?c
      FILTER(ISIRI(?s) && STRSTARTS(STR(?s), "{ID}"))
      FILTER(ISIRI(?c) && STRSTARTS(STR(?c), "{SP}"))
    }} GROUP BY ?c
"""
_DATATYPES = """
    SELECT ?d (COUNT(*) AS ?n)
    { ?s ?p ?o FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?d) } GROUP BY ?d
"""
_VALUES = """
    SELECT ?p ?kind (COUNT(*) AS ?n) {
      ?s ?p ?o
      BIND(IF(ISLITERAL(?o),
              IF(LANG(?o) = "", STR(DATATYPE(?o)), CONCAT("@", LANG(?o))),
              "@id") AS ?kind)
    } GROUP BY ?p ?kind
"""

# A triple with any of its terms left open.
Pattern = tuple[Any, Any, Any]


@dataclass
class Tally:
    """What was counted: how many triples, and how many different terms.

    Attributes:
        entities: the records of which something is said, with how many subjects are
            one or a part of it.
        records: instances by class, of records and classes of this graph only.
        values: by property and, after a blank, the kind of value (`socprot.context`).
        links: by property and, after a blank, the place that they lead to.
    """

    triples: int = 0
    subjects: int = 0
    objects: int = 0
    entities: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    property_subjects: Counter[str] = field(default_factory=Counter)
    property_objects: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> "Tally":
        """The tally that was written down as these numbers."""
        tally = cls()
        for one in fields(cls):
            value = held[one.name]
            value = Counter(value) if isinstance(value, dict) else value
            setattr(tally, one.name, value)
        return tally

    def copy(self) -> "Tally":
        """The same once more, to go on counting."""
        return Tally.read(vars(self))

    @property
    def vocabularies(self) -> set[str]:
        """The namespaces of properties and classes."""
        return {_namespace(name) for name in {*self.properties, *self.classes}}


def count(store: Store) -> Tally:
    """Count the default graph of a store."""
    tally = Tally()
    for row in _rows(store, _SUBJECTS):
        tally.subjects += 1
        _enter(tally, row["s"], 1)
    for row in _rows(store, _OBJECTS):
        tally.objects = _number(row["n"])
    for row in _rows(store, _PROPERTIES):
        name = row["p"].value
        tally.properties[name] = _number(row["n"])
        tally.property_subjects[name] = _number(row["subjects"])
        tally.property_objects[name] = _number(row["objects"])
    tally.triples = tally.properties.total()
    for query, term, counts in (
        (_CLASSES, "c", tally.classes),
        (_RECORDS, "c", tally.records),
        (_DATATYPES, "d", tally.datatypes),
    ):
        for row in _rows(store, query):
            counts[row[term].value] = _number(row["n"])
    for row in _rows(store, _VALUES):
        kind = row["kind"].value
        name = f"{row['p'].value} {'' if kind == STRING else kind}"
        tally.values[name] = _number(row["n"])
    for name in LINKS & tally.properties.keys():
        for quad in store.quads_for_pattern(
            None, NamedNode(name), None, DefaultGraph()
        ):
            _link(tally, quad.triple, 1)
    return tally


class Extended:
    """Counts a graph together with a few triples more, which may come and go."""

    def __init__(
        self,
        tally: Tally,
        holds: Callable[[Pattern], bool],
        more: Iterable[Triple] = (),
    ) -> None:
        """Begin with a tally.

        Args:
            holds: whether the graph has such a triple; None stands for any term.
            more: triples beside the graph that the tally has counted too.
        """
        self._tally = tally.copy()
        self._holds = holds
        self._known: dict[Pattern, bool] = {}
        self._more = frozenset(more)
        self._uses: Counter[Pattern] = Counter(
            pattern
            for triple in self._more
            for pattern in _patterns(triple)
            if not self._has(pattern)
        )

    def with_(self, triples: Iterable[Triple]) -> Tally:
        """The tally of the graph together with these triples, until the next call."""
        wanted = frozenset(triples)
        for triple in self._more - wanted:
            self._count(triple, -1)
        for triple in wanted - self._more:
            self._count(triple, +1)
        self._more = wanted
        return self._tally

    def _count(self, triple: Triple, step: int) -> None:
        """Count a triple that comes, or goes, unless the graph has it anyway."""
        whole, of, about, to, value = _patterns(triple)
        if not self._turns(whole, step):
            return
        tally, name = self._tally, triple.predicate.value
        tally.triples += step
        _add(tally.properties, name, step)
        _add(tally.values, f"{name} {kind_of(triple.object)}", step)
        if self._turns(of, step):
            tally.subjects += step
            _enter(tally, triple.subject, step)
        if self._turns(about, step):
            _add(tally.property_subjects, name, step)
        if self._turns(value, step):
            tally.objects += step
        if self._turns(to, step):
            _add(tally.property_objects, name, step)
        if isinstance(triple.object, Literal):
            _add(tally.datatypes, triple.object.datatype.value, step)
        elif triple.predicate == _TYPE and isinstance(triple.object, NamedNode):
            _add(tally.classes, triple.object.value, step)
            if _is_record(triple.subject) and triple.object.value.startswith(str(SP)):
                _add(tally.records, triple.object.value, step)
        elif name in LINKS:
            _link(tally, triple, step)

    def _turns(self, pattern: Pattern, step: int) -> bool:
        """Whether the first such triple comes by this step, or the last one goes."""
        if self._has(pattern):
            return False
        before = self._uses[pattern]
        self._uses[pattern] = before + step
        return 0 in (before, before + step)

    def _has(self, pattern: Pattern) -> bool:
        known = self._known.get(pattern)
        if known is None:
            # Where not even the subject, or the value, is known, nothing else is.
            known = all(map(self._has, _wider(pattern))) and self._holds(pattern)
            self._known[pattern] = known
        return known


def holds(
    store: Store,
    graph: DefaultGraph | None = _DEFAULT,
    but: Set[Triple] = frozenset(),
) -> Callable[[Pattern], bool]:
    """Tells whether a store has such a triple besides some; None is any graph."""

    def has(pattern: Pattern) -> bool:
        found = store.quads_for_pattern(*pattern, graph)
        return any(not but or quad.triple not in but for quad in found)

    return has


def _patterns(triple: Triple) -> tuple[Pattern, ...]:
    """What is counted of a triple: it, its subject, its object, also by property."""
    subject, predicate, value = triple
    return (
        (subject, predicate, value),
        (subject, None, None),
        (subject, predicate, None),
        (None, predicate, value),
        (None, None, value),
    )


def _wider(pattern: Pattern) -> Iterator[Pattern]:
    subject, predicate, value = pattern
    if predicate is not None and subject is not None:
        yield subject, None, None
    if predicate is not None and value is not None:
        yield None, None, value


def _add(counts: Counter[str], name: str, step: int) -> None:
    counts[name] += step
    if not counts[name]:
        del counts[name]


def _enter(tally: Tally, subject: object, step: int) -> None:
    if isinstance(subject, NamedNode) and (entity := record(subject.value)):
        _add(tally.entities, entity, step)


def _is_record(subject: object) -> bool:
    return isinstance(subject, NamedNode) and subject.value.startswith(ID)


def _link(tally: Tally, triple: Triple, step: int) -> None:
    value = triple.object
    if isinstance(value, NamedNode) and not value.value.startswith(BASE):
        parts = urlsplit(value.value)
        place = f"{parts.scheme}://{parts.netloc}/"
        _add(tally.links, f"{triple.predicate.value} {place}", step)


def _rows(store: Store, query: str) -> Iterator[Any]:
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    return answer


def _number(value: Literal) -> int:
    return int(value.value)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
