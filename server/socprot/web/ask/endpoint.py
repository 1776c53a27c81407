"""`/sparql` -- the SPARQL 1.1 Protocol, with a page for people at the same address."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, Response, request

from socprot.engine import KIND, Answer, Kind
from socprot.engine import Request as Question
from socprot.engine.begun import Begun
from socprot.errors import QuerySyntaxError
from socprot.negotiation import HTML, JSON, NTRIPLES, per_kind, prefers_page
from socprot.web.ask import workbench
from socprot.web.rows import read
from socprot.web.site import site
from socprot.web.sparql import protocol
from socprot.web.sparql.answer import (
    abandoned,
    digest,
    limits,
    note,
    stream,
    validator,
    written,
)
from socprot.web.sparql.empty import explain
from socprot.web.sparql.protocol import Asked
from socprot.web.wire.exchange import BEGUN, NOTES
from socprot.web.wire.headers import not_modified, unchanged

bp = Blueprint("sparql", __name__)

_METHODS = ("GET", "HEAD", "POST", "QUERY")
PLAIN: Mapping[Kind, str] = {
    "rows": JSON.media_type,
    "boolean": JSON.media_type,
    "triples": NTRIPLES.media_type,
}


@bp.route("/sparql", methods=_METHODS)
@bp.route("/sparql/", methods=_METHODS)
def endpoint() -> Response:
    """Answer a query, or say what this endpoint is."""
    asked = protocol.read(request)
    if asked.query is None:
        return _introduction(asked)
    return answered(asked, asked.query)


@bp.after_request
def announce(response: Response) -> Response:
    """Say with every answer, errors among them, what may be asked here and how."""
    response.headers["Accept-Query"] = protocol.ACCEPT_QUERY
    response.headers["X-Limits"] = limits(site())
    return response


def answered(asked: Asked, query: str) -> Response:
    """Answer a query, in the format that the caller prefers."""
    request.environ["socprot.query"] = query
    notes = request.environ.get(NOTES, {})
    notes["query"] = digest(query)
    choices = per_kind(request.headers.get("Accept"), asked.format, pages=True)
    etag = validator(site(), asked, query, choices)
    if etag and unchanged(etag):
        return not_modified(etag)
    response = _why_empty(asked, query) if asked.explain else None
    if response is None:
        formats = {kind: written(kind, choice) for kind, choice in choices.items()}
        began = time.perf_counter()
        answer = evaluated(asked, query, formats)
        choice = choices[KIND[answer.form]]
        if choice.format is HTML:
            response = workbench.answer(asked, query, answer)
            # Not in the page, which is the same for as long as its validator is.
            took = 1000 * (time.perf_counter() - began)
            response.headers["Server-Timing"] = f"answer;dur={took:.1f}"
        else:
            response = stream(answer, choice)
    response.vary.add("Accept")
    if etag:
        response.set_etag(etag)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def evaluated(asked: Asked, query: str, formats: Mapping[Kind, str]) -> Answer:
    """Ask the engine; relative IRIs are resolved against this address.

    That is the base of RFC 3986 section 5.1.3. It is declared only where it is needed,
    so that errors keep their places in the query.
    """
    try:
        return _engine_asked(asked, query, formats)
    except QuerySyntaxError as error:
        if "BASE" not in str(error):
            raise
    based = f"BASE <{site().address}/sparql> {query}"
    try:
        return _engine_asked(asked, based, formats)
    except QuerySyntaxError as error:
        if error.line == 1 and error.column is not None:
            error.column = max(1, error.column - (len(based) - len(query)))
        raise


def _engine_asked(asked: Asked, query: str, formats: Mapping[Kind, str]) -> Answer:
    question = Question(
        query,
        formats,
        asked.default_graphs,
        asked.named_graphs,
        asked.timeout,
        request.remote_addr or "",
        abandoned(),
    )
    begun: Begun | None = request.environ.get(BEGUN)
    if begun is not None and begun.request == question:
        del request.environ[BEGUN]
        answer = begun.finish()
    else:
        answer = site().answer(question)
    note(request.environ.get(NOTES, {}), answer)
    return answer


def _why_empty(asked: Asked, query: str) -> Response | None:
    """Why there is no answer; None where there is one."""
    answer = evaluated(asked, query, PLAIN)
    body = answer.read()
    if answer.form == "ASK":
        empty = read(body).boolean is False
    elif answer.form == "SELECT":
        empty = not read(body).rows
    else:
        empty = not body
    if not empty:
        return None
    return Response(
        json.dumps(
            {
                "empty": True,
                "findings": [asdict(finding) for finding in explain(query, site())],
            },
            ensure_ascii=False,
            indent=2,
        ),
        content_type="application/json",
    )


def _introduction(asked: Asked) -> Response:
    """What this endpoint is: a page for people, a description for programs."""
    accept = request.headers.get("Accept")
    if asked.format == "html" or (asked.format is None and prefers_page(accept)):
        return workbench.empty()
    from socprot.web.sparql import description  # rdflib takes long to import

    return description.respond(site(), accept, asked.format)
