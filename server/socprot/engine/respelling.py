"""
Give values back as they were written, where that can be told.

The engine has matched a value; it was written in one way or in several (`spelling`).
Where a column comes from triples alone (`columns`), what it was written as stands in
the triples that its patterns match, given the rest of the row; where these agree, that
is it. What a query computes or brings along stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from typing import IO, Any, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from socprot.engine.columns import Columns, Part, understood
from socprot.engine.spelling import Spellings

Row = Mapping[str, Any]


class Respelling:
    """Gives the values of one answer back."""

    def __init__(self, spellings: Spellings, query: str, *, whole: bool) -> None:
        """Begin with the query; see `understood`."""
        self._spellings = spellings
        self._query = query
        self._whole = whole

    def rows(self, answer: QuerySolutions) -> QuerySolutions:
        """The same rows, with their values as written."""
        lines = _Lines(self._lines(answer))
        form = QueryResultsFormat.TSV
        return cast(QuerySolutions, parse_query_results(cast(IO[bytes], lines), form))

    def triple(self, triple: Triple) -> Triple:
        """The same triple, with its value as written."""
        value = triple.object
        if not isinstance(value, Literal) or value not in self._spellings:
            return triple
        spelt = self._made(triple, value) if self._columns else value
        return Triple(triple.subject, triple.predicate, spelt)

    @cached_property
    def _columns(self) -> Columns | None:
        return understood(self._query, whole=self._whole)

    def _lines(self, answer: QuerySolutions) -> Iterator[bytes]:
        names = [variable.value for variable in answer.variables]
        yield ("\t".join(f"?{name}" for name in names) + "\n").encode()
        for solution in answer:
            terms = list(solution)
            if any(term in self._spellings for term in terms) and self._columns:
                row = dict(zip(names, terms, strict=True))
                terms = [self._value(name, term, row) for name, term in row.items()]
            texts = ("" if term is None else str(term) for term in terms)
            yield ("\t".join(texts) + "\n").encode()

    def _value(self, name: str, term: Any, row: Row) -> Any:
        """What a cell was written as."""
        columns = self._columns
        if columns is None or term not in self._spellings:
            return term
        return _only(self._ways(columns, name, term, row), term)

    def _made(self, triple: Triple, value: Literal) -> Literal:
        """What the object of a triple was written as that a query made."""
        columns = self._columns
        if columns is None:
            return value
        ways: set[Literal] = set()
        for parts in columns.template:
            row = _matched(parts, triple)
            if row is None:
                continue
            if isinstance(parts[2], str):
                ways |= self._ways(columns, parts[2], value, row)
            elif parts[2] is not None:  # it stands in the query
                return value
        return _only(ways, value)

    def _ways(
        self, columns: Columns, name: str, value: Literal, row: Row
    ) -> set[Literal]:
        """In which ways what a variable is bound to is written where it comes from."""
        if name in columns.computed:
            return {value}

        def known(part: Part) -> Any:
            if not isinstance(part, str):
                return part
            sure = not (columns.nested or part in columns.computed)
            term = row.get(part) if sure else None
            return term if isinstance(term, NamedNode | BlankNode) else None

        return {
            way
            for pattern in columns.patterns.get(name, ())
            for way in self._spellings.of(
                value,
                known(pattern.subject),
                known(pattern.predicate),
                known(pattern.graph),
            )
        }


def _only(ways: set[Literal], otherwise: Literal) -> Literal:
    return next(iter(ways)) if len(ways) == 1 else otherwise


def _matched(parts: Sequence[Part], triple: Triple) -> Row | None:
    """The row that a template makes this triple of, or None."""
    row: dict[str, Any] = {}
    terms = (triple.subject, triple.predicate, triple.object)
    for part, term in zip(parts, terms, strict=True):
        if isinstance(part, str):
            if row.setdefault(part, term) != term:
                return None
        elif isinstance(part, NamedNode) and part != term:
            return None
    return row


class _Lines:
    """Lines as a file."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._line = BytesIO()

    def read(self, size: int) -> bytes:
        """The next bytes, as many as there are at hand."""
        while not (piece := self._line.read(size)):
            line = next(self._lines, None)
            if line is None:
                return b""
            self._line = BytesIO(line)
        return piece
