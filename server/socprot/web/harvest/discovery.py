"""Where a program that knows nothing of this site begins: what there is, and where."""

import json
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template

from socprot import namespaces
from socprot.negotiation import JSONLD
from socprot.web.explore import account
from socprot.web.frame import signpost
from socprot.web.harvest import feed
from socprot.web.question.api import MEDIA_TYPE
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, unchanged

bp = Blueprint("discovery", __name__)

_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
_PAGES = (
    "/",
    "/dataset",
    "/export/",
    "/query/",
    "/ns",
    "/shape",
    "/sparql",
    "/limits",
    "/openapi",
)


@bp.get("/.well-known/api-catalog")
def api_catalog() -> Response:
    """What programs may call here (https://www.rfc-editor.org/rfc/rfc9727)."""
    etag = fingerprint("api-catalog", site().address)
    if unchanged(etag):
        return not_modified(etag)
    text = json.dumps({"linkset": _linkset()}, indent=2) + "\n"
    response = Response(text, content_type=_LINKSET)
    response.set_etag(etag)
    signpost.link(response, "/.well-known/api-catalog", "api-catalog")
    return response


def _linkset() -> list[dict[str, Any]]:
    endpoint = _at("/sparql")
    metadata = [
        {"href": _at("/.well-known/void"), "type": "text/turtle"},
        {"href": _at("/dataset"), "type": "application/ld+json"},
    ]
    items = ["/sparql", "/query/", "/export/"]
    if feed.exists():
        items += ["/feed", "/feed.atom"]
    links: list[dict[str, Any]] = [
        {
            "anchor": _at("/.well-known/api-catalog"),
            "item": [{"href": _at(path)} for path in items],
        },
        {
            "anchor": endpoint,
            "service-desc": [
                {"href": endpoint, "type": "text/turtle"},
                {"href": _at("/openapi.json"), "type": MEDIA_TYPE},
            ],
            "service-doc": [{"href": _at("/limits"), "type": "text/html"}],
            "service-meta": metadata,
        },
        {
            "anchor": _at("/query/"),
            "service-desc": [{"href": _at("/openapi.json"), "type": MEDIA_TYPE}],
            "service-doc": [{"href": _at("/openapi"), "type": "text/html"}],
            "service-meta": metadata,
        },
        {
            "anchor": _at("/export/"),
            "service-doc": [{"href": _at("/export/"), "type": "text/html"}],
            "service-meta": metadata,
        },
    ]
    if feed.exists():
        links.append(_feed(metadata))
    return links


def _feed(metadata: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "anchor": _at("/feed"),
        "service-doc": [{"href": _at("/feed"), "type": "text/html"}],
        "service-meta": metadata,
        "alternate": [{"href": _at("/feed.atom"), "type": "application/atom+xml"}],
    }


def _at(path: str) -> str:
    return site().address + path


@bp.get("/context.jsonld")
def short_names() -> Response:
    """Short names for our terms, to write and to frame JSON-LD with."""
    body = account.short_names().document()
    etag = fingerprint("context", body.decode())
    if unchanged(etag):
        return not_modified(etag)
    response = Response(body, content_type=JSONLD.media_type)
    response.set_etag(etag)
    return response


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page, and of each record on which day it last changed, where that is known.

    https://www.sitemaps.org/protocol.html
    """
    etag = fingerprint("sitemap", site().address)
    if unchanged(etag):
        return not_modified(etag)
    names = [
        row["thing"].value.removeprefix(namespaces.ID)
        for row in site().rows("things", start=namespaces.ID)
    ]
    kinds = sorted({name.partition("/")[0] for name in names if "/" in name})
    pages = (*_PAGES, *feed.PLACES) if feed.exists() else _PAGES
    paths = [*pages, *(f"/doc/{kind}/" for kind in kinds)]
    changed = {entry.subject.iri: entry.date for entry in feed.history(site().bundle)}
    entries = [(_at(path), "") for path in paths]
    for name in names:
        address = _at(f"/doc/{quote(name, safe='/-._~')}")
        entries.append((address, changed.get(namespaces.ID + name, "")))
    text = render_template("dataset/sitemap.xml", entries=entries)
    response = Response(text, content_type="application/xml; charset=utf-8")
    response.set_etag(etag)
    return response
