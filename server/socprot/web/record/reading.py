"""
Which source says which statement of a record, as far as the graph knows.

A record names its sources, and its statements rest on them together. A verification is
more exact: somebody read a statement again in a source, and where the record agrees
with what was found, the footnote of that statement is that source. What an act tells
has the sources of the act. Every other statement has the sources of the record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from socprot.web.record.card import Card, Property, checked, told_by
from socprot.web.record.pointing import Record

# The numbers of the sources of a statement, by its property and by its value.
Exact: TypeAlias = Mapping[str, Mapping[str, Sequence[int]]]

_CONFIRMED, _CORRECTED = "confirmed", "corrected"


def exact(card: Card, checks: Iterable[Record], ties: Iterable[Record]) -> Exact:
    """The statements whose own sources are known.

    Args:
        checks: the verifications of the record.
        ties: the acts and the qualified links that point at it.
    """
    held = [one for section in card.sections for one in section.properties]
    found: dict[str, dict[str, set[int]]] = {}
    for check in checks:
        for field, value in _said(check):
            for one in held:
                if one.iri in checked(field):
                    _note(found, one, value, check.notes)
    acts = list(ties)
    for one in (one for one in held if one.is_told):
        link, role = told_by()[one.iri]
        for act in (act for act in acts if link in act.links):
            for shown in act.values.get(role, ()):
                _note(found, one, shown.term.value, act.notes)
    return {
        name: {value: sorted(numbers) for value, numbers in values.items()}
        for name, values in found.items()
    }


def tied(ties: Iterable[Record]) -> Mapping[str, Sequence[int]]:
    """The numbers of the sources of what ties a record to others, by each other."""
    found: dict[str, set[int]] = {}
    for tie in ties:
        for value in (shown.term for held in tie.values.values() for shown in held):
            if value.kind == "uri":
                found.setdefault(value.value, set()).update(tie.notes)
    return {iri: sorted(numbers) for iri, numbers in found.items()}


def _said(check: Record) -> Iterator[tuple[str, str]]:
    """The fields that a verification checked, each with the value that holds.

    Several fields stand in one check as "first day, city", with "2012; Ha Noi"; one of
    the values of a field as "organised: International Labour Organization".
    """
    result, field = check.one("sp:verificationResult"), check.one("sp:checkedField")
    if result is None or field is None:
        return
    outcome = result.term.value.rpartition("/")[2]
    if outcome in (_CONFIRMED, _CORRECTED) and (found := check.one("sp:valueFound")):
        yield field.text, found.term.value
    if outcome == _CONFIRMED and (value := check.one("sp:valueChecked")):
        fields, values = field.text.split(", "), value.term.value.split("; ")
        if len(fields) == len(values):
            yield from zip(fields, values, strict=True)
    if outcome == _CONFIRMED and ": " in field.text:
        name, _, value_of_it = field.text.partition(": ")
        yield name, value_of_it


def _note(
    found: dict[str, dict[str, set[int]]],
    one: Property,
    value: str,
    numbers: Iterable[int],
) -> None:
    """Note the sources of the statement that a property has a value, if it has."""
    for own in one.values:
        if value in (own.term.value, own.text):
            values = found.setdefault(one.iri, {})
            values.setdefault(own.term.value, set()).update(numbers)
