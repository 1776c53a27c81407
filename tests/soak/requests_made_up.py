"""Requests that nobody should send, as Hypothesis strategies."""

from urllib.parse import quote, quote_from_bytes, urlencode

from honest import questions
from hypothesis import strategies as st
from mutator import mutated
from wire import Request

QUESTIONS = questions()
# What runs long is the business of another part of the soak.
SECONDS = "0.25"

METHODS = st.sampled_from(
    [
        b"GET",
        b"GET",
        b"GET",
        b"POST",
        b"POST",
        b"QUERY",
        b"HEAD",
        b"OPTIONS",
        b"PUT",
        b"DELETE",
        b"PATCH",
        b"TRACE",
        b"CONNECT",
        b"BREW",
        b"get",
        b"G\xc3\x84",
    ]
)
TYPES = st.sampled_from(
    [
        b"application/sparql-query",
        b"application/sparql-query; charset=UTF-8",
        b"application/sparql-query; charset=utf-16",
        b"application/x-www-form-urlencoded",
        b"application/sparql-update",
        b"application/json",
        b"multipart/form-data; boundary=x",
        b"text/turtle",
        b"",
        b"/",
        b"\xff\xfe",
        b"a" * 3000,
    ]
)
ACCEPTS = st.sampled_from(
    [
        b"*/*",
        b"text/html,application/xhtml+xml,*/*;q=0.8",
        b"application/sparql-results+json",
        b"application/sparql-results+xml",
        b"text/csv;q=0.3, text/tab-separated-values;q=1",
        b"text/turtle",
        b"application/rdf+xml",
        b"application/ld+json",
        b"application/problem+json",
        b"text/plain",
        b"image/png",
        b"text/csv;q=nan",
        b"text/csv;q=-1, */*;q=99999999999999",
        b";;;q=,,,/",
        b"*/*;q=0",
        b"\xc3\x28\xff",
        b"text/*;level=1;q=0.5;" * 200,
    ]
)
# What a field may hold (RFC 9110 section 5.5), and some of what it may not.
VALUES = st.binary(max_size=40).map(
    lambda value: value.translate(None, b"\r\n\0") or b"-"
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(st.just(b"Accept"), ACCEPTS),
        st.tuples(st.just(b"Content-Type"), TYPES),
        st.tuples(
            st.sampled_from(
                [
                    b"Accept-Encoding",
                    b"Authorization",
                    b"Content-Encoding",
                    b"Cookie",
                    b"If-Match",
                    b"If-Modified-Since",
                    b"If-None-Match",
                    b"Origin",
                    b"Range",
                    b"X-Forwarded-Host",
                    b"X-HTTP-Method-Override",
                ]
            ),
            st.one_of(VALUES, st.sampled_from([b"*", b"gzip", b'W/"x"', b"bytes=0-"])),
        ),
    ),
    max_size=3,
)
QUERIES = st.one_of(
    st.builds(
        mutated,
        st.sampled_from(sorted(QUESTIONS.values())),
        st.integers(0, 1 << 32),
    ),
    st.text(max_size=200),
    st.sampled_from(["", " ", "ASK {}", "{" * 500, "a" * 70_000, "SELECT * {}"]),
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "query",
                "default-graph-uri",
                "named-graph-uri",
                "format",
                "timeout",
                "explain",
                "update",
                "using-graph-uri",
                "x",
                "",
            ]
        ),
        st.one_of(
            st.sampled_from(
                [
                    "",
                    "csv",
                    "json",
                    "html",
                    "xml",
                    "ttl",
                    "empty",
                    "0",
                    "1e9",
                    "urn:x",
                    "https://w3id.org/socprot/graph/data",
                    "file:///etc/passwd",
                    "nan",
                ]
            ),
            st.text(max_size=20),
        ),
    ),
    max_size=3,
)
PATHS = st.one_of(
    st.sampled_from(
        ["/", "/sparql", "/sparql/", "/query/", "/ns", "/shape", "/graph/data"]
        + ["/doc/event/", "/doc/body/almm", "/id/body/almm", "/id/body/almm.ttl"]
        + ["/limits", "/threats", "/conformance", "/errors/", "/errors/timeout"]
        + ["/healthz", "/readyz", "/metrics", "/robots.txt", "/static/style.css"]
        + [f"/query/{name}" for name in QUESTIONS]
    ),
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "doc",
                    "id",
                    "ns",
                    "query",
                    "graph",
                    "static",
                    "..",
                    ".",
                    "",
                    "%2e",
                    "%00",
                    "%0d%0a",
                    "almm.ttl",
                    "a" * 3000,
                    "<x>",
                    "{}",
                    "%",
                ]
            ),
            st.text(max_size=10),
        ),
        max_size=5,
    ).map(lambda parts: "/" + "/".join(parts)),
)


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="replace")


def _get(method: bytes, query: str, pairs: list[tuple[str, str]]) -> Request:
    text = _encoded([("query", query), ("timeout", SECONDS), *pairs])
    return Request(method, f"/sparql?{text}".encode())


def _form(method: bytes, query: str, pairs: list[tuple[str, str]]) -> Request:
    text = _encoded([("query", query), ("timeout", SECONDS), *pairs])
    kind = (b"Content-Type", b"application/x-www-form-urlencoded")
    return Request(method, b"/sparql", [kind], text.encode())


def _direct(method: bytes, query: str, pairs: list[tuple[str, str]]) -> Request:
    text = _encoded([("timeout", SECONDS), *pairs])
    kind = (b"Content-Type", b"application/sparql-query")
    return Request(
        method, f"/sparql?{text}".encode(), [kind], query.encode("utf-8", "replace")
    )


def _page(method: bytes, path: str, pairs: list[tuple[str, str]]) -> Request:
    start = quote(path, safe="/%<>{}.", errors="replace")
    text = _encoded(pairs)
    return Request(method, f"{start}?{text}".encode("latin-1", "replace"))


def _bytes(method: bytes, kind: bytes, body: bytes) -> Request:
    return Request(method, b"/sparql", [(b"Content-Type", kind)], body)


def _broken(raw: bytes) -> Request:
    escaped = quote_from_bytes(raw).encode()
    return Request(
        b"GET", b"/sparql?timeout=" + SECONDS.encode() + b"&query=" + escaped
    )


def _with(request: Request, headers: list[tuple[bytes, bytes]]) -> Request:
    """The request with more headers; a second type of the body goes after the first."""
    return Request(
        request.method, request.target, [*request.headers, *headers], request.body
    )


ASKING = st.sampled_from([b"POST", b"POST", b"QUERY"])
REQUESTS = st.builds(
    _with,
    st.one_of(
        st.builds(_get, st.just(b"GET"), QUERIES, st.just([])),
        st.builds(_get, METHODS, QUERIES, PAIRS),
        st.builds(_form, ASKING, QUERIES, PAIRS),
        st.builds(_direct, ASKING, QUERIES, st.just([])),
        st.builds(_direct, METHODS, QUERIES, PAIRS),
        st.builds(_page, METHODS, PATHS, PAIRS),
        st.builds(_bytes, METHODS, TYPES, st.binary(max_size=300)),
        st.builds(_broken, st.binary(max_size=60)),
    ),
    HEADERS,
)
