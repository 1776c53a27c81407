"""
Derive `sp:earliest` and `sp:latest`, so that dates of any precision can be ordered.

This is plain Python because OWL cannot compare a year with a day. A thing begins on the
first day that its start date may mean, and ends on the last day that its end date may
mean. Where it has no start or end date, any other date of it (sp:date and the
properties below it) says the same for both. A start date alone says nothing about the
end, and an end date alone nothing about the beginning: none is made up.
"""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from socprot import dates
from socprot.namespaces import PREFIXES, SP

_DATE = NamedNode(PREFIXES["xsd"] + "date")
_SUB_PROPERTY = NamedNode(PREFIXES["rdfs"] + "subPropertyOf")
_START, _END, _OTHER = str(SP.startDate), str(SP.endDate), str(SP.date)
_EARLIEST, _LATEST = NamedNode(str(SP.earliest)), NamedNode(str(SP.latest))
DERIVED = {_EARLIEST, _LATEST}


def intervals(given: Iterable[Quad], ontology: Iterable[Quad]) -> list[Triple]:
    """Return the first and last day of everything that has a date, in stable order."""
    roles = dict.fromkeys(below(_OTHER, ontology), _OTHER)
    roles |= {_START: _START, _END: _END}
    days: dict[NamedNode, dict[str, list[tuple[str, str]]]] = {}
    for subject, predicate, value, _ in given:
        role = roles.get(predicate.value)
        if role is None or not isinstance(subject, NamedNode):
            continue
        if interval := _interval(value):
            days.setdefault(subject, {}).setdefault(role, []).append(interval)
    found = []
    for subject, by_role in days.items():
        other = by_role.get(_OTHER, [])
        if starts := by_role.get(_START) or other:
            earliest = min(first for first, _ in starts)
            found.append(Triple(subject, _EARLIEST, Literal(earliest, datatype=_DATE)))
        if ends := by_role.get(_END) or (not by_role.get(_START) and other):
            latest = max(last for _, last in ends)
            found.append(Triple(subject, _LATEST, Literal(latest, datatype=_DATE)))
    return sorted(found, key=str)


def _interval(value: object) -> tuple[str, str] | None:
    if not isinstance(value, Literal) or not dates.is_date(value.datatype.value):
        return None
    try:
        first, last = dates.interval(value.value, value.datatype.value)
    except ValueError:
        return None  # the checks say so, with the record and the line
    return first.isoformat(), last.isoformat()


def below(
    top: str, ontology: Iterable[Quad], relation: NamedNode = _SUB_PROPERTY
) -> set[str]:
    """Return a property, or what else `relation` orders, and all below it."""
    pairs = [
        (quad.subject.value, quad.object.value)
        for quad in ontology
        if quad.predicate == relation
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    ]
    found = {top}
    while more := {low for low, high in pairs if high in found} - found:
        found |= more
    return found
