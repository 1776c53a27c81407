"""The answer cache: the same bytes as without it, bounded, and never the wrong ones."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import HERE, Server, ask, make_bundle

from socprot.web.wire.cache import AnswerCache, Headers, Key

SELECT = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 40"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ETAG: Headers = [("etag", '"one"')]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, so that its counters are too."""
    folder = tmp_path_factory.mktemp("cache") / "one"
    running = Server("bundle", make_bundle(folder, [HERE / "mini.trig"]))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


def counted(server: Server, line: str) -> int:
    (found,) = [
        text
        for text in server.get("/metrics").text.splitlines()
        if text.startswith(line)
    ]
    return int(found.rpartition(" ")[2])


def hits(server: Server) -> int:
    return counted(server, 'socprot_cache_lookups_total{result="hit"}')


def path(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query, **more})


REQUESTS = [
    ("GET", path(SELECT), {"Accept": "application/sparql-results+json"}),
    ("GET", path(SELECT), {"Accept": "application/sparql-results+xml"}),
    ("GET", path(SELECT), {"Accept": "text/csv", "Accept-Encoding": "gzip"}),
    ("GET", path(SELECT), {"Accept": "text/html"}),
    ("GET", path(SELECT, format="tsv"), {}),
    ("GET", path(GRAPH), {"Accept": "text/turtle"}),
    ("GET", path(GRAPH), {"Accept": "application/ld+json", "Accept-Encoding": "gzip"}),
    ("GET", "/", {"Accept": "text/html"}),
    ("GET", "/ns", {"Accept": "text/turtle"}),
    ("POST", "/sparql", {**FORM, "Accept": "text/csv"}),
    ("POST", "/sparql", {"Content-Type": "application/sparql-query"}),
]


@pytest.mark.parametrize(("method", "target", "headers"), REQUESTS)
def test_a_hit_is_the_same_answer(
    fresh: Server, method: str, target: str, headers: dict[str, str]
) -> None:
    body = None
    if method == "POST":
        body = SELECT.encode()
        if headers["Content-Type"] == FORM["Content-Type"]:
            body = urlencode({"query": SELECT}).encode()
    first = fresh.request(method, target, body, headers)
    fresh.request(method, target, body, headers)  # small ones are kept from now on
    before = hits(fresh)
    again = fresh.request(method, target, body, headers)
    assert hits(fresh) == before + 1
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    framing = ("date", "content-length", "transfer-encoding")
    told = [
        {n.lower(): v for n, v in one.headers.items() if n.lower() not in framing}
        for one in (first, again)
    ]
    assert told[0] == told[1]
    assert again.headers["Content-Length"] == str(len(first.body))
    assert "Content-Security-Policy" in again.headers
    assert {"Accept", "Accept-Encoding", "Accept-Language"} >= {
        word.strip() for word in (again.headers["Vary"] or "").split(",") if word
    }


def test_a_hit_answers_a_condition(fresh: Server) -> None:
    for more in ({}, {"Accept_Encoding": "gzip"}):
        first = fresh.get(path(SELECT), "text/csv", **more)
        for condition in (first.headers["ETag"], f'W/"x", {first.headers["ETag"]}'):
            again = fresh.get(path(SELECT), "text/csv", If_None_Match=condition, **more)
            assert (again.status, again.body) == (304, b"")
            for name in ("ETag", "Vary", "Cache-Control", "Content-Security-Policy"):
                assert again.headers[name] == first.headers[name]
            assert again.headers["Content-Type"] is None
        for none in ('""', "", ",", 'W/""'):
            assert fresh.get(path(SELECT), "text/csv", If_None_Match=none).status == 200
        other = fresh.get(path(SELECT), "text/csv", If_None_Match='"x"', **more)
        assert (other.status, other.body) == (200, first.body)


def test_a_condition_is_not_for_post(fresh: Server) -> None:
    body = urlencode({"query": SELECT}).encode()
    for _ in range(2):
        reply = fresh.request("POST", "/sparql", body, {**FORM, "If-None-Match": "*"})
        assert reply.status == 200


