"""
Links in the headers of an answer, for who reads no pages.

Specifications: https://signposting.org/FAIR/ https://www.rfc-editor.org/rfc/rfc8288
"""

from flask import Response

from socprot.namespaces import DATASET, PREFIXES
from socprot.negotiation import TRIPLES

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_SCHEMA = PREFIXES["schema"]


def link(response: Response, target: str, relation: str, media_type: str = "") -> None:
    """Add a link; the target is an IRI, or a path of this site."""
    kind = f'; type="{media_type}"' if media_type else ""
    response.headers.add("Link", f'<{target}>; rel="{relation}"{kind}')


def record(response: Response, iri: str, path: str) -> None:
    """Point the way from the document about a record.

    Args:
        path: of the document, without a suffix.
    """
    link(response, iri, "cite-as")
    for offer in TRIPLES:
        link(response, f"{path}.{offer.name}", "describedby", offer.media_type)
    link(response, LICENSE, "license")
    link(response, f"{_SCHEMA}AboutPage", "type")
    link(response, "/dataset", "collection")


def dataset(response: Response, dumps: dict[str, str]) -> None:
    """Point the way from the page of the whole dataset.

    Args:
        dumps: the media type of each address at which it can be had whole.
    """
    link(response, DATASET, "cite-as")
    for offer in TRIPLES:
        link(response, f"/dataset.{offer.name}", "describedby", offer.media_type)
    link(response, "/.well-known/void", "describedby", "text/turtle")
    link(response, LICENSE, "license")
    link(response, f"{_SCHEMA}AboutPage", "type")
    link(response, f"{_SCHEMA}Dataset", "type")
    for address, media_type in dumps.items():
        link(response, address, "item", media_type)
    link(response, "/.well-known/api-catalog", "api-catalog")
