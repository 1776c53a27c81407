"""`socprot query` -- ask the bundle a question."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from socprot import bundle, files, on_disk, queries, turtle
from socprot.errors import BadParameter, NotFound, QuerySyntaxError
from socprot.namespaces import ID
from socprot.suggestion import near_terms

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

    Answer = QueryBoolean | QuerySolutions | QueryTriples

Made = TypeVar("Made")
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
@click.option(
    "--list", "listing", is_flag=True, help="List the published questions, by theme."
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="With --list: also the queries behind checks, lists and pages.",
)
def query(
    question: str,
    params: tuple[str, ...],
    chosen: str | None,
    listing: bool,
    everything: bool,
) -> None:
    """Ask the bundle a question.

    QUESTION is the name of a published query, a file, or `-` for standard input.
    A query's parameters are its one-value VALUES lines; an IRI may be given as the
    prefixed name of a record (body:asean), its path (body/asean) or its slug (asean).

    \b
    socprot query --list
    socprot query members-on-day --param day=2026-01-01
    echo 'ASK { ?s ?p ?o }' | socprot query --format json
    """
    if everything and not listing:
        raise BadParameter("--all goes with --list.")
    if listing:
        _list(everything)
        return
    asked = _find(question)
    values = dict(_pair(param) for param in params)
    text = asked.render(values)
    terms = [asked.params[name].term(value) for name, value in values.items()]

    def answered(store: "Store") -> bytes:
        for term in terms:
            _refuse_unknown(term, store)
        return _written(_ask(store, text), chosen)

    sys.stdout.buffer.write(_using(answered))


def _list(everything: bool) -> None:
    groups: dict[str, list[queries.Query]] = {}
    for found in _named().values():
        folder = found.path.parent.relative_to(files.root() / "queries").as_posix()
        if folder == "competency":
            groups.setdefault(found.header.get("theme", "other"), []).append(found)
        elif everything:
            groups.setdefault(f"queries/{folder}", []).append(found)
    # The themes come first.
    for group in sorted(groups, key=lambda group: ("/" in group, group)):
        click.echo(group)
        for found in groups[group]:
            click.echo(f"    {found.name}: {found.summary}")
            for param in found.params.values():
                click.echo(f"        --param {param.name}={param.value}")


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


def answer(text: str, use: "Callable[[Answer], Made]") -> "Made":
    """Ask the bundle in use, and return what is made of the answer.

    Raises:
        QuerySyntaxError: it is not SPARQL 1.1.
    """
    return _using(lambda store: use(_ask(store, text)))


def _using(use: "Callable[[Store], Made]") -> "Made":
    """Use the graph of the bundle in use: on disk, or where that is damaged, loaded."""
    from pyoxigraph import RdfFormat, Store

    used = bundle.require()
    if made := on_disk.find(used.path):
        with suppress(*on_disk.DAMAGED):
            return use(Store.read_only(str(made)))
    store = Store()
    store.bulk_load(path=used.graph, format=RdfFormat.N_QUADS)
    return use(store)


def _refuse_unknown(term: str, store: "Store") -> None:
    """Refuse the name of a record where there is none of this name.

    Raises:
        NotFound: there is none.
    """
    from pyoxigraph import NamedNode

    iri = term[1:-1]
    if not term.startswith(f"<{ID}") or any(
        store.quads_for_pattern(NamedNode(iri), None, None)
    ):
        return
    subjects = {str(quad.subject)[1:-1] for quad in store}
    near = near_terms(iri, (one for one in subjects if one.startswith(ID)))
    names = " or ".join(one.removeprefix(ID) for one in near)
    hint = f"; did you mean {names}?" if names else "."
    raise NotFound(f"there is no record {iri.removeprefix(ID)}{hint}")


def _ask(store: "Store", text: str) -> "Answer":
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
