"""Read a site as a patient visitor does: follow its links, and remember what was there.

Bounded: of addresses that are alike (`/doc/event/...`, `/sparql?query=...`) only some
are followed, always the same ones.
"""

import hashlib
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from serving import Reply, Server

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
_ALIKE = 4  # of addresses of one form
_MOST = 800  # requests
_FILE = re.compile(r"/export/(?!record/).|/graph/[^/]+\.|/(?:ns|shape)\.")
_ROOMY = frozenset(["doc", "id", "query", "openapi", "errors"])  # a name each
_VOID = frozenset(["area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"])


class Outline(HTMLParser):
    """What a page links to, its headings, its names, and what stands open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.headings: list[int] = []
        self.names: list[str] = []
        self.unlabelled: list[str] = []
        self.titles: list[str] = []
        self._labels: list[str] = []
        self._fields: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.unlabelled = [
            f"{tag} {held.get('name')}"
            for tag, held in self._fields
            if held.get("id") not in self._labels
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag not in _VOID:
            self._open.append(tag)
        if name := held.get("id"):
            self.names.append(name)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdecimal():
            self.headings.append(int(tag[1]))
        if tag == "label":
            self._labels.append(held.get("for") or "")
        named = held.get("aria-label") or held.get("aria-labelledby")
        quiet = held.get("type") in ("hidden", "submit", "button")
        if tag in ("input", "select", "textarea") and not quiet and not named:
            inside = "label" in self._open
            if not inside:
                self._fields.append((tag, held))
        for attribute in ("href", "src", "action"):
            if value := held.get(attribute):
                if attribute == "action" and not _is_complete(held):
                    continue
                self.links.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass


def _is_complete(form: dict[str, str | None]) -> bool:
    """Whether a form may be sent without its fields."""
    action = form.get("action") or ""
    return form.get("method", "get") == "get" and not action.endswith("/try")


@dataclass
class Visit:
    """One address that was asked for, and one page that linked to it."""

    address: str
    origin: str
    reply: Reply
    outline: Outline | None


@dataclass
class Walk:
    """Everything that was seen.

    Attributes:
        visits: by address, without fragments.
        fragments: which names on a page are linked to, and from where.
        files: the exports that were linked to; they are not fetched, since to write
            them takes long.
    """

    visits: dict[str, Visit] = field(default_factory=dict)
    fragments: dict[tuple[str, str], str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> list[Visit]:
        return [visit for visit in self.visits.values() if visit.outline]


def form(address: str) -> str:
    """What an address has in common with those like it."""
    parts = urlsplit(address)
    steps = parts.path.split("/")
    suffix = steps[-1].rpartition(".")[2] if "." in steps[-1] else ""
    keys = ",".join(sorted({key for key, _ in parse_qsl(parts.query)}))
    depth = 3 if steps[1] in _ROOMY else 2
    return f"{'/'.join(steps[:depth])}/{len(steps)}.{suffix}?{keys}"


def _patiently(server: Server, address: str) -> Reply:
    """Ask again where the machine was too busy to answer in time."""
    for _ in range(3):
        reply = server.get(address, BROWSER)
        if reply.status not in (503, 504):
            break
        time.sleep(2)
    return reply


def walk(server: Server, start: list[str]) -> Walk:
    """Follow the links of a site from some addresses on."""
    seen = Walk()
    queue = deque((address, "") for address in start)
    queued = set(start)
    alike: Counter[str] = Counter()
    while queue and len(seen.visits) < _MOST:
        address, origin = queue.popleft()
        reply = _patiently(server, address)
        page = reply.media_type == "text/html" and reply.status == 200
        outline = Outline(reply.text) if page else None
        seen.visits[address] = Visit(address, origin, reply, outline)
        found = outline.links if outline else []
        if reply.status == 303:
            found = [reply.headers["Location"]]
        # In an order that has nothing to do with that of the page.
        for link in sorted(
            set(found), key=lambda one: hashlib.md5(one.encode()).digest()
        ):
            target = urljoin(server.address + address, link)
            if not target.startswith(server.address):
                continue
            target, _, fragment = target.removeprefix(server.address).partition("#")
            target = target or "/"
            if fragment:
                seen.fragments.setdefault((target, unquote(fragment)), address)
            if _FILE.match(target):
                seen.files[target] = address
                continue
            kind = form(target)
            if target not in queued and alike[kind] < _ALIKE:
                alike[kind] += 1
                queued.add(target)
                queue.append((target, address))
    return seen
