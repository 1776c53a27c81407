"""What every answer to a query has in common on its way over HTTP."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Response, request

from socprot.engine import Answer, Kind
from socprot.engine.lexer import unescape
from socprot.negotiation import (
    HTML,
    JSON,
    SPREADSHEET,
    TURTLE,
    Choice,
)
from socprot.web.site import Site
from socprot.web.sparql import spreadsheet
from socprot.web.sparql.protocol import Asked
from socprot.web.wire.exchange import GONE, Departure
from socprot.web.wire.headers import fingerprint_of

# Functions whose value differs each time: such answers have no validator.
_VOLATILE = re.compile(r"(?:NOW|RAND|UUID|BNODE)(?:\s++|#[^\r\n]*+)*+\(", re.IGNORECASE)


def digest(query: str) -> str:
    """What stands for a query in the log."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def validator(
    site: Site, asked: Asked, query: str, choices: Mapping[Kind, Choice]
) -> str | None:
    """The validator of an answer; None where the answer differs each time."""
    if "(" in query and _VOLATILE.search(unescape(query)):
        return None
    return fingerprint_of(
        site.edition,
        query,
        asked.default_graphs,
        asked.named_graphs,
        (f"{kind}={c.label} {c.format.name}" for kind, c in choices.items()),
        "explain" if asked.explain else "",
        asked.view,
    )


def note(notes: dict[str, Any], answer: Answer) -> None:
    """Note what the metrics tell apart."""
    notes["form"] = answer.form
    notes["lane"] = "slow" if answer.slow else "quick"


def abandoned() -> Callable[[], bool]:
    """Tells whether the client of this request has left."""
    gone: Departure | None = request.environ.get(GONE)
    return gone.is_set if gone is not None else lambda: False


def written(kind: Kind, choice: Choice) -> str:
    """The media type to ask the engine for: a page is made of another one."""
    if choice.format is not HTML:
        return choice.format.media_type
    return TURTLE.media_type if kind == "triples" else JSON.media_type


def stream(answer: Answer, choice: Choice) -> Response:
    """Pass an answer on as it comes.

    Its first bytes are fetched here, so that what stops it before them is still
    reported with a status of its own.
    """
    plain = choice.format is not SPREADSHEET
    if answer.size is not None and plain:  # it is all there
        return Response(answer.read(), content_type=choice.content_type)
    chunks = answer.chunks
    given = chunks if plain else spreadsheet.safe(chunks)
    first = next(given, b"")

    def rest() -> Iterator[bytes]:
        try:
            yield first
            yield from given
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    response = Response(rest(), content_type=choice.content_type)
    if not plain:
        response.headers["Content-Disposition"] = 'attachment; filename="answer.csv"'
    return response


def limits(site: Site) -> str:
    """The limits of this service in one line."""
    held = site.limits
    return (
        f"timeout={held.timeout:g}, timeout-max={held.timeout_ceiling:g}, "
        f"rows={held.rows}, bytes={held.answer_bytes}, query={held.query_bytes}"
    )
