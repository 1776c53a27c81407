"""
Which source says which statement of a record, as far as the graph knows.

A record names its sources, and its statements rest on them together. A verification is
more exact: somebody read one statement again in one source. Where it names a field that
is a property here and found the value that stands here, the footnote of that statement
is that source. What an act tells has the sources of the act. Every other statement
has the sources of the record.
"""

from collections.abc import Iterable, Sequence

from socprot.web.frame.shown import Shown
from socprot.web.record.card import Card, Property, checked, told_by
from socprot.web.record.pointing import Record

_FOUND = ("confirmed", "corrected")  # results with which the record agrees


def read_again(card: Card, checks: Iterable[Record]) -> dict[str, Sequence[int]]:
    """The numbers of the sources in which statements were read, by property."""
    properties = [one for section in card.sections for one in section.properties]
    found: dict[str, set[int]] = {}
    for check in checks:
        result, field = check.one("sp:verificationResult"), check.one("sp:checkedField")
        value = check.one("sp:valueFound")
        if field is None or value is None or not check.notes:
            continue
        if result is None or result.term.value.rpartition("/")[2] not in _FOUND:
            continue
        for one in properties:
            if one.iri in checked(field.text) and _is_said(one, value):
                found.setdefault(one.iri, set()).update(check.notes)
    return {iri: sorted(numbers) for iri, numbers in found.items()}


def told_by_acts(card: Card, acts: Iterable[Record]) -> dict[str, Sequence[int]]:
    """The numbers of the sources of the acts that tell something, by property."""
    ways = told_by()
    found: dict[str, set[int]] = {}
    held = [one for section in card.sections for one in section.properties]
    for one in (one for one in held if one.is_told):
        link, role = ways[one.iri]
        values = {shown.term for shown in one.values}
        for act in (act for act in acts if link in act.links):
            if values & {shown.term for shown in act.values.get(role, ())}:
                found.setdefault(one.iri, set()).update(act.notes)
    return {iri: sorted(numbers) for iri, numbers in found.items()}


def tied(ties: Iterable[Record]) -> dict[str, Sequence[int]]:
    """The numbers of the sources of what ties a record to others, by each other."""
    found: dict[str, set[int]] = {}
    for tie in ties:
        for value in (shown.term for held in tie.values.values() for shown in held):
            if value.kind == "uri":
                found.setdefault(value.value, set()).update(tie.notes)
    return {iri: sorted(numbers) for iri, numbers in found.items()}


def _is_said(one: Property, value: Shown) -> bool:
    """Whether a value is the only one of a property; of several, none is footnoted."""
    if len(one.values) != 1:
        return False
    (own,) = one.values
    return value.term.value in (own.term.value, own.text)
