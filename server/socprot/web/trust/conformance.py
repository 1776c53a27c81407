"""`/conformance` -- which tests of the W3C this server passes: EARL, and a page."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from socprot.namespaces import PREFIXES
from socprot.negotiation import HTML, TURTLE, choose
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("conformance", __name__)

# Written by `make earl` from a run of the tests; see `tests/web/test_web_earl.py`.
_REPORT = Path(__file__).with_name("conformance.ttl")


@dataclass(frozen=True, order=True)
class Assertion:
    """What became of one test."""

    test: str
    outcome: str
    note: str


@bp.get("/conformance", defaults={"suffix": ""})
@bp.get("/conformance<any('.ttl'):suffix>")
def conformance(suffix: str) -> Response:
    """Show the report, or send it in Turtle.

    Raises:
        NotAcceptable: neither is wanted.
    """
    accept = None if suffix else request.headers.get("Accept")
    choice = choose((TURTLE, HTML), accept)
    text = _REPORT.read_text(encoding="utf-8")
    etag = fingerprint("conformance", text, choice.label)
    if unchanged(etag):
        return not_modified(etag)
    if choice.format is HTML:
        found = assertions(text)
        shown = render_template("threats/conformance.html", assertions=found)
        return page(shown, etag)
    response = Response(text, content_type=choice.content_type)
    response.vary.add("Accept")
    response.set_etag(etag)
    return response


def assertions(text: str) -> list[Assertion]:
    """What the report says, by the IRI of the test."""
    from rdflib import Graph, Namespace  # this takes long

    graph = Graph().parse(data=text, format="turtle")
    earl = Namespace("http://www.w3.org/ns/earl#")
    dcterms = Namespace(PREFIXES["dcterms"])
    found = []
    for assertion, test in graph.subject_objects(earl.test):
        result = graph.value(assertion, earl.result)
        outcome = str(graph.value(result, earl.outcome)).rpartition("#")[2]
        note = graph.value(result, dcterms.description)
        found.append(Assertion(str(test), outcome, str(note or "")))
    return sorted(found)
