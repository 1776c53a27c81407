"""
Links in the headers of an answer, for who reads no pages.

The same links are a document of their own, a linkset, which also says where each of the
other documents points.

Specifications: https://signposting.org/FAIR/ https://www.rfc-editor.org/rfc/rfc8288
https://www.rfc-editor.org/rfc/rfc9264
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from socprot.distribution import CANONICAL, FORMS, WHOLE
from socprot.namespaces import DATASET, PREFIXES
from socprot.negotiation import TRIPLES

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
LINKSETS = ("application/linkset+json", "application/linkset")
_AUTHOR = f"{DATASET}#contributors"
_SCHEMA = PREFIXES["schema"]
_VOID = "/.well-known/void"


@dataclass(frozen=True)
class Link:
    """A link from a document: its target is an IRI, or a path of this site."""

    relation: str
    target: str
    media_type: str = ""


def link(response: Response, target: str, relation: str, media_type: str = "") -> None:
    """Add a link to an answer."""
    kind = f'; type="{media_type}"' if media_type else ""
    response.headers.add("Link", f'<{target}>; rel="{relation}"{kind}')


def add(response: Response, links: Sequence[Link]) -> None:
    """Add links to an answer."""
    for one in links:
        link(response, one.target, one.relation, one.media_type)


def of_record(iri: str, path: str) -> list[Link]:
    """The links from the document about a record.

    Args:
        path: of the document, without a suffix.
    """
    data = "/export/record/" + path.removeprefix("/doc/")
    return [
        Link("cite-as", iri),
        *(Link("describedby", f"{path}.{o.name}", o.media_type) for o in TRIPLES),
        Link("type", f"{_SCHEMA}AboutPage"),
        *(Link("item", f"{data}.{f.suffix}", f.media_type) for f in FORMS),
        Link("collection", "/dataset"),
        *_ours(path),
    ]


def of_dataset(path: str = "/dataset") -> list[Link]:
    """The links from a page about the whole dataset."""
    return [
        Link("cite-as", DATASET),
        *(Link("describedby", f"/dataset.{o.name}", o.media_type) for o in TRIPLES),
        Link("describedby", _VOID, "text/turtle"),
        Link("type", f"{_SCHEMA}AboutPage"),
        Link("type", f"{_SCHEMA}Dataset"),
        *(Link("item", address, kind) for address, kind in _dumps().items()),
        Link("api-catalog", "/.well-known/api-catalog"),
        *_ours(path),
    ]


def _dumps() -> dict[str, str]:
    """The media type of each path at which everything can be had."""
    whole = {f"/export/{WHOLE}.{form.suffix}": form.media_type for form in FORMS}
    return {**whole, f"/export/{CANONICAL}": "application/n-quads"}


def _ours(path: str) -> list[Link]:
    """What holds of each page: who made it, under which terms, where all this is."""
    return [
        Link("author", _AUTHOR),
        Link("license", LICENSE),
        *(Link("linkset", f"/linkset{path.rstrip('/')}", kind) for kind in LINKSETS),
    ]


def around(path: str, links: Sequence[Link]) -> dict[str, list[Link]]:
    """The links of a page and of those that point back at it, by anchor."""
    found = {path: [one for one in links if one.relation != "linkset"]}
    for one in links:
        if one.relation == "describedby":
            found[one.target] = [Link("describes", path, "text/html")]
        elif one.relation == "item":
            back = [Link("collection", path, "text/html"), Link("license", LICENSE)]
            found[one.target] = back
    return found
