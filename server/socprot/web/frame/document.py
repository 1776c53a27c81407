"""Serve one description in many formats: a page, or RDF from the engine."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Response, request

from socprot.negotiation import HTML, TRIPLES, Choice, Format, choose, split_suffix
from socprot.web.languages import tell
from socprot.web.site import site
from socprot.web.sparql.answer import stream
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

# RDF is what this graph is made of; a page goes to who names HTML.
OFFERS = (*TRIPLES, HTML)


def chosen(suffix: str | None) -> Choice:
    """The format asked for: by suffix, by `?format=`, or by Accept.

    Raises:
        BadParameter: there is no format of this name.
        NotAcceptable: none of the formats fits.
    """
    name = suffix or request.args.get("format")
    return choose(OFFERS, request.headers.get("Accept"), name)


def respond(
    iri: str,
    choice: Choice,
    *,
    query: str,
    values: dict[str, str],
    render: Callable[[], str],
    write: Callable[[Choice], bytes] | None = None,
    language: str = "",
) -> Response:
    """Answer with the description of `iri`.

    Args:
        query: the query behind the page that gives it as triples.
        values: its parameters.
        render: makes the page.
        write: writes the triples instead, where they are more than the query gives.
        language: of the labels of the page, where it has them in several.
    """
    etag = fingerprint(
        "document",
        query,
        iri,
        choice.label,
        str(request.query_string),
        language if choice.format is HTML else "",
    )
    if unchanged(etag):
        return _spoken(not_modified(etag), choice, language)
    if choice.format is HTML:
        response = page(render(), etag)
    elif write is not None:
        response = Response(write(choice), content_type=choice.content_type)
        response.set_etag(etag)
    else:
        answer = site().triples(query, choice.format.media_type, **values)
        response = stream(answer, choice)
        response.set_etag(etag)
    response.vary.add("Accept")
    for offer in TRIPLES:
        response.headers.add(
            "Link",
            f'<{_alternate(offer)}>; rel="alternate"; type="{offer.media_type}"',
        )
    return _spoken(response, choice, language)


def _spoken(response: Response, choice: Choice, language: str) -> Response:
    """Say that the page is for readers of a language; RDF holds every language."""
    if language and choice.format is HTML:
        return tell(response, language)
    if language:
        response.vary.add("Accept-Language")
    return response


def _alternate(offer: Format) -> str:
    """The address of this document in one format, from the path alone."""
    stem, _ = split_suffix(request.path, OFFERS)
    stem = stem.rstrip("/").encode("utf-8", "replace").decode("latin-1")
    return f"{quote(stem, safe='/-._~')}.{offer.name}"
