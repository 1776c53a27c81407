"""Evaluate one query on a store and write the answer. Runs in a worker only."""

import errno
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import IO, Any, NamedTuple, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
)

from socprot.engine import Kind, triples
from socprot.engine.merge import merged
from socprot.engine.outlet import Caps, Outlet
from socprot.engine.rows import counter
from socprot.engine.source import Graph
from socprot.engine.well_formed import XmlFilter
from socprot.engine.wire import Pipe
from socprot.errors import (
    BadRequest,
    EngineUnavailable,
    NotAcceptable,
    QuerySyntaxError,
    ServiceRefused,
    SocprotError,
)

ROW_FORMATS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
FORMATS: Mapping[Kind, frozenset[str]] = {
    "rows": frozenset(ROW_FORMATS),
    "boolean": frozenset(ROW_FORMATS),
    "triples": frozenset(triples.FORMATS),
}
# How a store on disk begins to say that a file of it cannot be read, or is damaged.
_OF_DISK = ("IO error: ", "Corruption: ")


class Job(NamedTuple):
    """One query, as a worker gets it.

    Attributes:
        query: SPARQL text.
        media_types: the format for each kind of answer.
        prefixes: what the query declares, for a readable answer.
        default_graphs, named_graphs: the whole dataset, where it is not the store's.
    """

    query: str
    media_types: Mapping[Kind, str]
    prefixes: Mapping[str, str]
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None

    def to_bytes(self) -> bytes:
        """Pack it for the way to a worker: a line of JSON, and the query as it is.

        Most jobs differ in nothing but their query, so the line is rarely written.
        """
        if self.prefixes or self.default_graphs is not None:
            more = self.prefixes, self.default_graphs, self.named_graphs
            line = json.dumps([self.media_types, *more]).encode()
        else:
            line = _plain(tuple(self.media_types.items()))
        return b"%b\n%b" % (line, self.query.encode())

    @classmethod
    def from_bytes(cls, payload: bytes) -> "Job":
        """Unpack it there."""
        line, _, query = payload.partition(b"\n")
        return cls(query.decode(), *_line(line))


@lru_cache(maxsize=64)
def _plain(media_types: tuple[tuple[Kind, str], ...]) -> bytes:
    """The line of a job without prefixes, on the graph as it is."""
    return json.dumps([dict(media_types), {}, None, None]).encode()


@lru_cache(maxsize=16)
def _line(line: bytes) -> list[Any]:
    fields: list[Any] = json.loads(line)
    return fields


def evaluate(graph: Graph, job: Job, pipe: Pipe, caps: Caps) -> Outlet:
    """Evaluate a query and write all of the answer but its end.

    Raises:
        QuerySyntaxError: it is not SPARQL.
        BadRequest: it asks for something that cannot be evaluated.
        ServiceRefused: it asks for remote data.
        NotAcceptable: the answer cannot be written in this format.
        AnswerTooLarge: the answer is too large.
        EngineUnavailable: the store cannot be read.
    """
    try:
        return _write(graph, _ask(graph.store, job), job, pipe, caps)
    except SyntaxError as error:
        raise QuerySyntaxError(_message(job.query, error)) from error
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            raise
        raise _refusal(error) from error


def _refusal(error: OSError | RuntimeError) -> SocprotError:
    """What it means that a query cannot be evaluated."""
    if str(error).startswith(_OF_DISK):
        return EngineUnavailable(
            "This server cannot read its graph, whatever the query; try again later."
        )
    if isinstance(error, RuntimeError):
        return BadRequest(f"The query cannot be evaluated: {error}.")
    # The only other thing that could be opened is a connection: SERVICE.
    return ServiceRefused(
        f"The query asks for data that is not here, and gets none: {error}."
    )


def _message(query: str, error: SyntaxError) -> str:
    """What the parser says about a query that is followed by enough room.

    It reads beyond what it compares with keywords; at the end of the text, it would
    only tell that the text ends.
    """
    try:
        Store().query(query + " " * 40)
    except SyntaxError as clearer:
        return str(clearer)
    return str(error)


def _ask(store: Store, job: Job) -> QuerySolutions | QueryBoolean | QueryTriples:
    dataset: dict[str, Any] = {}
    if job.default_graphs is not None and job.named_graphs is not None:
        defaults = [_graph(iri) for iri in job.default_graphs]
        named = [_graph(iri) for iri in job.named_graphs]
        if len(defaults) > 1:
            store = merged(store, defaults, named)
            dataset = {"default_graph": DefaultGraph(), "named_graphs": named}
        else:
            dataset = {"default_graph": defaults, "named_graphs": named}
    return store.query(job.query, **dataset)


def _graph(iri: str) -> NamedNode:
    """The name of a graph.

    Raises:
        BadRequest: it is not an absolute IRI.
    """
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise BadRequest(f"<{iri}> names no graph: {error}.") from error


def _write(
    graph: Graph,
    answer: QuerySolutions | QueryBoolean | QueryTriples,
    job: Job,
    pipe: Pipe,
    caps: Caps,
) -> Outlet:
    kind: Kind = "rows"
    if isinstance(answer, QueryBoolean):
        kind = "boolean"
    elif isinstance(answer, QueryTriples):
        kind = "triples"
    media_type = job.media_types.get(kind, "")
    if media_type not in FORMATS[kind]:
        raise NotAcceptable(
            f"This query can be answered as {', '.join(sorted(FORMATS[kind]))};"
            " ask for one of these."
        )
    whole = job.default_graphs is None
    respelling = graph.respelling and graph.respelling(job.query, whole=whole)
    if isinstance(answer, QueryTriples):
        clean = XmlFilter("text/turtle") if media_type.endswith("xml") else None
        outlet = Outlet(pipe, caps, clean=clean)
        made = map(respelling.triple, answer) if respelling else answer
        triples.write(made, media_type, job.prefixes, caps.rows, outlet)
        return outlet
    count = counter(media_type) if kind == "rows" else None
    alternative = "application/sparql-results+json"
    clean = XmlFilter(alternative) if media_type.endswith("xml") else None
    outlet = Outlet(pipe, caps, count, clean)
    if respelling and isinstance(answer, QuerySolutions) and answer.variables:
        answer = respelling.rows(answer)
    answer.serialize(cast(IO[bytes], outlet), ROW_FORMATS[media_type])
    return outlet
