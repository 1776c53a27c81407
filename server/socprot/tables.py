"""
CSV tables become triples through their CSVW metadata, and through nothing else.

`csvw` reads the rows and checks them against the metadata; the mapping to RDF is the
minimal mode of the W3C's csv2rdf. One liberty: the `valueUrl` of a column with a
`separator` is expanded once for each item of the list, so that each becomes a link.

Specifications: https://www.w3.org/TR/tabular-metadata/ https://www.w3.org/TR/csv2rdf/
"""

import csv
import json
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad

from socprot import files
from socprot.namespaces import PREFIXES
from socprot.problem import Problem, refuse

if TYPE_CHECKING:
    from csvw.metadata import Column, Table  # type: ignore[import-untyped]

_XSD = PREFIXES["xsd"]
# The datatypes of CSVW that XML Schema calls otherwise.
_CALLED = {"binary": "base64Binary", "datetime": "dateTime", "number": "double"}
_SUFFIX = "-metadata.json"
# `csvw` reports in words: the path, the line, the number of the column, its name.
_REPORT = re.compile(r"^.*?:(?P<line>\d+):\d+ (?P<column>[^:]+): (?P<reason>.*)$", re.S)
# Of a date it says what it looked for, what it found, and the pattern in Python.
_NO_DATE = re.compile(r"(?P<form>.+?) -- (?P<value>.*) -- re\.compile\(.*", re.S)


@dataclass(frozen=True)
class Row:
    """The triples of one row, and where it stands."""

    line: int
    subject: str
    quads: list[Quad]


@dataclass(frozen=True)
class Converted:
    """One table as triples.

    Attributes:
        name: its path below the root.
        columns: the name of the column, or columns, that make each property.
    """

    name: str
    rows: list[Row]
    columns: Mapping[str, str]


def read() -> list[Converted]:
    """Convert every table.

    Raises:
        BuildFailed: some cannot be read, or have bad rows.
    """
    converted = []
    problems = []
    for path in files.tables():
        table, faults = convert(path, files.name(path))
        converted.append(table)
        problems += faults
    if problems:
        raise refuse(problems)
    return converted


def convert(path: Path, name: str) -> tuple[Converted, list[Problem]]:
    """Turn one table into triples, and say what is wrong with its rows."""
    metadata = path.with_name(path.name + _SUFFIX)
    try:
        table = _describe(metadata)
    except (ValueError, KeyError, TypeError, OSError) as error:
        problem = Problem(
            name + _SUFFIX,
            getattr(error, "lineno", None),
            "",
            f"The metadata of the table cannot be used: {error}.",
            "csvw",
            f"Describe {path.name} in {metadata.name}, as CSVW says.",
        )
        return Converted(name, [], {}), [problem]
    if shape := _check_shape(path, name, table):
        return Converted(name, [], {}), shape
    report = _Report(name)
    rows = []
    keys: dict[tuple[object, ...], int] = {}
    for _, line, values in table.iterdicts(log=report.logger, with_metadata=True):
        if twice := _duplicate(table, values, keys, line, name):
            report.problems.append(twice)
        try:
            rows.append(_row(table, line, values))
        except ValueError as error:  # of pyoxigraph, about an IRI or a language
            report.problems.append(_fault(name, line, "iri", f"{error}."))
    columns: dict[str, list[str]] = {}
    for column in table.tableSchema.columns:
        columns.setdefault(_property(column), []).append(str(column))
    named = {key: " or ".join(names) for key, names in columns.items()}
    return Converted(name, rows, named), report.problems


def _describe(metadata: Path) -> "Table":
    from csvw.metadata import Table

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what csvw only warns of would be lost silently
        try:
            description = json.loads(metadata.read_text(encoding="utf-8"))
            table: Table = Table.from_file(metadata, data=description)
        except UserWarning as error:
            raise ValueError(str(error)) from None
    if table.tableSchema is None or table.tableSchema.aboutUrl is None:
        raise ValueError("there is no tableSchema with an aboutUrl")
    return table


def _check_shape(path: Path, name: str, table: "Table") -> list[Problem]:
    """Compare header and lengths of rows with the metadata: csvw lets these pass."""
    expected = [
        str(column) for column in table.tableSchema.columns if not column.virtual
    ]
    problems = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if header != expected:
                problems.append(
                    _fault(
                        name, 1, "header", f"The columns must be {', '.join(expected)}."
                    )
                )
            for row in reader:
                if row and len(row) != len(header):
                    message = f"The row has {len(row)} cells, not {len(header)}."
                    problems.append(_fault(name, reader.line_num, "row", message))
    except (csv.Error, UnicodeDecodeError) as error:
        problems.append(
            _fault(name, None, "csv", f"This is not CSV in UTF-8: {error}.")
        )
    return problems


