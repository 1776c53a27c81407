"""The ontology by subject: one subject for each of its files, as a reader wants it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from socprot import files, namespaces
from socprot.web.frame.markup import words
from socprot.web.rows import Row, Term

_OWL = namespaces.PREFIXES["owl"]
_RDFS = namespaces.PREFIXES["rdfs"]
_SKOS = namespaces.PREFIXES["skos"]
_TYPE = namespaces.PREFIXES["rdf"] + "type"
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "property",
    _OWL + "DatatypeProperty": "property with a value",
    _OWL + "AnnotationProperty": "note",
    namespaces.PREFIXES["qb"] + "DataStructureDefinition": "structure of data",
    namespaces.PREFIXES["qb"] + "ComponentSpecification": "part of a structure",
}
_ABOVE = (_RDFS + "subClassOf", _RDFS + "subPropertyOf")
_SAME = (
    _OWL + "equivalentClass",
    _OWL + "equivalentProperty",
    _SKOS + "closeMatch",
    _SKOS + "exactMatch",
)

Description = Mapping[str, Sequence[Term]]


@dataclass(frozen=True)
class Entry:
    """One class or property.

    Attributes:
        uses: how often it is stated in the data.
        example: the IRI of a record that has it; "" for none.
        called: the name of that record.
    """

    iri: str
    kind: str
    said: Description
    uses: int = 0
    example: str = ""
    called: str = ""

    @property
    def label(self) -> str:
        """What people call it."""
        return next((t.value for t in self.of(_RDFS + "label")), words(self.iri))

    @property
    def texts(self) -> Sequence[Term]:
        """What it means, and how it is used."""
        return [*self.of(_SKOS + "definition"), *self.of(_SKOS + "scopeNote")]

    @property
    def above(self) -> Sequence[Term]:
        """The terms of this ontology that it is a kind of."""
        return [t for name in _ABOVE for t in self.of(name) if _is_own(t.value)]

    @property
    def aligned(self) -> Sequence[Term]:
        """The terms of other vocabularies under which it is found too."""
        names = (*_ABOVE, *_SAME)
        return [t for name in names for t in self.of(name) if not _is_own(t.value)]

    @property
    def subjects(self) -> Sequence[Term]:
        """What it is said of."""
        return self.of(_RDFS + "domain")

    @property
    def values(self) -> Sequence[Term]:
        """What its values are."""
        return self.of(_RDFS + "range")

    @property
    def inverse(self) -> Sequence[Term]:
        """The property that says the same from the other side."""
        return self.of(_OWL + "inverseOf")

    def of(self, predicate: str) -> Sequence[Term]:
        """What is said of it with one property."""
        return self.said.get(predicate, ())


@dataclass(frozen=True)
class Subject:
    """What one file of the ontology is about."""

    name: str
    entries: Sequence[Entry]

    @property
    def title(self) -> str:
        """The name as a heading."""
        return words(self.name).capitalize()

    @property
    def classes(self) -> Sequence[Entry]:
        """Its classes."""
        return [entry for entry in self.entries if entry.kind == "class"]

    @property
    def properties(self) -> Sequence[Entry]:
        """Everything else."""
        return [entry for entry in self.entries if entry.kind != "class"]


def subjects(
    described: Mapping[str, Description], uses: Iterable[Row]
) -> Sequence[Subject]:
    """The terms that a graph describes, by the file that defines each."""
    used = {
        row["term"].value: (
            int(row["uses"].value),
            row["example"].value,
            row["label"].value if "label" in row else words(row["example"].value),
        )
        for row in uses
        if "term" in row
    }
    homes = _homes()
    held: dict[str, list[Entry]] = {}
    for iri, said in described.items():
        types = [term.value for term in said.get(_TYPE, ())]
        kind = next((word for name, word in _KINDS.items() if name in types), "")
        if kind:
            entry = Entry(iri, kind, said, *used.get(iri, (0, "", "")))
            held.setdefault(homes.get(iri, "other terms"), []).append(entry)
    return [
        Subject(name, sorted(held[name], key=lambda entry: entry.label.casefold()))
        for name in sorted(held, key=lambda name: (name == "other terms", name))
    ]


@cache
def _homes() -> Mapping[str, str]:
    """The stem of the file that defines each term."""
    found: dict[str, str] = {}
    for path in sorted((files.root() / "ontology").glob("*.ttl")):
        for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                found.setdefault(quad.subject.value, path.stem)
    return found


def _is_own(iri: str) -> bool:
    return iri.startswith(str(namespaces.SP))
