"""
How large a graph is, by class, property and datatype, and whom it links to.

Specification: https://www.w3.org/TR/void/#statistics
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from socprot.namespaces import BASE, PREFIXES
from socprot.sources import record

T = TypeVar("T")

_TYPE = PREFIXES["rdf"] + "type"
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


class Tally:
    """What was counted in some triples, none of which may be given twice."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self.triples = 0
        self.subjects: set[str] = set()
        self.objects: set[object] = set()
        self.entities: set[str] = set()
        self.classes: dict[str, set[str]] = defaultdict(set)
        self.datatypes: Counter[str] = Counter()
        self.properties: Counter[str] = Counter()
        self.property_subjects: dict[str, set[str]] = defaultdict(set)
        self.property_objects: dict[str, set[object]] = defaultdict(set)
        self.links: Counter[tuple[str, str]] = Counter()
        self.vocabularies: set[str] = set()
        for triple in triples:
            self._add(triple)

    def _add(self, triple: Triple) -> None:
        subject, predicate = _key(triple.subject), triple.predicate.value
        value = triple.object
        self.triples += 1
        self.properties[predicate] += 1
        self.vocabularies.add(_namespace(predicate))
        self.subjects.add(subject)
        self.property_subjects[predicate].add(subject)
        self.objects.add(value)
        self.property_objects[predicate].add(value)
        if isinstance(value, Literal):
            self.datatypes[value.datatype.value] += 1
        elif isinstance(value, NamedNode):
            if predicate == _TYPE:
                self.classes[value.value].add(subject)
                self.vocabularies.add(_namespace(value.value))
            elif predicate in LINKS and not value.value.startswith(BASE):
                parts = urlsplit(value.value)
                self.links[predicate, f"{parts.scheme}://{parts.netloc}/"] += 1
        if entity := record(subject):
            self.entities.add(entity)

    def with_(self, other: "Tally") -> "Tally":
        """Both together."""
        both = Tally()
        both.triples = self.triples + other.triples
        both.subjects = self.subjects | other.subjects
        both.objects = self.objects | other.objects
        both.entities = self.entities | other.entities
        both.datatypes = self.datatypes + other.datatypes
        both.properties = self.properties + other.properties
        both.links = self.links + other.links
        both.vocabularies = self.vocabularies | other.vocabularies
        both.classes = _joined(self.classes, other.classes)
        both.property_subjects = _joined(
            self.property_subjects, other.property_subjects
        )
        both.property_objects = _joined(self.property_objects, other.property_objects)
        return both


def _joined(one: dict[str, set[T]], other: dict[str, set[T]]) -> dict[str, set[T]]:
    return {key: one.get(key, set()) | other.get(key, set()) for key in {*one, *other}}


def _key(subject: object) -> str:
    if isinstance(subject, NamedNode):
        return subject.value
    return str(subject) if isinstance(subject, BlankNode) else ""


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
