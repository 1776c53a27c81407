"""Pages as a browser asks for them, and what a reader meets on them."""

from html.parser import HTMLParser

from serving import Reply, Server

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
