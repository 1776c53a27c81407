"""`/search` -- find a record by its name, as a page or, for completion, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from socprot.directory import full
from socprot.errors import BadParameter
from socprot.negotiation import HTML, Format, choose
from socprot.search import LONGEST, NEAR, Hit
from socprot.web import languages
from socprot.web.explore.listing import title
from socprot.web.explore.meant import content, meant
from socprot.web.explore.selection import Selection
from socprot.web.explore.shelf import Item, item
from socprot.web.known import index, known
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("finder", __name__)

_JSON = Format("json", "application/json")
_PER_KIND = 6
_COMPLETIONS = 10
_MOST = 50


@dataclass(frozen=True)
class Group:
    """The hits of one kind.

    Attributes:
        hits: the best, each with the other name by which it was found, if by one.
        more: where all of them are listed, if these are not all.
    """

    title: str
    count: int
    hits: Sequence[tuple[Item, str]]
    more: str


@bp.get("/search")
def search() -> Response:
    """Find what is called so, or nearly so.

    Raises:
        BadParameter: a parameter is ill-typed.
        NotAcceptable: neither a page nor JSON is wanted.
    """
    query = " ".join(request.args.get("q", "").split())
    if len(query) > LONGEST:
        raise BadParameter(f"q= may have {LONGEST} characters, not {len(query)}.")
    language = languages.wanted()
    accept, name = request.headers.get("Accept"), request.args.get("format")
    choice = choose((_JSON, HTML), accept, name)
    limit = _limit()
    etag = fingerprint("search", query, language, choice.label, str(limit))
    if unchanged(etag):
        return languages.tell(not_modified(etag), language)
    hits = _find(query)
    if choice.format is HTML:
        response = page(_page(query, hits, language), etag)
    else:
        body = json.dumps(_document(query, hits, limit, language), ensure_ascii=False)
        response = Response(body + "\n", content_type=choice.content_type)
        response.set_etag(etag)
    response.vary.add("Accept")
    return languages.tell(response, language)


def _find(query: str) -> Sequence[Hit]:
    """What is called so; of a sentence, which is rarely a name, what it is about."""
    hits = index().find(query)
    if hits and hits[0].how != NEAR:
        return hits
    return index().find(" ".join(content(query))) or hits


def _limit() -> int:
    given = request.args.get("limit", str(_COMPLETIONS))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:4]) <= _MOST):
        raise BadParameter(f"limit= is a number from 1 to {_MOST}, not {given!r}.")
    return int(given)


def _document(
    query: str, hits: Sequence[Hit], limit: int, language: str
) -> dict[str, Any]:
    """The best hits, for completion, and pages that may be meant."""
    results = []
    for hit in hits[:limit]:
        shown = item(known(), hit.entry, language)
        results.append(
            {
                "iri": full(hit.entry.name),
                "address": shown.path,
                "label": shown.label,
                "language": shown.language or languages.ENGLISH,
                "kind": title(known(), hit.entry.kind),
                "matched": hit.matched,
                "about": " · ".join(shown.meta),
            }
        )
    pages = [
        {"address": page.path, "label": page.label, "kind": page.what}
        for page in meant(query)
    ]
    return {"query": query, "total": len(hits), "results": results, "pages": pages}


def _page(query: str, hits: Sequence[Hit], language: str) -> str:
    by_kind: dict[str, list[Hit]] = {}
    for hit in hits:
        by_kind.setdefault(hit.entry.kind, []).append(hit)
    return render_template(
        "explore/search.html",
        query=query,
        total=len(hits),
        meant=meant(query),
        is_near=bool(hits) and hits[0].how == NEAR,
        groups=[_group(kind, held, query, language) for kind, held in by_kind.items()],
        chosen_language=request.args.get("lang", ""),
    )


def _group(kind: str, hits: Sequence[Hit], query: str, language: str) -> Group:
    shown = []
    for hit in hits[:_PER_KIND]:
        view = item(known(), hit.entry, language)
        is_label = hit.matched in (*hit.entry.labels.values(), view.acronym)
        shown.append((view, "" if is_label else hit.matched))
    wanted = Selection(kind, words=query, language=request.args.get("lang", ""))
    more = wanted.address() if kind and len(hits) > _PER_KIND else ""
    return Group(title(known(), kind), len(hits), shown, more)
