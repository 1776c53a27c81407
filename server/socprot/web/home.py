"""`/` and the pages that explain: what this is, its limits, what robots may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from socprot import namespaces
from socprot.queries import Query
from socprot.web import feed, signpost
from socprot.web.headers import fingerprint, not_modified, page, unchanged
from socprot.web.markup import words
from socprot.web.site import site
from socprot.web.suggestion import shortened

bp = Blueprint("home", __name__)

# The questions that the home page offers, as far as they are published.
_FIRST = (
    "what-led-to",
    "who-paid-for-events",
    "adopted-in-year",
    "members-on-day",
    "errors-of-source",
    "open-questions",
)


@dataclass(frozen=True)
class Count:
    """How many there are of a class, and where they are listed."""

    name: str
    number: int
    path: str


@bp.get("/")
def home() -> Response:
    """Say what this is, and offer ways in."""
    etag = fingerprint("home", site().queries)
    if unchanged(etag):
        return not_modified(etag)
    response = page(
        render_template(
            "home/home.html",
            counts=_counts(),
            manifest=site().manifest,
            questions=_questions(),
            example=_address(
                "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
                "PREFIX schema: <https://schema.org/>\n\n"
                "SELECT ?event ?name\n"
                "WHERE { ?event a schema:Event ; rdfs:label ?name }\n"
                "ORDER BY ?name"
            ),
        ),
        etag,
    )
    signpost.add(response, [*signpost.of_dataset("/"), *feed.links()])
    return response


def _address(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


def _questions() -> Sequence[Query]:
    held = site().queries
    first = [held[name] for name in _FIRST if name in held]
    return first or list(held.values())[:6]


def _counts() -> list[Count]:
    """What there is of our own classes that have a list of their own."""
    counts = []
    for iri, number in site().manifest.classes.items():
        if not iri.startswith(str(namespaces.SP)):
            continue
        name = words(iri)
        query = f"SELECT ?record WHERE {{ ?record a {shortened(iri)} }}"
        prefix = f"PREFIX sp: <{namespaces.SP}>\n"
        counts.append(Count(_several(name, number), number, _address(prefix + query)))
    return sorted(counts, key=lambda count: -count.number)[:16]


def _several(name: str, number: int) -> str:
    """The plural of a name, as far as our classes need one."""
    if number == 1:
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


@bp.get("/limits")
def limits() -> Response:
    """What one query may cost, and what happens beyond."""
    etag = fingerprint("limits", str(site().limits), str(site().traffic))
    if unchanged(etag):
        return not_modified(etag)
    held: dict[str, Any] = {"limits": site().limits, "traffic": site().traffic}
    return page(render_template("home/limits.html", **held), etag)


@bp.get("/robots.txt")
def robots() -> Response:
    """Robots may read the records; questions cost more than they find."""
    costly = ("/sparql", "/query/*?", "/doc/*?", "/search")
    refused = "".join(f"Disallow: {path}\n" for path in costly)
    text = f"User-agent: *\n{refused}Allow: /\n"
    text += f"\nSitemap: {site().address}/sitemap.xml\n"
    return Response(text, content_type="text/plain; charset=utf-8")
