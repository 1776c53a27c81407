"""
`/export/record/...` and `/export/query....` -- a part of the graph of one's own choice.

The bytes are those of `socprot export RECORD --depth N` and of `--query FILE`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import cast

from flask import Blueprint, Response, request
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from socprot import distribution, export, namespaces
from socprot.engine import Request as Question
from socprot.errors import AnswerTooLarge, BadParameter, NotFound
from socprot.negotiation import JSON, NTRIPLES
from socprot.reach import ASSERTED, iri, reach
from socprot.web.explore import account
from socprot.web.frame import signpost
from socprot.web.site import site
from socprot.web.sparql.answer import abandoned
from socprot.web.wire.headers import fingerprint, not_modified, unchanged

bp = Blueprint("extract", __name__)

DEEPEST = 3  # steps from a record
MOST = 500  # things within reach
TRIPLES = 20_000  # of an answer that is sorted here; a longer one is for /sparql
_AT_ONCE = 100  # things described by one query


@bp.get("/export/record/<path:name>")
def record(name: str) -> Response:
    """What is said of a record, and of what is within reach of it.

    Raises:
        NotFound: there is no such record or format.
        BadParameter: the depth is no number, or too much is within reach.
    """
    stem, form = _form(name)
    depth = _depth()
    inferred = _flag("inferred")
    etag = fingerprint("reach", name, str(depth), str(inferred))
    if unchanged(etag):
        return not_modified(etag)
    start = iri(stem)

    def describe(things: Collection[str]) -> Iterator[Quad]:
        return _described(sorted(things), inferred)

    response = _answer(reach(start, depth, describe, MOST), form, etag, start)
    signpost.link(response, start, "about")
    return response


@bp.get("/export/query.<suffix>")
def query(suffix: str) -> Response:
    """The triples that a CONSTRUCT or DESCRIBE query makes, sorted.

    Raises:
        NotFound: there is no such format.
        BadParameter: there is no query.
        AnswerTooLarge: there are too many triples.
    """
    _, form = _form(f"query.{suffix}")
    text = request.args.get("query", "")
    if not text:
        raise BadParameter("Say with query= what to export: a CONSTRUCT query.")
    etag = fingerprint("extract", form.suffix, text)
    if unchanged(etag):
        return not_modified(etag)
    question = Question(
        text,
        {"triples": NTRIPLES.media_type},
        client=request.remote_addr or "",
        abandoned=abandoned(),
    )
    body = site().answer(question).read()
    if body.count(b"\n") > TRIPLES:
        raise AnswerTooLarge(
            f"A sorted answer may have {TRIPLES:,} triples; /sparql sends longer ones "
            "as they come."
        )
    quads = [Quad(q.subject, q.predicate, q.object) for q in parse(body, _NT)]
    return _answer(quads, form, etag, None)


_NT = RdfFormat.N_TRIPLES


def _form(name: str) -> tuple[str, distribution.Form]:
    """A name without its suffix, and the format which that is."""
    stem, _, suffix = name.rpartition(".")
    form = distribution.form_of(name)
    if form is None or not stem:
        known = ", ".join(f".{one.suffix}" for one in distribution.FORMS)
        raise NotFound(f"There is no format .{suffix}; the formats are {known}.")
    return stem, form


def _depth() -> int:
    given = request.args.get("depth", "0")
    if not (given.isascii() and given.isdigit() and int(given[:4]) <= DEEPEST):
        raise BadParameter(f"depth= is a number from 0 to {DEEPEST}, not {given!r}.")
    return int(given)


def _flag(name: str) -> bool:
    given = request.args.get(name, "0")
    if given not in ("0", "1"):
        raise BadParameter(f"{name}= is 0 or 1, not {given!r}.")
    return given == "1"


def _described(things: Sequence[str], inferred: bool) -> Iterator[Quad]:
    """What is said of some things, and where it is said."""
    for start in range(0, len(things), _AT_ONCE):
        part = things[start : start + _AT_ONCE]
        answer = site().written("described", JSON.media_type, thing=part)
        rows = parse_query_results(answer.read(), QueryResultsFormat.JSON)
        for row in cast(QuerySolutions, rows):
            graph = row["graph"]
            assert isinstance(graph, NamedNode)
            if inferred or graph.value in ASSERTED:
                yield Quad(row["thing"], row["property"], row["value"], graph)


def _answer(
    quads: list[Quad], form: distribution.Form, etag: str, topic: str | None
) -> Response:
    body = export.write(quads, form.name, account.short_names(), topic)
    kind = distribution.content_type(f"answer.{form.suffix}")
    response = Response(body, content_type=kind)
    response.set_etag(etag)
    signpost.link(response, signpost.LICENSE, "license")
    signpost.link(response, namespaces.DATASET, "collection")
    return response