def _fault(name: str, line: int | None, rule: str, message: str) -> Problem:
    remedy = "Correct the row; a cell with a comma or a quote stands in double quotes."
    return Problem(name, line, "", message, rule, remedy)


class _Report:
    """Gathers what csvw logs about single cells."""

    def __init__(self, name: str) -> None:
        self.problems: list[Problem] = []
        self.name = name
        self.logger = logging.Logger("csvw", logging.WARNING)
        handler = logging.Handler()
        handler.emit = self._emit  # type: ignore[method-assign]
        self.logger.addHandler(handler)

    def _emit(self, record: logging.LogRecord) -> None:
        match = _REPORT.match(record.getMessage())
        reason = match["reason"] if match else record.getMessage()
        if date := _NO_DATE.fullmatch(reason):
            reason = f"{date['value']!r} is no date of the form {date['form']}"
        self.problems.append(
            Problem(
                self.name,
                int(match["line"]) if match else None,
                f"column {match['column']}" if match else "",
                f"{reason}.",
                "csvw",
                "Correct the cell, or what the metadata of the table says about it.",
            )
        )


def _duplicate(
    table: "Table",
    values: Mapping[str, Any],
    keys: dict[tuple[object, ...], int],
    line: int,
    name: str,
) -> Problem | None:
    names = table.tableSchema.primaryKey or []
    key = tuple(str(values[column]) for column in names)
    first = keys.setdefault(key, line) if names else line
    if first == line:
        return None
    return Problem(
        name,
        line,
        f"column {', '.join(names)}",
        f"The key {', '.join(map(str, key))} stands in line {first} already.",
        "primaryKey",
        "Remove one of the rows, or tell them apart in the key.",
    )


def _row(table: "Table", line: int, values: Mapping[str, Any]) -> Row:
    schema = table.tableSchema
    context = {
        str(column): _text(values.get(str(column)), _base(column))
        for column in schema.columns
    }
    quads = []
    about = _expand(schema.aboutUrl, context, line)
    for column in schema.columns:
        cell = values.get(str(column))
        is_empty = cell is None or (isinstance(cell, list) and not cell)
        if column.suppressOutput or (is_empty and not column.virtual):
            continue
        template = column.inherit("aboutUrl")
        subject = NamedNode(_expand(template, context, line))
        predicate = NamedNode(_property(column))
        for item in cell if isinstance(cell, list) else [cell]:
            if item is not None or column.virtual:
                value = _value(column, item, context, line)
                quads.append(Quad(subject, predicate, value))
    return Row(line, about, quads)


def _property(column: "Column") -> str:
    template = column.inherit("propertyUrl")
    return template.expand() if template else f"#{column}"


def _value(
    column: "Column", item: Any, context: Mapping[str, Any], line: int
) -> NamedNode | Literal:
    if template := column.inherit("valueUrl"):
        own = {**context, str(column): _text(item, _base(column))}
        return NamedNode(_expand(template, own, line))
    base = _base(column)
    if base == "anyURI":
        return NamedNode(str(_text(item, base)))
    if base == "string":
        language = column.inherit("lang")
        is_known = language not in (None, "und")
        return Literal(item, language=language if is_known else None)
    if base == "date" and isinstance(item, datetime):
        item = item.date()  # csvw reads a day as the instant at which it begins
    return Literal(
        str(_text(item, base)), datatype=NamedNode(_XSD + _CALLED.get(base, base))
    )


def _expand(template: Any, context: Mapping[str, Any], line: int) -> str:
    own = {**context, "_row": line - 1, "_sourceRow": line}
    values = ((name, own.get(name)) for name in template.variable_names)
    given = ((n, tuple(v) if isinstance(v, list) else v) for n, v in values)
    return _expanded(template.uri, tuple(given))


@lru_cache(maxsize=10_000)
def _expanded(uri: str, values: tuple[tuple[str, Any], ...]) -> str:
    """Expand an URI template (RFC 6570); most cells of a column say one of a few."""
    from uritemplate import URITemplate

    return str(URITemplate(uri).expand(**dict(values)))


def _base(column: "Column") -> str:
    datatype = column.inherit("datatype")
    return str(datatype.base) if datatype else "string"


def _text(value: Any, base: str) -> Any:
    """Write a value in the canonical spelling of its XML Schema datatype."""
    if isinstance(value, list):
        return [_text(item, base) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        # 12.50 is 12.5 (XML Schema 1.1 part 2, section E.2), as every store has it.
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, datetime):
        return (value.date() if base == "date" else value).isoformat()
    if hasattr(value, "unsplit"):  # an IRI, as csvw reads xsd:anyURI
        return value.unsplit()
    return value if value is None else str(value)


def triples(tables: list[Converted]) -> Iterator[Quad]:
    """Every triple of these tables."""
    for table in tables:
        for row in table.rows:
            yield from row.quads
