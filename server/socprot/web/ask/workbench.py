"""
The page on which people ask in SPARQL: the query, its answer, and what to do with both.

It is one page in three states: nothing asked yet, an example filled in, and an answer.
All of it works without scripts; the editor, sorting and copying are added by them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, render_template, request

from socprot import permalink
from socprot.engine import KIND, Answer
from socprot.errors import BadParameter, NotFound
from socprot.queries import Query
from socprot.web.ask import snippet
from socprot.web.ask.cite import of_answer
from socprot.web.ask.query_title import remark
from socprot.web.frame.column import columns
from socprot.web.picture import answer as picture
from socprot.web.rows import Rows, read
from socprot.web.site import site
from socprot.web.sparql.empty import Finding, explain
from socprot.web.sparql.protocol import Asked
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

VIEWS = ("table", "chart", "timeline", "map", "graph")
SHOWN = 1000  # rows that a page shows
SHOWN_LINES = 2000  # of Turtle
_LONGEST_LINK = 8000  # characters of a code: longer addresses get lost on their way


@dataclass(frozen=True)
class Download:
    """A format in which the whole answer can be had."""

    label: str
    format: str


_ROWS = (
    Download("CSV for spreadsheets", "spreadsheet"),
    Download("CSV", "csv"),
    Download("TSV", "tsv"),
    Download("JSON", "json"),
    Download("XML", "xml"),
)
_TRIPLES = (
    Download("Turtle", "turtle"),
    Download("N-Triples", "ntriples"),
    Download("JSON-LD", "jsonld"),
    Download("RDF/XML", "rdfxml"),
)


def empty() -> Response:
    """The page before anything is asked, with an example filled in on request.

    Raises:
        NotFound: there is no such example.
    """
    name = request.args.get("example", "")
    etag = fingerprint("workbench", name, site().queries)
    if unchanged(etag):
        return not_modified(etag)
    query = ""
    if name:
        if name not in site().queries:
            raise NotFound(f"There is no question {name!r}. See /query/.")
        query = site().queries[name].text.strip()
    body = render_template(
        "sparql/ask.html", query=query, example=name, themes=themes()
    )
    return page(body, etag)


def answer(asked: Asked, query: str, given: Answer) -> Response:
    """The page with an answer."""
    body = given.read()
    kind = KIND[given.form]
    findings: list[Finding] = []
    context: Mapping[str, object]
    if kind == "triples":
        lines = body.decode("utf-8", "replace").splitlines()
        context = {
            "turtle": "\n".join(lines[:SHOWN_LINES]),
            "lines": len(lines),
            "shown_lines": SHOWN_LINES,
        }
    else:
        result = read(body)
        context = {
            "result": result,
            "columns": columns(result),
            "rows": result.rows[:SHOWN],
            "left_out": max(0, len(result.rows) - SHOWN),
            **_drawn(asked.view, result, remark(query) or "The answer"),
        }
        if given.form == "SELECT" and not result.rows:
            findings = explain(query, site())
    code = permalink.write(query)
    has_link = len(code) <= _LONGEST_LINK
    return page(
        render_template(
            "sparql/answer.html",
            asked=asked,
            query=query,
            code=code if has_link else "",
            here=lambda **more: _address(f"/q/{code}", asked, more),
            drawing=_address(f"/q/{code}/{asked.view}.svg", asked, {}),
            heading=remark(query) or "Answer",
            kind=kind,
            findings=findings,
            downloads=_TRIPLES if kind == "triples" else _ROWS,
            snippets=snippet.of(query, kind),
            citation=of_answer(query, code) if has_link else None,
            themes=themes(),
            **context,
        )
    )


def _drawn(wanted: str, result: Rows, title: str) -> Mapping[str, object]:
    """How an answer can be seen, and the picture that is asked for.

    Raises:
        BadParameter: there is no such view at all.
    """
    if wanted not in ("", *VIEWS):
        raise BadParameter(f"An answer can be seen as {', '.join(VIEWS)}.")
    possible = picture.possible(result) if result.rows else []
    views = [view for view in VIEWS if view == "table" or view in possible]
    drawn = None
    if wanted in possible:
        drawn = picture.draw(wanted, result, title)
    return {
        "views": views,
        "wanted": wanted or "table",
        "picture": drawn[0] if drawn else None,
        "svg": drawn[1] if drawn else "",
    }


def _address(path: str, asked: Asked, more: Mapping[str, str]) -> str:
    """Where the same query is answered, of the same graphs."""
    pairs = [
        *(("default-graph-uri", graph) for graph in asked.default_graphs),
        *(("named-graph-uri", graph) for graph in asked.named_graphs),
        *more.items(),
    ]
    return path + (f"?{urlencode(pairs)}" if pairs else "")


def themes() -> Mapping[str, Sequence[Query]]:
    """The published questions, by theme, as examples to start from."""
    found: dict[str, list[Query]] = {}
    for query in site().queries.values():
        found.setdefault(query.header.get("theme", "other"), []).append(query)
    return found
