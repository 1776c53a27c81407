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

Most small questions are never asked a second time. An answer that took a moment is
therefore kept only when it is `asked_again`; until then the cache knows no more than
the hash of its key.

*The key.* Everything of the request that can change the bytes, as it was sent: method
(HEAD is looked up as GET), path, query string, `Accept`, which codings are accepted,
which of the languages held is preferred, and for POST and QUERY the type and the bytes
of the body. Nothing is parsed: two spellings of one question are two entries, which
costs a second evaluation and can never mix up two answers. Requests that ask for a part
(`Range`), state other conditions than `If-None-Match`, or carry credentials go past the
cache.

*A hit* costs one look into a dictionary: the compressed form is an entry of its own,
with its own `ETag`, and the headers are those that the application sent, the security
headers among them. `If-None-Match` is answered here too, with 304 (RFC 9110 section
13.1.2).

*The bound* is in bytes: of bodies and keys, and a round sum for headers. What was not
asked for longest goes first, so a stream of questions that are never repeated pushes
out only itself.

Everything here runs in the event loop of the gateway; so there is no lock.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

from werkzeug.http import parse_accept_header

from socprot.web.languages import preferred
from socprot.web.wire.headers import held

Headers: TypeAlias = Sequence[tuple[str, str]]

# A request that carries one of these is none of the cache's business.
_SPECIAL = frozenset(
    (
        "authorization",
        "content-encoding",
        "if-match",
        "if-modified-since",
        "if-range",
        "if-unmodified-since",
        "range",
    )
)
# These announce a body (RFC 9112 section 6).
_FRAMING = frozenset(("content-length", "transfer-encoding"))
# Headers that are in the key, so answers may vary with them.
_KEYED = frozenset(("accept", "accept-encoding", "accept-language"))
# What a 304 leaves out: it describes the body (RFC 9110 section 15.4.5).
_OF_THE_BODY = frozenset(
    (
        "accept-ranges",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "link",  # whoever holds the answer has them
    )
)
_CODINGS = ("br", "gzip", "zstd", "deflate", "identity")
_LONGEST_KEY = 16 << 10
_REMEMBERED = 10_000  # questions asked for once; as many again may be known
_OVERHEAD = 3072  # bytes of an entry beside its body and key, its headers above all


class Key(NamedTuple):
    """What an answer depends on."""

    bundle: str
    method: str
    path: str
    query: str
    accept: str
    language: str
    codings: tuple[str, ...]
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Kept:
    """An answer, ready to be sent.

    Attributes:
        headers: with Content-Length.
        notes: what the application noted for the log.
        size: what it costs to keep it.
    """

    etag: str
    headers: Headers
    body: bytes
    notes: Mapping[str, Any]
    size: int

    def answer(self, method: str, headers: Headers) -> tuple[int, Headers, bytes]:
        """Status, headers and body for one request of this key."""
        if method in ("GET", "HEAD"):
            for name, value in headers:
                if name == "if-none-match" and self._is_held(value):
                    return 304, self._short, b""
        return 200, self.headers, b"" if method == "HEAD" else self.body

    @cached_property
    def _short(self) -> Headers:
        """The headers of a 304."""
        return [pair for pair in self.headers if pair[0] not in _OF_THE_BODY]

    def _is_held(self, condition: str) -> bool:
        return condition == self.etag or held(condition, self.etag.strip('"'))


class AnswerCache:
    """Answers by what was asked, at most so many bytes of them."""

    def __init__(
        self, bundle: str, capacity: int, languages: Sequence[str] = ("en",)
    ) -> None:
        self._bundle = bundle
        self._languages = tuple(languages)
        self._capacity = capacity
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._once: set[int] = set()
        self._once_before: set[int] = set()
        self.size = 0
        self.hits = 0
        self.misses = 0
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._kept)

    def key(
        self, method: str, path: str, query: str, headers: Headers, body: bytes = b""
    ) -> Key | None:
        """The key of a request; None where it is not for the cache."""
        accept = codings = content_type = language = ""
        for name, value in headers:
            if name == "accept":
                accept = accept + "," + value if accept else value
            elif name == "accept-encoding":
                codings = codings + "," + value if codings else value
            elif name == "accept-language":
                language = language + "," + value if language else value
            elif name == "content-type":
                content_type = value
            elif name in _SPECIAL:
                return None
            elif name in _FRAMING and not body and value != "0":
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
            preferred(language, self._languages),
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

    def asked_again(self, key: Key) -> bool:
        """Whether this is asked for the second time; ask once per request."""
        known = hash(key)
        if known in self._once or known in self._once_before:
            return True
        self._once.add(known)
        if len(self._once) > _REMEMBERED:
            self._once, self._once_before = set(), self._once
        return False

    def wants(self, key: Key | None, status: int, headers: Headers) -> bool:
        """Whether an answer is one to be kept, as far as its head tells."""
        if key is None or status != 200:
            return False
        etag = control = vary = ""
        size = 0
        for name, value in headers:
            if name == "etag":
                etag = value
            elif name == "cache-control":
                control += value + ","
            elif name == "vary":
                vary += value + ","
            elif name == "content-length":
                size = int(value)
            elif name == "set-cookie":
                return False
        controls = _words(control)
        return (
            etag.startswith('"')
            and "private" not in controls
            and ("no-store" not in controls or key.method == "POST")
            and _KEYED.issuperset(_words(vary))
            and size <= self.longest
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
        named = dict(headers)
        if "content-length" not in named:
            headers = [*headers, ("content-length", str(len(body)))]
        size = _OVERHEAD + len(body) + len(key.query) + len(key.path)
        size += len(key.accept) + len(key.content_type) + len(key.body)
        self._kept[key] = Kept(named["etag"], headers, body, notes, size)
        self.size += size
        while self.size > self._capacity:
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size
            self.evicted += 1


@lru_cache(maxsize=256)
def _words(value: str) -> frozenset[str]:
    words = (word.strip().lower() for word in value.split(","))
    return frozenset(word for word in words if word)


@lru_cache(maxsize=256)
def _codings(header: str) -> tuple[str, ...]:
    """The codings that are accepted, the preferred one first."""
    accepted = parse_accept_header(header)
    ranked = [(-accepted[coding], coding) for coding in _CODINGS]
    return tuple(coding for weight, coding in sorted(ranked) if weight < 0)
