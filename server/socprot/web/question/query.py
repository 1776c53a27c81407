"""`/query/<slug>` -- a published question, with its parameters in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from socprot.engine import KIND, Answer, Kind
from socprot.engine import Request as Question
from socprot.errors import BadParameter, BadRequest, NotFound
from socprot.negotiation import HTML, JSON, TRIPLES, Choice, per_kind
from socprot.picture.view import View
from socprot.queries import Query
from socprot.suggestion import near
from socprot.web import languages
from socprot.web.ask.cite import of_question
from socprot.web.picture.answer import draw, possible
from socprot.web.question import result_set
from socprot.web.question.field import Field
from socprot.web.question.tabulation import tabulate
from socprot.web.rows import read
from socprot.web.site import render, site
from socprot.web.sparql.answer import abandoned, note, stream, written
from socprot.web.wire.exchange import NOTES
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("query", __name__, url_prefix="/query")

_SHOWN = 1000  # rows that a page shows
_RESERVED = ("format", "lang", "view")  # parameters that belong to no question


@dataclass(frozen=True)
class Address:
    """Where a question is answered with some values."""

    path: str
    values: Mapping[str, str]

    def __call__(self, **more: str) -> str:
        """The address, with something more."""
        pairs = {**self.values, **more}
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


@bp.get("")
@bp.get("/")
def index() -> Response:
    """List every published question, by theme."""
    etag = fingerprint("questions")
    if unchanged(etag):
        return not_modified(etag)
    themes: dict[str, list[Query]] = {}
    for query in site().queries.values():
        themes.setdefault(query.header.get("theme", "other"), []).append(query)
    return page(render_template("query/index.html", themes=themes), etag)


@bp.get("/<name>")
def ask(name: str) -> Response:
    """Answer one question, in the format that the caller prefers.

    Raises:
        NotFound: there is no such question.
        BadParameter: a parameter is unknown, given twice or ill-typed.
    """
    query = _found(name)
    language = languages.wanted()
    values = _values(query)
    text = render(query, values)
    wanted = request.args.get("format")
    choices = per_kind(request.headers.get("Accept"), wanted, pages=True, rdf=True)
    # Names on a page follow the reader; rows are what the query says.
    is_page = any(choice.format is HTML for choice in choices.values())

    def tell(response: Response) -> Response:
        return languages.tell(response, language) if is_page else response

    etag = fingerprint(
        "question",
        text,
        (f"{kind}={c.label} {c.format.name}" for kind, c in choices.items()),
        site().address,
        request.args.get("view", ""),
        language if is_page else "",
    )
    if unchanged(etag):
        return tell(not_modified(etag))
    answer = site().answer(
        Question(
            text,
            {kind: _asked_of_engine(kind, choice) for kind, choice in choices.items()},
            client=request.remote_addr or "",
            abandoned=abandoned(),
        )
    )
    note(request.environ.get(NOTES, {}), answer)
    kind = KIND[answer.form]
    choice = choices[kind]
    if choice.format is HTML:
        return tell(page(_page(query, values, text, answer, language), etag))
    if choice.format in TRIPLES and kind != "triples":
        body = result_set.write(read(answer.read()), choice)
        response = Response(body, content_type=choice.content_type)
        response.vary.add("Accept")
    else:
        response = stream(answer, choice)
    response.set_etag(etag)
    return response


def _asked_of_engine(kind: Kind, choice: Choice) -> str:
    """The media type to ask the engine for: rows become triples here."""
    if kind != "triples" and choice.format in TRIPLES:
        return JSON.media_type
    return written(kind, choice)


def _page(
    query: Query, values: Mapping[str, str], text: str, answer: Answer, language: str
) -> str:
    body = answer.read()
    kind = KIND[answer.form]
    result = read(body) if kind != "triples" else None
    fields = [
        Field.of(param, values.get(param.name, param.value), language)
        for param in query.params.values()
    ]
    address = Address(f"/query/{query.name}", values)
    views = possible(result) if result else []
    view = _view(views)
    return render_template(
        "query/query.html",
        query=query,
        theme=query.header.get("theme", "other"),
        text=text,
        fields=fields,
        here=address,
        kind=kind,
        result=result,
        table=tabulate(query, result, _SHOWN, language) if result else None,
        views=["table", *views] if views else [],
        view=view,
        picture=draw(view, result, query.summary) if result and view else None,
        turtle=body.decode("utf-8", "replace") if result is None else "",
        citation=of_question(query.name, dict(values)),
    )


def _view(views: Sequence[View]) -> View | None:
    """How the reader wants to see the answer; None as a table.

    Raises:
        BadParameter: there is no such view, or these columns do not allow it.
    """
    wanted = request.args.get("view") or "table"
    if wanted == "table":
        return None
    for view in views:
        if view == wanted:
            return view
    known = ", ".join(["table", *views])
    raise BadParameter(f"This answer can be seen as {known}, not as {wanted!r}.")


def _found(name: str) -> Query:
    query = site().queries.get(name)
    if query is None:
        found = [f"/query/{one}" for one in near(name, site().queries, 5)]
        hint = f" Did you mean {' or '.join(found)}?" if found else " See /query/."
        raise NotFound(f"There is no question {name!r}.{hint}")
    return query


def _values(query: Query) -> Mapping[str, str]:
    """The parameters of the address, each at most once; an empty one is left out."""
    values: dict[str, str] = {}
    for name, given in request.args.lists():
        if name in _RESERVED and len(given) == 1:
            continue
        if len(given) > 1:
            raise BadRequest(f"There may be one {name}=, not {len(given)}.")
        if name not in query.params:
            known = ", ".join(query.params) or "none"
            raise BadParameter(
                f"{query.name} has no parameter {name!r}; its parameters: {known}."
            )
        if given[0]:
            values[name] = given[0]
    return values