def test_head_is_answered_from_get_and_never_the_other_way_round(
    fresh: Server,
) -> None:
    target = path("SELECT * { ?s a ?c } ORDER BY ?s ?c")
    assert fresh.request("HEAD", target).body == b""
    whole = fresh.get(target)
    assert whole.body
    head = fresh.request("HEAD", target)
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert head.headers["ETag"] == whole.headers["ETag"]
    held = whole.headers["ETag"] or ""
    assert fresh.request("HEAD", target, headers={"If-None-Match": held}).status == 304


def test_forms_of_one_question_are_never_mixed_up(fresh: Server) -> None:
    graph = "https://w3id.org/socprot/graph/ontology"
    variants = [
        (path(SELECT), "text/csv"),
        (path(SELECT), "application/json"),
        (path(SELECT, format="csv"), "application/json"),
        (path(SELECT, format="xml"), None),
        (path(SELECT, **{"default-graph-uri": graph}), "text/csv"),
        (path(SELECT + " OFFSET 1"), "text/csv"),
        (path("ASK {}"), "text/csv"),
    ]
    first = [fresh.get(*variant) for variant in variants]
    again = [fresh.get(*variant) for variant in reversed(variants)][::-1]
    assert [one.body for one in again] == [one.body for one in first]
    assert [one.media_type for one in again] == [one.media_type for one in first]
    plain, packed = (
        fresh.get(path(SELECT), "text/csv", Accept_Encoding=coding)
        for coding in ("identity", "gzip")
    )
    assert gzip.decompress(packed.body) == plain.body == first[0].body
    assert plain.headers["Content-Encoding"] is None
    refused = fresh.get(path(SELECT), "text/csv", Accept_Encoding="gzip;q=0")
    assert refused.headers["Content-Encoding"] is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (RAND() AS ?x) {}",
        "SELECT (NOW() AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
        r"SELECT (R\u0041ND() AS ?x) {}",
        "SELECT (UUID # made anew\n () AS ?x) {}",
        "this is not SPARQL",
    ],
)
def test_what_changes_or_fails_is_not_kept(fresh: Server, query: str) -> None:
    before = counted(fresh, "socprot_cache_entries ")
    replies = [ask(fresh, query, "text/csv") for _ in range(2)]
    assert counted(fresh, "socprot_cache_entries ") == before
    assert {reply.headers["Cache-Control"] for reply in replies} == {"no-store"}


def test_requests_for_something_special_go_past_it(fresh: Server) -> None:
    for _ in range(2):
        fresh.get(path(SELECT), "text/csv")
    before = hits(fresh)
    for name in ("Range", "Authorization", "If_Match", "If_Unmodified_Since"):
        fresh.get(path(SELECT), "text/csv", **{name: "x"})
    assert hits(fresh) == before


def test_odd_spellings_are_questions_of_their_own(fresh: Server) -> None:
    query = quote('SELECT ("&=%\u00e9" AS ?x) {}')
    one = fresh.get(f"/sparql?query={query}", "text/csv")
    assert one.status == 200
    for target in (
        f"/sparql?query={query}&query={query}",
        f"/sparql?query={query}&timeout=x",
        f"/sparql?query={query}%00",
        f"/sparql?query={query}&format=none",
    ):
        assert fresh.get(target, "text/csv").status == 400
    assert fresh.get(f"/sparql?query={query}", "text/csv").body == one.body


def test_small_questions_are_kept_when_they_are_asked_again(fresh: Server) -> None:
    targets = [path(f"SELECT ?s {{ ?s ?p ?o }} LIMIT {n} # once") for n in range(20)]
    before = counted(fresh, "socprot_cache_entries ")
    for target in targets:
        assert fresh.get(target, "text/csv").status == 200
    # One that took long, for want of processor time, goes the long way and is kept.
    assert counted(fresh, "socprot_cache_entries ") <= before + 5
    for target in targets:
        fresh.get(target, "text/csv")
    assert counted(fresh, "socprot_cache_entries ") == before + 20


def test_what_was_asked_once_is_remembered_for_long_but_not_for_ever() -> None:
    cache = AnswerCache("one", 1 << 20)
    keys = [cache.key("GET", f"/{number}", "", []) for number in range(30_000)]
    assert not any(cache.asked_again(key) for key in keys if key)
    assert not cache.asked_again(keys[0] or pytest.fail("no key"))
    assert cache.asked_again(keys[-10_000] or pytest.fail("no key"))
    assert len(cache) == 0


