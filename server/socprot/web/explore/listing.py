"""`/explore` and `/doc/<kind>/` -- what there is, as lists that can be narrowed."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, request

from socprot import directory
from socprot.directory import Directory, Entry
from socprot.engine import Kind
from socprot.engine import Request as Question
from socprot.errors import BadParameter, NotFound
from socprot.negotiation import HTML, TRIPLES, choose, split_suffix
from socprot.sources import class_of
from socprot.suggestion import near
from socprot.web import languages
from socprot.web.explore import behind, roster, selection
from socprot.web.explore.selection import SORTS, Found, Selection
from socprot.web.explore.shelf import Table, bars, facet_views, items, table
from socprot.web.frame import signpost
from socprot.web.frame.markup import words
from socprot.web.kinds import groups, kinds
from socprot.web.known import facets, index, known
from socprot.web.site import site
from socprot.web.sparql.answer import abandoned, stream, written
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("listing", __name__)

_PER_PAGE = 50
_MATCHES = 300  # records that a list of hits may have


@bp.get("/explore")
def explore() -> Response:
    """Say which kinds of record and which schemes of concepts there are."""
    language = languages.wanted()
    etag = fingerprint("explore", language)
    if unchanged(etag):
        return languages.tell(not_modified(etag), language)
    held = known()
    counts = {name: len(entries) for name, entries in held.by_kind.items()}
    shown = {
        title: [
            (kinds()[name], counts[name], _meaning(held, name))
            for name in names
            if name in counts
        ]
        for title, names in groups().items()
    }
    schemes = [
        (name, title(held, name), count)
        for name, count in counts.items()
        if name and name not in kinds() and name != "concept-scheme"
    ]
    body = render_template(
        "explore/explore.html",
        groups={title: held for title, held in shown.items() if held},
        schemes=sorted(schemes, key=lambda scheme: scheme[1].casefold()),
        total=sum(counts.values()),
        others=counts.get("", 0),
    )
    return languages.tell(page(body, etag), language)


@bp.get("/doc/<kind>")
@bp.get("/doc/<kind>/")
def kind(kind: str) -> Response:
    """List the records of a kind, or those of them that are asked for.

    Raises:
        NotFound: there are none of this kind.
        BadParameter: a parameter is unknown or ill-typed.
        NotAcceptable: none of the formats fits.
    """
    held = known()
    is_kind = kind in held.by_kind
    stem, suffix = (kind, None) if is_kind else split_suffix(kind, roster.OFFERS)
    everything = _of_kind(held, stem)
    wanted = selection.read(stem, request.args, held.facets)
    _check(wanted, everything)
    number = selection.number(request.args, "page") or 1
    language = languages.wanted()
    named = suffix or request.args.get("format")
    choice = choose(roster.OFFERS, request.headers.get("Accept"), named)
    name, address = choice.format.name, wanted.address(page=number)
    etag = fingerprint("list", address, language, choice.label, name, site().address)
    if unchanged(etag):
        return languages.tell(not_modified(etag), language)
    if wanted.words:
        hits = index().find(wanted.words, [stem])[:_MATCHES]
        everything = [hit.entry for hit in hits]
    found = selection.select(held, everything, wanted, language)
    text = _query(wanted, language, found.entries if wanted.words else None)
    if choice.format is HTML:
        response = page(_page(wanted, found, number, text, language), etag)
    elif choice.format in TRIPLES:
        called = title(held, stem)
        body = roster.write(wanted.address(), stem, called, found.entries, choice)
        response = Response(body, content_type=choice.content_type)
    else:
        formats: Mapping[Kind, str] = {"rows": written("rows", choice)}
        client = request.remote_addr or ""
        question = Question(text, formats, client=client, abandoned=abandoned())
        response = stream(site().answer(question), choice)
    response.set_etag(etag)
    response.vary.add("Accept")
    signpost.add(response, roster.links(stem, wanted.address().partition("?")[2]))
    return languages.tell(response, language)


def _of_kind(held: Directory, kind: str) -> Sequence[Entry]:
    if found := held.by_kind.get(kind):
        return found
    names = near(kind, filter(None, held.by_kind))
    there = " or ".join(f"/doc/{name}/" for name in names)
    hint = f"Did you mean {there}?" if names else "See /explore."
    raise NotFound(f"There are no records of a kind {kind!r}. {hint}")


def _check(wanted: Selection, everything: Sequence[Entry]) -> None:
    """See that each value is one that some record of the kind has.

    Raises:
        BadParameter: it is not.
    """
    for facet, values in wanted.chosen.items():
        there = {one for entry in everything for one in entry.facets.get(facet, ())}
        for value in values:
            if value not in there:
                names = near(value, sorted(there))
                hint = f" Did you mean {' or '.join(names)}?" if names else ""
                raise BadParameter(f"Nothing here has the {facet} {value!r}.{hint}")


def _query(
    wanted: Selection, language: str, entries: Sequence[Entry] | None = None
) -> str:
    records = None if entries is None else [entry.name for entry in entries]
    return behind.query(wanted, language, facets(), known().terms, records)


def _page(
    wanted: Selection, found: Found, number: int, text: str, language: str
) -> str:
    held = known()
    pages = max(1, -(-len(found.entries) // _PER_PAGE))
    if number > pages:
        raise NotFound(f"The last page of this list is {wanted.address(page=pages)}.")
    shown = found.entries[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    kind = kinds().get(wanted.kind)
    rows: Table | None = None
    if kind is not None and kind.table and shown and site().bundle is not None:
        answer = site().solutions(_query(wanted, language, shown))
        rows = table(kind, shown, answer, language)
    return render_template(
        "explore/kind.html",
        wanted=wanted,
        title=title(held, wanted.kind),
        meaning=_meaning(held, wanted.kind),
        scheme=f"concept-scheme/{wanted.kind}" in held.terms,
        facets=facet_views(held, wanted, found, language),
        bars=bars(wanted, found.years),
        dated=any(entry.first for entry in held.by_kind[wanted.kind]),
        items=items(held, shown, language),
        table=rows,
        total=len(held.by_kind[wanted.kind]),
        count=len(found.entries),
        number=number,
        pages=pages,
        sorts=SORTS,
        sort=found.sort,
        text=text,
        language=language,
    )


def title(held: Directory, kind: str) -> str:
    """What several records of a kind, or the concepts of a scheme, are called."""
    if kind in kinds():
        return kinds()[kind].title
    if kind in ("", "concept-scheme"):
        return "Concept schemes" if kind else "Things"
    scheme = f"concept-scheme/{kind}"
    return (held.label(scheme) if scheme in held.terms else words(kind)).capitalize()


def _meaning(held: Directory, kind: str) -> str:
    scheme = f"concept-scheme/{kind}"
    name = scheme if scheme in held.terms else directory.short(class_of(kind))
    return held.terms.get(name, ("", ""))[1]
