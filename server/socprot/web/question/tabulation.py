"""
The rows of a published question as a table that people read.

A name leads to its record, a date is in words. A column `record` is not shown: the name
of the record leads there instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from socprot.namespaces import ID, PREFIXES
from socprot.queries import Query
from socprot.web.frame.shown import Shown, show
from socprot.web.languages import ENGLISH
from socprot.web.question.naming import Naming
from socprot.web.rows import Row, Rows, Term

_RECORD = "record"
_NAMED = re.compile(r"\?record\b[^.{}]*?\brdfs:label \?(\w+)")
_DATES = {PREFIXES["xsd"] + name for name in ("date", "gYear", "gYearMonth")}
_NUMBERS = {PREFIXES["xsd"] + name for name in ("decimal", "double", "integer")}


@dataclass(frozen=True)
class Column:
    """One column; `style` is of its cells: "number", "date", or nothing special."""

    name: str
    style: str


@dataclass(frozen=True)
class Cell:
    """One value as it is read.

    Attributes:
        order: what it is sorted by, where that is not what is read.
    """

    shown: Markup
    order: str = ""


@dataclass(frozen=True)
class Tabulation:
    """A table, or the beginning of a long one."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: int


def tabulate(query: Query, result: Rows, most: int, language: str) -> Tabulation:
    """The answer to a question as a table of at most so many rows.

    Args:
        language: of the names of records, as far as they have one in it.
    """
    match = _NAMED.search(query.text)
    names = [name for name in result.variables if name != _RECORD]
    leading = match[1] if match and match[1] in names else ""
    if not leading:
        names = list(result.variables)
    shown = result.rows[:most]
    naming = Naming(query, shown)
    rows = [
        [_cell(row, name, naming, language, leads=name == leading) for name in names]
        for row in shown
    ]
    columns = [Column(name, _style(name, result.rows)) for name in names]
    return Tabulation(columns, rows, len(result.rows))


def _cell(row: Row, name: str, naming: Naming, language: str, *, leads: bool) -> Cell:
    if name not in row:
        return Cell(Markup(""))
    term = row[name]
    if leads and _RECORD in row:
        return Cell(_link(row[_RECORD].value, term, language))
    found = naming.records(name, term)
    if found:
        own = term if len(found) == 1 and not term.value.startswith(ID) else None
        links = [_link(ID + one, own, language) for one in found]
        return Cell(Markup("; ").join(links))
    if term.kind == "uri":
        return Cell(_link(term.value, None, language))
    shown = Shown(term, language=term.language if term.language != ENGLISH else "")
    return Cell(escape(shown), term.value if term.datatype in _DATES else "")


def _link(iri: str, name: Term | None, language: str) -> Markup:
    """A thing under its name in a language, or else under that in the answer."""
    return escape(show(Term("uri", iri), [name] if name else [], language))


def _style(name: str, rows: Sequence[Row]) -> str:
    """What all the values of a column are."""
    types = {row[name].datatype for row in rows if name in row}
    if types and types <= _NUMBERS:
        return "number"
    return "date" if types and types <= _DATES else ""
