"""`socprot query` -- ask the bundle a question."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from socprot import bundle, files, queries, turtle
from socprot.errors import BadParameter, NotFound, QuerySyntaxError

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

    Answer = QueryBoolean | QuerySolutions | QueryTriples

_ROWS = ("json", "xml", "csv", "tsv")
_GRAPHS = ("turtle", "ntriples", "jsonld", "rdfxml")


@click.command()
@click.argument("question", default="-")
@click.option(
    "--param",
    "-p",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="Give a parameter of the query another value.",
)
@click.option(
    "--format",
    "-f",
    "chosen",
    type=click.Choice(["table", *_ROWS, *_GRAPHS]),
    help="How to write the answer.  [default: table, or turtle for a graph]",
)
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
def query(
    question: str, params: tuple[str, ...], chosen: str | None, listing: bool
) -> None:
    """Ask the bundle a question.

    QUESTION is the name of a published query, a file, or `-` for standard input.
    A query's parameters are its one-value VALUES lines; an IRI may be given as the
    prefixed name or the slug of a record.

    \b
    socprot query --list
    socprot query members-on-day --param day=2026-01-01
    echo 'ASK { ?s ?p ?o }' | socprot query --format json
    """
    if listing:
        _list()
        return
    text = _find(question).render(dict(_pair(param) for param in params))
    found = answer(text)
    sys.stdout.buffer.write(_written(found, chosen))


def _list() -> None:
    for name, found in _named().items():
        click.echo(f"{name}: {found.summary}")
        for param in found.params.values():
            click.echo(f"    --param {param.name}={param.value}")


def _named() -> dict[str, queries.Query]:
    return queries.load(files.root() / "queries")


def _find(question: str) -> queries.Query:
    if question == "-":
        return queries.Query(Path("standard input"), sys.stdin.read())
    if Path(question).is_file():
        return queries.Query(Path(question))
    found = _named().get(question)
    if found is None:
        raise NotFound(
            f"there is no query and no file {question!r}: see `socprot query --list`."
        )
    return found


def _pair(param: str) -> tuple[str, str]:
    name, equals, value = param.partition("=")
    if not equals:
        raise BadParameter(f"write a parameter as NAME=VALUE, not {param!r}.")
    return name, value


def answer(text: str) -> "Answer":
    """Ask the bundle in use.

    Raises:
        QuerySyntaxError: it is not SPARQL 1.1.
    """
    from pyoxigraph import RdfFormat, Store

    found = bundle.require()
    store = Store()
    store.bulk_load(path=found.graph, format=RdfFormat.N_QUADS)
    try:
        return store.query(text)
    except SyntaxError as error:
        raise QuerySyntaxError(
            f"this is not SPARQL 1.1: {error.msg}.", error.lineno, error.offset
        ) from None


def _written(answer: "Answer", chosen: str | None) -> bytes:
    from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples

    is_graph = isinstance(answer, QueryTriples)
    name = chosen or ("turtle" if is_graph else "table")
    if is_graph != (name in _GRAPHS):
        fitting = ", ".join(_GRAPHS if is_graph else ("table", *_ROWS))
        raise BadParameter(f"this answer cannot be written as {name}, only: {fitting}.")
    if isinstance(answer, QueryTriples):
        from pyoxigraph import Quad

        from socprot import export

        quads = (Quad(*triple) for triple in answer)
        return export.write(quads, name, bundle.require().context)
    if name != "table":
        formats: dict[str, Any] = {
            "csv": QueryResultsFormat.CSV,
            "json": QueryResultsFormat.JSON,
            "tsv": QueryResultsFormat.TSV,
            "xml": QueryResultsFormat.XML,
        }
        return answer.serialize(format=formats[name]) or b""
    if isinstance(answer, QueryBoolean):
        return b"yes\n" if answer else b"no\n"
    return _table(answer).encode()


def _table(answer: "QuerySolutions") -> str:
    from io import StringIO

    from pyoxigraph import Literal
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for variable in answer.variables:
        # Wide answers wrap; a date or a name is never cut short.
        table.add_column(variable.value, overflow="fold")
    for row in answer:
        # Words are read, so they stand without their quotes; names keep their prefix.
        cells = (
            term.value if isinstance(term, Literal) else turtle.term(term)
            for term in row
        )
        known = zip(row, cells, strict=True)
        table.add_row(*(Text("" if term is None else cell) for term, cell in known))
    wide = None if sys.stdout.isatty() else 10_000
    stream = StringIO()
    console = Console(file=stream, width=wide, color_system=None)
    console.print(table)
    console.print(f"{table.row_count} rows" if table.row_count != 1 else "1 row")
    return stream.getvalue()
