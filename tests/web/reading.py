"""Pages as a browser asks for them, and what readers and programs meet on them."""

import re
from html.parser import HTMLParser

from serving import Reply, Server

# The forms of a description: how each is asked for, and what rdflib calls it.
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "xml"),
}
PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


def page(server: Server, path: str, **headers: str) -> Reply:
    return server.get(path, PAGE, **headers)


class Reader(HTMLParser):
    """Collects headings, identifiers and local links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append(tag)
        if "id" in held:
            self.names.append(held["id"] or "")
        if tag == "a":
            self.links.append(held.get("href") or "")


def embedded(text: str) -> dict[str, object]:
    """What extruct reads from a page."""
    from extruct.jsonld import JsonLdExtractor  # type: ignore[import-untyped]

    (found,) = JsonLdExtractor().extract(text)
    document: dict[str, object] = found
    return document


def listed(reply: Reply) -> set[tuple[str, str, str]]:
    """What the Link headers of an answer say, linksets aside."""
    found = set()
    for header in reply.headers.get_all("Link") or ():
        match = re.fullmatch(
            r'<(.+?)>; rel="([a-z-]+|https:[^"]+)"(?:; type="(.+?)")?', header
        )
        assert match, header
        found.add((match[2], match[1], match[3] or ""))
    return {one for one in found if one[0] not in ("alternate", "linkset")}
