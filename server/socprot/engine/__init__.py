"""
What the rest of the code may ask of a SPARQL engine, and how the one here answers.

Queries cross this boundary as text and answers as bytes in the format asked for, so
that an engine may live in another process or on another machine. An engine is
read-only: the graph changes by a new bundle, never through a query.

The way of a query, each step a module: `screen` looks at it, `lanes` gives it a place,
`workers` a process, which `worker` is the inside of and `process` the outside, and
`evaluate` runs it there; `running` waits for the answer as long as the `limits` allow.
`asking` leads it from one step to the next, in a thread. In an event loop, `begun`
takes the first steps without one, and `convoy` gives several small queries to one
worker. Whatever a query does to its worker ends there.

The graph: `early` opens it on disk, `source` loads it, or `shelf` keeps it on disk for
good; `nursery` holds it and forks the workers, and `cradle` is the outside of that;
`succession` makes it that of the next bundle, and `spelling` knows what the store does
not keep. `embedded` puts all of this together.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Form: TypeAlias = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
Kind: TypeAlias = Literal["rows", "boolean", "triples"]

KIND: Mapping[Form, Kind] = {
    "SELECT": "rows",
    "ASK": "boolean",
    "CONSTRUCT": "triples",
    "DESCRIBE": "triples",
}


@dataclass(frozen=True)
class Request:
    """One query, and how it is to be answered.

    Attributes:
        query: SPARQL 1.1 Query text.
        media_types: the format of the answer for each kind it may turn out to be;
            a kind that is left out cannot be answered.
        default_graphs, named_graphs: the dataset of the SPARQL 1.1 Protocol
            (section 2.1.4); where either is given, both replace the query's own
            FROM and FROM NAMED.
        timeout: seconds, or None for the engine's own limit, which it cannot exceed.
        client: who asks, for fairness between clients; "" for nobody in particular.
        abandoned: asked from time to time while the query runs; it is stopped where
            this says that nobody waits for the answer any more.
    """

    query: str
    media_types: Mapping[Kind, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None
    client: str = ""
    abandoned: Callable[[], bool] | None = field(
        default=None, compare=False, repr=False
    )


@dataclass(frozen=True)
class Answer:
    """The answer to one query, to be read once.

    Attributes:
        form: what kind of query it was.
        media_type: the format of the bytes.
        chunks: the bytes; reading them raises QueryStopped where a limit is reached
            after the first chunk was handed out.
        size: how many bytes there are, where the whole answer is known already.
        slow: whether the query took so long that it had to let others go first.
    """

    form: Form
    media_type: str
    chunks: Iterator[bytes] = field(repr=False)
    size: int | None = None
    slow: bool = False

    def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self.chunks)


class Engine(Protocol):
    """A SPARQL 1.1 query engine that holds one dataset."""

    def answer(self, request: Request) -> Answer:
        """Evaluate a query.

        Raises:
            QuerySyntaxError: it is not SPARQL 1.1.
            QueryRefused: such queries are not run here.
            NotAcceptable: no format was given for this kind of answer.
            QueryStopped: a limit was reached before the first byte.
            Busy: there is no room for it now.
            EngineUnavailable: the engine is not running, or cannot read the graph.
        """

    def close(self) -> None:
        """Stop, and free everything. No query is answered afterwards."""
