"""The rows of a published question as a table that people read.

A column `record` is not shown: the name of the record leads there instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from socprot.namespaces import PREFIXES
from socprot.queries import Query
from socprot.web.rows import Row, Rows

_RECORD = "record"
_NAMED = re.compile(r"\?record\b[^.{}]*?\brdfs:label \?(\w+)")
_DATES = {PREFIXES["xsd"] + name for name in ("date", "gYear", "gYearMonth")}
_NUMBERS = {PREFIXES["xsd"] + name for name in ("decimal", "double", "integer")}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        style: of its cells: "number", "date", or nothing special.
        leads: whether its cells lead to the record of their row.
    """

    name: str
    style: str
    leads: bool


@dataclass(frozen=True)
class Tabulation:
    """A table, or the beginning of a long one."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int


def tabulate(query: Query, result: Rows, most: int) -> Tabulation:
    """The answer to a question as a table of at most so many rows."""
    match = _NAMED.search(query.text)
    names = [name for name in result.variables if name != _RECORD]
    leading = match[1] if match and match[1] in names else ""
    if not leading:
        names = list(result.variables)
    columns = [
        Column(name, _style(name, result.rows), name == leading) for name in names
    ]
    return Tabulation(columns, result.rows[:most], len(result.rows))


def _style(name: str, rows: Sequence[Row]) -> str:
    """What all the values of a column are."""
    types = {row[name].datatype for row in rows if name in row}
    if types and types <= _NUMBERS:
        return "number"
    return "date" if types and types <= _DATES else ""
