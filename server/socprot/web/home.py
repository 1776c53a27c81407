"""`/` and the pages that explain: what this is, its limits, what robots may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from socprot import namespaces, permalink, search
from socprot.engine import spelling
from socprot.errors import EngineUnavailable, NotFound
from socprot.picture import chart, timeline, view
from socprot.queries import Query
from socprot.web import languages
from socprot.web.explore import account
from socprot.web.frame import schema_org, signpost
from socprot.web.frame.described import catalogue
from socprot.web.harvest import extract, feed
from socprot.web.picture.figure import Figure
from socprot.web.picture.timeline import process
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("home", __name__)

# What people may type who do not know yet what there is.
_EXAMPLES = (
    "who paid for the Bangkok seminar",
    "pensions in Thailand",
    "27th Summit",
)
# The questions that the home page offers, as far as they are published.
_FIRST = (
    "declaration-adoption",
    "who-paid-for-events",
    "social-security-ratifications",
    "coverage-by-state",
    "errors-of-source",
)
# What tells how much there is, and of which kind of record.
_COUNTED = (
    ("Event", "event", "events"),
    ("Instrument", "instrument", "conventions, declarations and other texts"),
    ("Ratification", "ratification", "ratifications"),
    ("Observation", "indicator", "figures from statistics"),
    ("Source", "source", "sources"),
    ("Correction", "correction", "corrections of what sources say"),
    ("OpenQuestion", "open-question", "open questions"),
    ("Verification", "verification", "statements read a second time"),
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
    language = languages.wanted()
    etag = fingerprint("home", site().queries, site().address, language)
    if unchanged(etag):
        return languages.tell(not_modified(etag), language)
    response = page(
        render_template(
            "home/home.html",
            counts=_counts(),
            manifest=site().manifest,
            questions=_questions(),
            figure=_process(language),
            examples=_EXAMPLES,
            data=_told(),
        ),
        etag,
    )
    signpost.add(response, [*signpost.of_dataset("/"), *feed.links()])
    return languages.tell(response, language)


def _told() -> Markup:
    """What search engines read."""
    try:
        held = catalogue()
    except (NotFound, EngineUnavailable):
        held = None
    return schema_org.block(schema_org.home(site().address, held))


def _process(language: str) -> Figure | None:
    """The process as a timeline; None where what is served knows nothing of it."""
    if site().engine is None or not site().manifest.default_union:
        return None
    if "process" not in site().pages:
        return None
    figure = process(language)
    return figure if figure.wide.table.rows else None


def _questions() -> Sequence[Query]:
    held = site().queries
    first = [held[name] for name in _FIRST if name in held]
    return first or list(held.values())[:5]


def _counts() -> list[Count]:
    """What there is of the kinds that say most, where each is listed."""
    held = site().manifest.classes
    return [
        Count(label, number, f"/{kind}/" if kind == "indicator" else f"/doc/{kind}/")
        for name, kind, label in _COUNTED
        if (number := held.get(str(namespaces.SP) + name))
    ]


@bp.get("/limits")
def limits() -> Response:
    """What one query may cost, and what happens beyond."""
    etag = fingerprint("limits", str(site().limits), str(site().traffic))
    if unchanged(etag):
        return not_modified(etag)
    held: dict[str, Any] = {
        "limits": site().limits,
        "traffic": site().traffic,
        "bounds": {
            "timeline": timeline.MOST,
            "chart": chart.MOST,
            "panels": chart.PANELS,
            "view": view.MOST,
            "search": search.LONGEST,
            "words": search.COUNTED,
            "link": permalink.LONGEST,
            "steps": extract.DEEPEST,
            "reach": extract.MOST,
            "links": account.MOST,
            "spellings": spelling.MANY,
        },
    }
    return page(render_template("home/limits.html", **held), etag)


@bp.get("/robots.txt")
def robots() -> Response:
    """Robots may read the records; questions cost more than they find."""
    etag = fingerprint("robots", site().address)
    if unchanged(etag):
        return not_modified(etag)
    costly = ("/sparql", "/query/*?", "/doc/*?", "/search")
    refused = "".join(f"Disallow: {path}\n" for path in costly)
    text = f"User-agent: *\n{refused}Allow: /\n"
    text += f"\nSitemap: {site().address}/sitemap.xml\n"
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.set_etag(etag)
    return response
