"""
What a record itself says, put in order for its page: see card.toml, which says how.

A card has a line below the title, then sections of properties. What is stated comes
first; what follows by reasoning stands apart, marked as such.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from socprot import turtle
from socprot.namespaces import INFERRED, PREFIXES, SP
from socprot.statement import iri
from socprot.web import days
from socprot.web.frame.shown import Shown, best, show
from socprot.web.languages import ENGLISH
from socprot.web.rows import Row, Term

_FILE = Path(__file__).with_name("card.toml")
LABEL = PREFIXES["rdfs"] + "label"
TYPE = PREFIXES["rdf"] + "type"
SOURCE = PREFIXES["dcterms"] + "source"
_REST = "More"
_FEW = 6  # values that are shown at once where there may be many


@dataclass
class Property:
    """A property with its values.

    Attributes:
        is_long: whether its values are shown closed.
        unit: of its values, where they are numbers of one unit.
        is_told: whether it is not stated here, but acts tell it.
    """

    iri: str
    label: str = ""
    values: list[Shown] = field(default_factory=list)
    is_long: bool = False
    is_told: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Section:
    """Some properties under a heading.

    Attributes:
        is_last: whether it comes after what points at the record.
    """

    title: str
    properties: Sequence[Property]
    is_last: bool = False


@dataclass(frozen=True)
class Card:
    """A record, in order.

    Attributes:
        language: that of the title, if it is not English.
        lead: what, when and where, as far as one of them is told.
        follows: what is inferred only.
        sources: the sources that it names.
        turtle: what is stated, as its file has it.
        terms: the values of each property, stated or not.
    """

    title: str
    language: str
    lead: Sequence[Shown]
    sections: Sequence[Section]
    types: Sequence[Shown]
    follows: Sequence[Property]
    sources: Sequence[Term]
    turtle: str
    terms: Mapping[str, Sequence[Term]]


def make(name: str, thing: str, rows: Sequence[Row], language: str) -> Card:
    """Put what is said about a thing in order.

    Args:
        name: what it is called where it has no label.
        thing: its IRI.
    """
    stated, follows = _properties(rows, language)
    terms: dict[str, list[Term]] = {}
    for row in rows:
        held = terms.setdefault(row["predicate"].value, [])
        if row["object"] not in held:
            held.append(row["object"])
    title, spoken = best(thing, terms.get(LABEL, []), language)
    types = stated.get(TYPE, Property("")).values
    types = [*types, *follows.pop(TYPE, Property("")).values]
    for told in told_by():
        if told in follows and told not in stated:
            stated[told] = follows.pop(told)
            stated[told].is_told = True
    return Card(
        title or _composed(stated) or name,
        spoken,
        list(_lead(stated, terms)),
        list(_sections(stated)),
        types,
        sorted(
            (one for one in follows.values() if one.iri not in _elsewhere()),
            key=lambda one: one.label.casefold(),
        ),
        terms.get(SOURCE, []),
        _turtle(thing, rows),
        terms,
    )


def _properties(
    rows: Iterable[Row], language: str
) -> tuple[dict[str, Property], dict[str, Property]]:
    """The properties with what is stated, and with what only follows."""
    labels: dict[tuple[str, Term], list[Term]] = {}
    is_stated: dict[tuple[str, Term], bool] = {}
    names: dict[str, str] = {}
    for row in rows:
        predicate, value = row["predicate"].value, row["object"]
        found = labels.setdefault((predicate, value), [])
        if "objectLabel" in row and row["objectLabel"] not in found:
            found.append(row["objectLabel"])
        is_stated.setdefault((predicate, value), False)
        is_stated[predicate, value] |= row["graph"].value != INFERRED
        name = row.get("predicateLabel")
        if name is not None and name.language in ("", ENGLISH):
            names[predicate] = name.value
    both: tuple[dict[str, Property], dict[str, Property]] = ({}, {})
    for (predicate, value), found in labels.items():
        stated = is_stated[predicate, value]
        held = both[0] if stated else both[1]
        entry = held.setdefault(predicate, Property(predicate))
        entry.label = names.get(predicate, "")
        entry.values.append(show(value, found, language, is_inferred=not stated))
    for properties in both:
        for entry in properties.values():
            entry.values.sort(key=lambda shown: shown.text.casefold())
            many = entry.iri in _iris(_held()["many"])
            entry.is_long = many and len(entry.values) > _FEW
            entry.unit = units().get(entry.iri, "")
    return both


def _lead(
    stated: Mapping[str, Property], terms: Mapping[str, Sequence[Term]]
) -> Iterable[Shown]:
    for names in _held()["lead"]:
        found = next((stated[one] for one in _iris(names) if one in stated), None)
        if found is not None and found.iri == TYPE:
            yield from _narrow(found.values)
        elif found is not None:
            yield _lasted(terms) if found.iri == str(SP.startDate) else found.values[0]


def _narrow(types: Sequence[Shown]) -> Sequence[Shown]:
    """The narrower class of a record of a kind that has narrower ones."""
    general = {iri(name).value for name in _held()["general"]}
    if not any(one.term.value in general for one in types):
        return ()
    return [one for one in types if one.term.value not in general][:1]


def _lasted(terms: Mapping[str, Sequence[Term]]) -> Shown:
    """The days of what has a start, as one date."""
    first, last, start = (
        next((term.value for term in terms.get(str(name), ())), "")
        for name in (SP.earliest, SP.latest, SP.startDate)
    )
    return Shown(Term("literal", days.span(first, last, start)))


def _composed(stated: Mapping[str, Property]) -> str:
    """A title for what has no name of its own: an observation."""
    found = (stated.get(one) for one in _iris(_held()["title"]))
    return ", ".join(one.values[0].text for one in found if one is not None)


def _sections(stated: Mapping[str, Property]) -> Iterable[Section]:
    left = {one: held for one, held in stated.items() if one not in _elsewhere()}
    for section in _held()["section"]:
        names = _iris(section["properties"])
        if found := [left.pop(name) for name in names if name in left]:
            yield Section(section["title"], found, section.get("last", False))
    if left:
        rest = sorted(left.values(), key=lambda one: one.label.casefold())
        yield Section(_REST, rest)


def _turtle(thing: str, rows: Iterable[Row]) -> str:
    """What is stated, in the canonical form: the text of the file of a record."""
    triples = {
        Triple(NamedNode(thing), NamedNode(row["predicate"].value), term)
        for row in rows
        if row["graph"].value != INFERRED
        if (term := _node(row["object"])) is not None
    }
    return turtle.write(triples)


def _node(term: Term) -> NamedNode | Literal | None:
    if term.kind == "uri":
        return NamedNode(term.value)
    if term.kind != "literal":
        return None  # a cell of a list: no record has any
    if term.language:
        return Literal(term.value, language=term.language)
    datatype = term.datatype or PREFIXES["xsd"] + "string"
    return Literal(term.value, datatype=NamedNode(datatype))


def inverses() -> Mapping[str, str]:
    """What a link is called at its other end, where the ontology does not say."""
    return {iri(name).value: words for name, words in _held()["inverse"].items()}


def verdicts() -> Mapping[str, str]:
    """What stands before the other value of a correction, by which is preferred."""
    found: dict[str, str] = _held()["verdict"]
    return found


@cache
def units() -> Mapping[str, str]:
    """The unit of each property whose values are numbers of one unit."""
    return {iri(name).value: unit for name, unit in _held()["unit"].items()}


def told_by() -> Mapping[str, tuple[str, str]]:
    """What acts tell of a record: their link to it, and the property of the value."""
    held = _held()["told-by"].items()
    return {iri(name).value: (iri(a).value, iri(b).value) for name, (a, b) in held}


def checked(field: str) -> frozenset[str]:
    """The properties that a verification means by the name of a field."""
    return frozenset(_iris(_held()["checked"].get(field, ())))


def _elsewhere() -> frozenset[str]:
    return frozenset(_iris(_held()["elsewhere"]))


def _iris(names: Iterable[str]) -> list[str]:
    return [iri(name).value for name in names]


@cache
def _held() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
