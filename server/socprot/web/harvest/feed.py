"""
`/feed` -- the changes, as a Linked Data Event Stream that programs follow.

Each page is made when it is asked for, of what the bundle knows of its history and what
the engine tells of the subjects; the pages themselves are laid out in `socprot.feed`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path

from flask import Blueprint, Response, render_template, request
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from socprot import feed, namespaces, subject, turtle
from socprot.bundle import CHANGES
from socprot.canonical import canonical
from socprot.engine import Request
from socprot.errors import NotFound, Replaced
from socprot.feed import Page
from socprot.namespaces import FEED, PREFIXES
from socprot.negotiation import (
    HTML,
    JSONLD,
    NQUADS,
    NTRIPLES,
    TRIG,
    TURTLE,
    Choice,
    choose,
    named,
    split_suffix,
)
from socprot.release import Entry, parsed
from socprot.web.frame import signpost
from socprot.web.frame.signpost import Link
from socprot.web.site import PAGE, Site, site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("feed", __name__)

# What is there only where something is known of changes.
PLACES = ("/changes", "/feed")
FORMATS = (TRIG, NQUADS, JSONLD, TURTLE, NTRIPLES)
# What is in a page never changes, so nobody need ask again (RFC 8246).
FOREVER = "public, max-age=31536000, immutable"

_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_NAME = re.compile(r"(?:\d{4}\.\d{1,4}|next)-\d+-[0-9a-f]{16}", re.ASCII)


@bp.get("/feed")
@bp.get("/feed.<suffix>")
def root(suffix: str | None = None) -> Response:
    """The first page: what the stream is, and where the others are.

    Raises:
        NotFound: there is no feed, or no such format.
    """
    held = pages()
    choice = chosen(suffix, f"feed.{suffix}")
    etag = fingerprint("feed", choice.label, choice.format.name, request.path, _here())
    if unchanged(etag):
        return not_modified(etag)
    if choice.format is HTML:
        response = page(render_template("feed/feed.html", pages=held), etag)
    else:
        end = f".{suffix}" if suffix else ""
        addresses = {f"{_here()}/feed/{one.name}{end}": one for one in held}
        triples = feed.root(_here() + request.path, addresses)
        response = _rdf([Quad(*triple) for triple in triples], choice, etag)
    _pointed(response)
    for offer in FORMATS:
        signpost.link(response, f"/feed.{offer.name}", "alternate", offer.media_type)
    signpost.link(response, "/feed.atom", "alternate", "application/atom+xml")
    signpost.link(response, FEED, "cite-as")
    return response


@bp.get("/feed/<name>")
def one(name: str) -> Response:
    """One page with its members.

    Raises:
        NotFound: there is no such page.
        Replaced: there may have been, and there is another now.
    """
    stem, suffix = split_suffix(name, FORMATS)
    found = find(stem)
    choice = chosen(suffix, name)
    if choice.format is HTML:
        choice = choose(FORMATS, None)  # a page of the feed is for programs
    etag = fingerprint("feed page", choice.label, choice.format.name, name, _here())
    if unchanged(etag):
        return not_modified(etag)
    quads = feed.content(found, _here() + request.path, described(found.entries))
    response = _rdf(quads, choice, etag)
    response.headers["Cache-Control"] = FOREVER
    _pointed(response)
    return response


def exists(served: Site | None = None) -> bool:
    """Whether what is served has a feed."""
    return _exists((served or site()).bundle)


def links() -> list[Link]:
    """The links from a page about the whole to where its changes can be followed."""
    if not exists():
        return []
    return [
        Link(f"{PREFIXES['tree']}view", "/feed", TRIG.media_type),
        Link("alternate", "/feed.atom", "application/atom+xml"),
    ]


@bp.app_context_processor
def _facts() -> dict[str, bool]:
    return {"has_feed": exists()}


def pages() -> list[Page]:
    """Every page of the feed.

    Raises:
        NotFound: nothing is known of the history of what is served.
    """
    held = _pages(site().bundle)
    if not held:
        raise NotFound("Nothing is known of the history of what is served here.")
    return held


def find(name: str) -> Page:
    """A page by its name.

    Raises:
        NotFound: there is no such page.
        Replaced: there may have been, and there is another now.
    """
    for held in pages():
        if held.name == name:
            return held
    if _NAME.fullmatch(name):
        raise Replaced("This page is not part of the feed any more; begin at /feed.")
    raise NotFound(f"There is no page {name!r} in the feed; begin at /feed.")


@lru_cache(maxsize=2)
def _pages(bundle: Path | None) -> list[Page]:
    return feed.pages(history(bundle)) if _exists(bundle) else []


@lru_cache(maxsize=2)
def _exists(bundle: Path | None) -> bool:
    """Whether there are changes, and each has a day; asked for every page, so quick."""
    if bundle is None or not (bundle / CHANGES).is_file():
        return False
    with (bundle / CHANGES).open(encoding="utf-8") as table:
        first = "".join(islice(table, 2))
    # Where nobody says when the graph was last modified, no change has a day.
    return any(entry.date for entry in parsed(first))


def history(bundle: Path | None) -> list[Entry]:
    """What last became of each subject, as a bundle knows it."""
    if bundle is None or not (bundle / CHANGES).is_file():
        return []
    return parsed((bundle / CHANGES).read_text(encoding="utf-8"))


def described(entries: Iterable[Entry]) -> Mapping[Entry, list[Triple]]:
    """What is said of subjects now, in the graph that each is of."""
    wanted: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if entry.sha256:
            of = entry.subject
            wanted.setdefault(of.graph, {})[of.iri] = entry
    found: dict[Entry, list[Triple]] = {}
    for graph, by_iri in wanted.items():
        said = subject.descriptions(_said(graph, by_iri))
        found |= {by_iri[iri]: said[iri] for iri in said if iri in by_iri}
    return found


def labels(entries: Iterable[Entry]) -> Mapping[Entry, str]:
    """The English label of each subject, or any, or its name."""
    held = list(entries)
    said = described(held)
    found = {}
    for entry in held:
        about = NamedNode(entry.subject.iri)
        named_ = [
            (value.language != "en", value.value)
            for subject_, predicate, value in said.get(entry, ())
            if subject_ == about and predicate == _LABEL and isinstance(value, Literal)
        ]
        found[entry] = min(named_)[1] if named_ else entry.subject.name
    return found


def _said(graph: str, names: Iterable[str]) -> Iterable[Triple]:
    """The triples of some subjects; all of the graph where there are blank nodes."""
    name = namespaces.GRAPH + graph
    if graph == "data":  # which has none: `socprot build` refuses them
        values = " ".join(str(NamedNode(one)) for one in names)
        query = (
            "CONSTRUCT { ?subject ?predicate ?object } WHERE { "
            f"VALUES ?subject {{ {values} }} "
            f"GRAPH <{name}> {{ ?subject ?predicate ?object }} }}"
        )
        formats = {"triples": NTRIPLES.media_type}
        answer = site().answer(Request(query, formats, client=PAGE))  # type: ignore[arg-type]
    else:
        answer = site().triples("graph", NTRIPLES.media_type, graph=name)
    return (quad.triple for quad in parse(answer.read(), RdfFormat.N_TRIPLES))


def chosen(suffix: str | None, name: str) -> Choice:
    """The format asked for, by suffix or by Accept.

    Raises:
        NotFound: there is no such format.
        NotAcceptable: none of the formats fits.
    """
    if suffix is None:
        return choose((*FORMATS, HTML), request.headers.get("Accept"))
    choice = named(FORMATS, suffix)
    if choice is None:
        raise NotFound(f"There is no {name} here; see /feed.")
    return choice


def _here() -> str:
    return site().address


def _pointed(response: Response) -> None:
    response.vary.add("Accept")
    signpost.link(response, "/dataset", "collection")
    signpost.link(response, signpost.LICENSE, "license")


def _rdf(quads: Iterable[Quad], choice: Choice, etag: str) -> Response:
    """Write quads, the same bytes for the same quads; without graphs, where those are
    unknown: what a member carries then stands beside it, under its own name."""
    body = canonical(quads)  # which also names blank nodes by what is said of them
    if choice.format is not NQUADS:
        held = parse(body, RdfFormat.N_QUADS)
        body = _WRITERS[choice.format.name](list(held))
    response = Response(body, content_type=choice.content_type)
    response.set_etag(etag)
    return response


def _graphs(quads: Iterable[Quad]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = {}
    for quad in quads:
        found.setdefault(str(quad.graph_name), []).append(quad.triple)
    return found


def _json(quads: list[Quad]) -> bytes:
    ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad)))
    return serialize(ordered, format=RdfFormat.JSON_LD) or b""


def _lines(quads: Iterable[Quad]) -> bytes:
    triples = sorted({quad.triple for quad in quads}, key=str)
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


_WRITERS: Mapping[str, Callable[[list[Quad]], bytes]] = {
    "trig": lambda quads: turtle.write_graphs(_graphs(quads)).encode(),
    "jsonld": _json,
    "ttl": lambda quads: turtle.write(quads).encode(),
    "nt": _lines,
}
