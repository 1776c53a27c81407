"""
One shape for every error: RFC 9457 problem details, HTML for browsers, text on request.

A bug stays a bug: Flask logs it, and the caller learns only that it was our mistake.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    json,
    render_template,
    request,
)
from werkzeug.exceptions import HTTPException

from socprot.errors import (
    Busy,
    NotAcceptable,
    NotFound,
    QuerySyntaxError,
    SocprotError,
    UnknownPrefix,
    Withdrawn,
)
from socprot.namespaces import PREFIXES
from socprot.negotiation import HTML, Format, choose
from socprot.suggestion import near
from socprot.web.frame import problem, signpost
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("errors", __name__, url_prefix="/errors")

_JSON = Format("json", "application/problem+json", ("application/json",))
_TEXT = Format("text", "text/plain", text=True)
_OFFERS = (_JSON, HTML, _TEXT)
_LONGEST = 80  # characters of a path for which others are sought
_UNDECLARED = re.compile(r"prefix ([^\s:]*):")


def register(app: Flask) -> None:
    """Handle our errors and Werkzeug's, and nothing else."""
    app.register_error_handler(SocprotError, _ours)
    app.register_error_handler(HTTPException, _werkzeugs)
    app.register_blueprint(bp)


@bp.get("/<slug>")
def explain(slug: str) -> Response:
    """Say what one kind of problem means and what to do about it."""
    kind = problem.PROBLEMS.get(slug)
    if kind is None:
        found = " or ".join(f"/errors/{one}" for one in near(slug, problem.PROBLEMS))
        hint = f"Did you mean {found}?" if found else "See /errors/."
        raise NotFound(f"There is no kind of problem called {slug!r}. {hint}")
    etag = fingerprint("errors", slug)
    if unchanged(etag):
        return not_modified(etag)
    return page(render_template("errors/kind.html", problem=kind), etag)


@bp.get("")
@bp.get("/")
def index() -> Response:
    """List all kinds of problem."""
    etag = fingerprint("errors")
    if unchanged(etag):
        return not_modified(etag)
    return page(render_template("errors/index.html", problems=problem.PROBLEMS), etag)


def _ours(error: SocprotError) -> Response:
    kind = problem.of(error)
    more: dict[str, Any] = {}
    if isinstance(error, QuerySyntaxError) and error.line is not None:
        more = {"line": error.line, "column": error.column}
        query = request.environ.get("socprot.query")
        if query is not None:
            more["excerpt"] = excerpt(query, error.line, error.column)
    if isinstance(error, Withdrawn):
        more = {"successors": error.successors}
    response = _response(kind, kind.status, _detail(error), more)
    if isinstance(error, Withdrawn):
        for successor in error.successors:
            signpost.link(response, successor, "successor-version")
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    elif kind.slug in ("unavailable", "busy"):
        response.headers["Retry-After"] = "10"
    return response


def _detail(error: SocprotError) -> str:
    """The message; for an unknown prefix also those that come near."""
    detail = str(error)
    if isinstance(error, Withdrawn) and error.successors:
        detail += f" See {' or '.join(error.successors)} instead."
    if isinstance(error, UnknownPrefix) and (match := _UNDECLARED.search(detail)):
        prefix = match[1]
        if prefix in PREFIXES:
            detail = detail.replace("<...>", f"<{PREFIXES[prefix]}>")
        else:
            found = near(prefix, PREFIXES)
            lines = [f"`PREFIX {one}: <{PREFIXES[one]}>`" for one in found]
            known = f"Known here are {', '.join(PREFIXES)}."
            detail += f" Did you mean {' or '.join(lines)}?" if lines else f" {known}"
    return detail


def _werkzeugs(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return cast(Response, Response.force_type(error.get_response()))
    status = HTTPStatus(error.code)
    kind = problem.of_status(error.code)
    detail = error.description or status.description or status.phrase
    if kind.slug == "internal":
        detail = kind.meaning
    elif error.code == HTTPStatus.NOT_FOUND and detail == type(error).description:
        detail = _nowhere()
    response = _response(kind, status, detail, {})
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _nowhere() -> str:
    """That there is no such page, and which pages have an address that comes near."""
    path = request.path[:_LONGEST]
    there = dict.fromkeys(
        rule.rule.rstrip("/")
        for rule in current_app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and rule.rule != "/"
    )
    found = near(path, there)
    hint = f"Did you mean {' or '.join(found)}?" if found else "Begin at /."
    return f"There is no page {quote(path)}. {hint}"


def _sought() -> str:
    """The words of the address: what a search may find of it."""
    return " ".join(re.findall(r"[^\W_]+", request.path[:_LONGEST].rpartition("/")[2]))


def _response(
    kind: problem.Problem, status: HTTPStatus, detail: str, more: Mapping[str, Any]
) -> Response:
    try:
        choice = choose(_offers(), request.headers.get("Accept"))
    except NotAcceptable:
        choice = choose(_offers(), None)  # an explanation is better than none
    body = {
        "type": f"{site().address}/errors/{kind.slug}",
        "title": kind.title,
        "status": status.value,
        "detail": detail,
        **more,
    }
    if choice.format is HTML:
        text = render_template(
            "errors/error.html",
            problem=kind,
            body=body,
            sought=_sought(),
            query=request.environ.get("socprot.query"),
        )
    elif choice.format is _TEXT:
        text = "".join(f"{line}\n" for line in _lines(body))
    else:
        text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    response = Response(text, status, content_type=choice.content_type)
    response.vary.add("Accept")
    return response


def _offers() -> Sequence[Format]:
    """How to tell: curl shows it to a person, and accepts everything."""
    if request.headers.get("User-Agent", "").startswith("curl/"):
        return (_TEXT, _JSON, HTML)
    return _OFFERS


def _lines(body: Mapping[str, Any]) -> list[str]:
    """The problem as plain text."""
    lines = [f"{body['status']} {body['title']}", body["detail"]]
    if "excerpt" in body:
        lines += ["", body["excerpt"], ""]
    return [*lines, f"See {body['type']}"]


def excerpt(query: str, line: int, column: int | None) -> str:
    """The line of a query that is at fault, with a caret under the place."""
    lines = query.split("\n")  # as the engine counts them, whatever else ends a line
    text = lines[min(line, len(lines)) - 1].removesuffix("\r")
    place = min(max((column or 1) - 1, 0), len(text))
    start = max(0, place - 60)
    shown = text[start : place + 40].replace("\t", " ")
    return f"{shown}\n{' ' * (place - start)}^"
