"""
Which records the names in an answer belong to.

A published question answers with names, for people and spreadsheets; its page leads
from each name to the record. A column holds names where the query takes them from
`rdfs:label`. Nearly every name is that of one record only; where two have the same, the
one is meant that is of the kind of the others in the column, or else the thing itself
and not a source that is called after it. What stays open is not linked.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from socprot import directory
from socprot.namespaces import ID
from socprot.queries import Query
from socprot.web.known import known
from socprot.web.rows import Row, Term

_LABEL = re.compile(r"rdfs:label \?(\w+)")
# A variable that takes over the names of another, several at once or with a spare.
_TAKEN = re.compile(
    r"\((?:GROUP_CONCAT\(DISTINCT \?(\w+); [^)]*|COALESCE\(\?(\w+), STR\(\?\w+\))\) "
    r"AS \?(\w+)\)"
)
_PLAIN = ("period", "sex", "unit")  # these tell more here than on a page of their own
_BETWEEN = "; "  # names that are joined
_SOURCE = "source"


@dataclass(frozen=True)
class Naming:
    """The names in the answer to a question."""

    query: Query
    rows: Sequence[Row]

    def records(self, column: str, term: Term) -> Sequence[str]:
        """The short names of the records that a value names; none if that is open."""
        if term.kind != "literal":
            return ()
        if term.value.startswith(ID):
            names = [directory.short(one) for one in term.value.split()]
            return names if all(one in known().entries for one in names) else ()
        if column not in self._columns:
            return ()
        whole = self._record(column, term.value)
        if whole or _BETWEEN not in term.value:
            return (whole,) if whole else ()
        parts = [self._record(column, one) for one in term.value.split(_BETWEEN)]
        return parts if all(parts) else ()

    def _record(self, column: str, name: str) -> str:
        found = known().by_label.get(name, ())
        if any(_kind(one) in _PLAIN for one in found):
            return ""
        if len(found) == 1:
            return found[0]
        alike = [one for one in found if _kind(one) in self._kinds[column]]
        things = [one for one in found if _kind(one) != _SOURCE]
        sure = alike or things
        return sure[0] if len(sure) == 1 else ""

    @cached_property
    def _columns(self) -> frozenset[str]:
        """The variables that hold names of records."""
        held = set(_LABEL.findall(self.query.text))
        taken = _TAKEN.findall(self.query.text)
        held |= {new for one, other, new in taken if (one or other) in held}
        return frozenset(held)

    @cached_property
    def _kinds(self) -> Mapping[str, frozenset[str]]:
        """The kinds of the records in each column whose names nothing else has."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            for column in self._columns & row.keys():
                held = known().by_label.get(row[column].value, ())
                if len(held) == 1:
                    found[column].add(_kind(held[0]))
        return defaultdict(frozenset, {name: frozenset(k) for name, k in found.items()})


def _kind(name: str) -> str:
    return name.partition("/")[0]
