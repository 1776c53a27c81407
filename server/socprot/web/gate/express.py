"""
Small questions to `/sparql`, answered in the event loop, without a thread or Flask.

Most of the time of a small question went into handing it from the loop to a thread and
back, and into objects that Flask makes for every request. So the gateway offers each
request to `Express.ask` first, which is for the common case only: a query by GET, POST
or QUERY whose answer is a plain result in some format. Everything else -- pages, HEAD,
conditions, explanations, mistakes of any kind, descriptions of the service -- it leaves
to Flask without a word.

The path is shorter, but it is no other path. The request is read by `protocol.parse`,
the format chosen by `per_kind`, the validator made by `sparql.validator`, the headers
taken from `headers`, all as Flask's view does; and the query takes the same way through
the engine, in the same worker processes, under the same limits (`engine.begun`). A
query whose answer is not there at once, or is no plain answer, is handed over to Flask
as it is, which goes on with it. `tests/web/test_web_express.py` sends the same requests
both ways and compares every header and every byte.

What this does costs little and is bounded, since others wait for the loop: requests of
more than 16 KiB do not come here, nor are large answers compressed here.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date, parse_list_header

from socprot.engine import KIND, Answer, Kind
from socprot.engine import Request as Question
from socprot.engine.begun import Begun
from socprot.engine.embedded import EmbeddedEngine
from socprot.errors import SocprotError
from socprot.negotiation import HTML, SPREADSHEET, Choice, per_kind
from socprot.web.site import Site
from socprot.web.sparql import protocol
from socprot.web.sparql.answer import digest, limits, note, validator
from socprot.web.sparql.protocol import Asked
from socprot.web.wire import compression, headers
from socprot.web.wire.coding import accepted, of_packed, packed

_PATHS = frozenset(("/sparql", "/sparql/"))
_METHODS = frozenset(("GET", "POST", "QUERY"))
_LARGE = 64 << 10  # bytes of an answer that it takes long to compress


class Early(NamedTuple):
    """An answer, with status 200."""

    headers: list[tuple[str, str]]
    body: bytes
    notes: dict[str, Any]


class _Sent(NamedTuple):
    """What a request says in its headers."""

    accept: str | None
    codings: str
    content_type: str | None


class Express:
    """The short way of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        engine = site.engine
        self._engine = engine if isinstance(engine, EmbeddedEngine) else None
        always = [(name, value) for name, _, value in headers.ALWAYS]
        modified = headers.last_modified(site.bundle)
        if modified:
            always.append(("last-modified", http_date(modified)))
        always.append(("accept-query", protocol.ACCEPT_QUERY))
        always.append(("x-limits", limits(site)))
        always.append(("vary", "Accept, Accept-Encoding"))
        self._always = always

    def client(self, peer: str, given: Sequence[tuple[str, str]]) -> str:
        """Who asks: the peer, or whom the trusted proxies name."""
        if not self._site.proxies:
            return peer
        named = [value for name, value in given if name == "x-forwarded-for"]
        chain = parse_list_header(",".join(named))
        far = len(chain) >= self._site.proxies
        return chain[-self._site.proxies] if far else peer

    async def ask(
        self,
        method: str,
        path: str,
        query_string: str,
        given: Sequence[tuple[str, str]],
        body: bytes,
        client: str,
        abandoned: Callable[[], bool],
    ) -> Early | Begun | None:
        """Answer a request, or begin to; None where that is Flask's business."""
        if path not in _PATHS or method not in _METHODS or self._engine is None:
            return None
        sent = _sent(given)
        if sent is None:
            return None
        try:
            asked = protocol.parse(
                method,
                query_string.encode("utf-8", "surrogateescape"),
                sent.content_type,
                None,
                lambda: body,
            )
            choices = per_kind(sent.accept, asked.format, pages=True)
        except (SocprotError, HTTPException):
            return None
        formats = _formats(sent.accept, asked.format)
        if asked.query is None or asked.explain or formats is None:
            return None
        etag = validator(self._site, asked, asked.query, choices)
        if etag is None:
            return None
        begun = await self._engine.begin(
            Question(
                asked.query,
                formats,
                asked.default_graphs,
                asked.named_graphs,
                asked.timeout,
                client,
                abandoned,
            )
        )
        answer = begun.answer
        if answer is None:
            return begun
        coding = accepted(sent.codings)
        if coding and (answer.size or 0) > _LARGE:
            return begun
        choice = choices[KIND[answer.form]]
        return self._early(asked, answer, choice, etag, coding, method, path)

    def _early(
        self,
        asked: Asked,
        answer: Answer,
        choice: Choice,
        etag: str,
        coding: str | None,
        method: str,
        path: str,
    ) -> Early:
        body = answer.read()
        head = list(self._always)
        if coding and len(body) >= compression.ENOUGH:
            body = packed(body, coding)
            etag = of_packed(etag, coding)
            head.append(("content-encoding", coding))
        head.append(("content-type", choice.content_type))
        head.append(("content-length", str(len(body))))
        head.append(("etag", f'"{etag}"'))
        head.append(("cache-control", headers.freshness(method)))
        notes = {"route": path, "query": digest(asked.query or "")}
        note(notes, answer)
        return Early(head, body, notes)


@lru_cache(maxsize=128)
def _formats(accept: str | None, name: str | None) -> Mapping[Kind, str] | None:
    """What to ask the engine for; None where that is not what is sent."""
    choices = per_kind(accept, name, pages=True)
    if any(choice.format in (HTML, SPREADSHEET) for choice in choices.values()):
        return None
    return {kind: choice.format.media_type for kind, choice in choices.items()}


def _sent(given: Sequence[tuple[str, str]]) -> _Sent | None:
    """Read the headers; None where there is one that this is not made for."""
    accept: str | None = None
    content_type: str | None = None
    codings = ""
    for name, value in given:
        if name == "accept":
            accept = value if accept is None else f"{accept},{value}"
        elif name == "accept-encoding":
            codings = f"{codings},{value}" if codings else value
        elif name == "content-type":
            if content_type is not None:
                return None
            content_type = value
        elif name in ("if-none-match", "content-encoding"):
            return None
    return _Sent(accept, codings, content_type)