def test_another_bundle_has_other_entries(tmp_path: Path) -> None:
    caches = [AnswerCache(bundle, 1 << 20) for bundle in ("one", "two")]
    keys = [cache.key("GET", "/", "", []) for cache in caches]
    assert keys[0] != keys[1]
    kept(caches[0], keys[0], b"old")
    assert keys[1] is not None
    assert caches[0].find(keys[1]) is None


def kept(cache: AnswerCache, key: Key | None, body: bytes) -> None:
    assert key is not None
    cache.keep(key, ETAG, body, {})


def test_it_is_bounded_in_bytes_and_forgets_what_was_not_asked_for() -> None:
    cache = AnswerCache("one", 100_000)
    keys = [cache.key("GET", f"/{n}", "", []) for n in range(100)]
    for key in keys:
        kept(cache, key, b"x" * 9_000)
        assert keys[0] is not None
        assert cache.find(keys[0]) is not None  # asked for all the time
        assert cache.size <= 100_000
    assert keys[1] is not None
    assert cache.find(keys[1]) is None
    kept(cache, cache.key("GET", "/long", "", []), b"x" * 12_501)
    assert len(cache) == 8
    assert cache.evicted == 92


def test_hostile_keys_are_not_kept() -> None:
    cache = AnswerCache("one", 1 << 20)
    assert cache.key("GET", "/", "x" * 20_000, []) is None
    assert cache.key("GET", "/", "", [("accept", "x" * 20_000)]) is None
    assert cache.key("POST", "/", "", [], b"x" * 20_000) is None
    assert cache.key("GET", "/", "", [("content-length", "5")]) is None
    assert cache.key("PUT", "/", "", []) is None


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, ETAG),
        (206, ETAG),
        (200, []),
        (200, [("etag", 'W/"one"')]),
        (200, [*ETAG, ("cache-control", "private, max-age=60")]),
        (200, [*ETAG, ("cache-control", "no-store")]),
        (200, [*ETAG, ("set-cookie", "a=b")]),
        (200, [*ETAG, ("vary", "Accept, Origin")]),
        (200, [*ETAG, ("vary", "Accept"), ("vary", "*")]),
        (200, [*ETAG, ("content-length", "900000")]),
    ],
)
def test_what_is_not_to_be_kept(status: int, headers: Headers) -> None:
    cache = AnswerCache("one", 1 << 20)
    key = cache.key("GET", "/", "", [])
    assert key is not None
    assert not cache.wants(key, status, headers)
    assert cache.wants(key, 200, [*ETAG, ("vary", "Accept, Accept-Encoding")])


def test_readers_of_one_language_share_an_entry() -> None:
    cache = AnswerCache("one", 1 << 20, ("en", "ja", "vi"))
    spoken = {
        "": "en",
        "en": "en",
        "en-GB,en;q=0.9": "en",
        "de-CH, de;q=0.9, *;q=0.1": "en",
        "ja": "ja",
        "ja-JP,ja;q=0.9,en;q=0.8": "ja",
        "fr;q=0.9, vi;q=0.8, en;q=0.7": "vi",
        "vi;q=0.2, en;q=0.7": "en",
        "x" * 9000 + ", ja": "en",
    }
    keys = {
        header: cache.key("GET", "/", "", [("accept-language", header)])
        for header in spoken
    }
    assert {h: key and key.language for h, key in keys.items()} == spoken
    assert len(set(keys.values())) == 3


pieces = st.tuples(
    st.sampled_from(("GET", "POST")),
    st.text("/ab", max_size=3),
    st.text("a&=", max_size=3),
    st.text("a/*", max_size=3),
    st.binary(max_size=3),
)


@given(pieces, pieces)
def test_different_requests_have_different_keys(
    one: tuple[str, str, str, str, bytes], two: tuple[str, str, str, str, bytes]
) -> None:
    cache = AnswerCache("one", 1 << 20)
    keys = [
        cache.key(method, place, query, [("accept", accept)], body)
        for method, place, query, accept, body in (one, two)
    ]
    assert (keys[0] == keys[1]) == (one == two)
