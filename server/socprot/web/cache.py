"""
The answer cache: ready bytes for a request that was answered before.

It stands in front of the application, in the gateway, and knows neither Flask nor
SPARQL. It is a shared cache as in RFC 9111, with one difference: nothing in it grows
old. A bundle never changes, so an answer that carries a strong validator stays right
for as long as this process serves that bundle; the hash of the bundle is part of every
key all the same.

*What is kept.* A complete answer with status 200 and a strong `ETag`: the application
gives one to whatever depends on nothing but the bundle and the request, and to nothing
else. Not kept: errors, answers that say `private` or `no-store` to a GET, that set a
cookie, that vary with a header which is not in the key, or that are longer than an
eighth of the cache (so also those that are streamed because they are long).

*The key.* Everything of the request that can change the bytes, as it was sent: method
(HEAD is looked up as GET), path, query string, `Accept`, which codings are accepted,
and for POST and QUERY the type and the bytes of the body. Nothing is parsed: two
spellings of one question are two entries, which costs a second evaluation and can never
mix up two answers. Requests that ask for a part (`Range`), state other conditions than
`If-None-Match`, or carry credentials go past the cache.

*A hit* costs one look into a dictionary: the compressed form is an entry of its own,
with its own `ETag`, and the headers are those that the application sent, the security
headers among them. `If-None-Match` is answered here too, with 304 (RFC 9110 section
13.1.2).

*The bound* is in bytes: of bodies, headers and keys. What was not asked for longest
goes first, so a stream of questions that are never repeated pushes out only itself.

Everything here runs in the event loop of the gateway; so there is no lock.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from werkzeug.http import parse_accept_header

from socprot.web.headers import held

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

# A request that carries one of these is none of the cache's business.
_SPECIAL = frozenset(
    (
        b"authorization",
        b"content-encoding",
        b"if-match",
        b"if-modified-since",
        b"if-range",
        b"if-unmodified-since",
        b"range",
    )
)
# These announce a body (RFC 9112 section 6).
_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
# Headers that are in the key, so answers may vary with them.
_KEYED = frozenset((b"accept", b"accept-encoding"))
# What a 304 leaves out: it describes the body (RFC 9110 section 15.4.5).
_OF_THE_BODY = frozenset(
    (
        b"accept-ranges",
        b"content-disposition",
        b"content-encoding",
        b"content-language",
        b"content-length",
        b"content-type",
    )
)
_CODINGS = ("br", "gzip", "zstd", "deflate", "identity")
_LONGEST_KEY = 16 << 10
_OVERHEAD = 1024  # bytes of an entry beside its body, headers and key, roughly


class Key(NamedTuple):
    """What an answer depends on."""

    bundle: str
    method: str
    path: str
    query: bytes
    accept: bytes
    codings: tuple[str, ...]
    content_type: bytes
    body: bytes


@dataclass(frozen=True)
class Kept:
    """An answer, ready to be sent.

    Attributes:
        headers: with Content-Length.
        short: the headers of a 304.
        notes: what the application noted for the log.
        size: what it costs to keep it.
    """

    etag: str
    headers: Headers
    short: Headers
    body: bytes
    notes: Mapping[str, Any]
    size: int

    def answer(self, method: str, headers: Headers) -> tuple[int, Headers, bytes]:
        """Status, headers and body for one request of this key."""
        if method in ("GET", "HEAD"):
            for name, value in headers:
                if name == b"if-none-match" and self._is_held(value):
                    return 304, self.short, b""
        return 200, self.headers, b"" if method == "HEAD" else self.body

    def _is_held(self, condition: bytes) -> bool:
        text = condition.decode("latin-1")
        return text == self.etag or held(text, self.etag.strip('"'))


class AnswerCache:
    """Answers by what was asked, at most so many bytes of them."""

    def __init__(self, bundle: str, capacity: int) -> None:
        self._bundle = bundle
        self._capacity = capacity
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._kept)

    def key(
        self, method: str, path: str, query: bytes, headers: Headers, body: bytes = b""
    ) -> Key | None:
        """The key of a request; None where it is not for the cache."""
        accept = codings = content_type = b""
        for name, value in headers:
            if name == b"accept":
                accept = accept + b"," + value if accept else value
            elif name == b"accept-encoding":
                codings = codings + b"," + value if codings else value
            elif name == b"content-type":
                content_type = value
            elif name in _SPECIAL:
                return None
            elif name in _FRAMING and not body and value != b"0":
                return None  # a body that was not read yet
        if method == "HEAD":
            method = "GET"
        elif method not in ("GET", "POST", "QUERY"):
            return None
        if len(path) + len(query) + len(body) + len(accept) > _LONGEST_KEY:
            return None
        return Key(
            self._bundle,
            method,
            path,
            query,
            accept,
            _codings(codings),
            content_type,
            body,
        )

    def find(self, key: Key) -> Kept | None:
        """The answer to a request that was answered before."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found

    def wants(self, key: Key, status: int, headers: Headers) -> bool:
        """Whether an answer is one to be kept, as far as its head tells."""
        head: dict[bytes, bytes] = {}
        for name, value in headers:
            head[name] = head[name] + b"," + value if name in head else value
        control = _words(head.get(b"cache-control", b""))
        return (
            status == 200
            and head.get(b"etag", b"").startswith(b'"')
            and b"set-cookie" not in head
            and b"private" not in control
            and (b"no-store" not in control or key.method == "POST")
            and _KEYED.issuperset(_words(head.get(b"vary", b"")))
            and int(head.get(b"content-length", b"0")) <= self.longest
        )

    @property
    def longest(self) -> int:
        """Bytes that a body may have to be kept."""
        return self._capacity // 8

    def keep(
        self, key: Key, headers: Headers, body: bytes, notes: Mapping[str, Any]
    ) -> None:
        """Keep a complete answer that it `wants`."""
        if len(body) > self.longest or key in self._kept:
            return
        whole = [(n, v) for n, v in headers if n != b"content-length"]
        short = [(n, v) for n, v in whole if n not in _OF_THE_BODY]
        whole.append((b"content-length", str(len(body)).encode()))
        size = _OVERHEAD + len(body) + sum(len(n) + len(v) for n, v in whole)
        size += sum(len(part) for part in key)
        etag = next(v for n, v in headers if n == b"etag").decode("latin-1")
        self._kept[key] = Kept(etag, whole, short, body, notes, size)
        self.size += size
        while self.size > self._capacity:
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size
            self.evicted += 1


def _words(value: bytes) -> set[bytes]:
    words = (word.strip().lower() for word in value.split(b","))
    return {word for word in words if word}


@lru_cache(maxsize=256)
def _codings(header: bytes) -> tuple[str, ...]:
    """The codings that are accepted, the preferred one first."""
    accepted = parse_accept_header(header.decode("latin-1"))
    ranked = [(-accepted[coding], coding) for coding in _CODINGS]
    return tuple(coding for weight, coding in sorted(ranked) if weight < 0)
