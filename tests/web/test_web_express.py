"""The short way of small questions: the same answer as the long one, to the byte."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import DIRECT, HERE, SLOW, Reply, Server, make_bundle

from socprot.errors import SocprotError
from socprot.web.sparql import protocol

_NUMBER = count()  # makes each question a new one: nothing comes from the cache
# The cache and the short way leave requests that carry this to the application.
LONG_WAY = {"Authorization": "Basic eDp5"}
FORM = "application/x-www-form-urlencoded"
QUERIES = [
    "SELECT * { ?s a ?c } ORDER BY ?s ?c LIMIT 3",
    "SELECT ?s { ?s <urn:none> ?c }",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s a ?c }",
    "DESCRIBE <https://w3id.org/socprot/ns>",
    "PREFIX s: <https://schema.org/> SELECT * { ?s a s:Event ; ?p ?o } ORDER BY ?o",
    "SELECT (NOW() AS ?x) { FILTER(false) }",
    "SELECT * { ?s ?p ",
    "SELECT * { <relative> ?p ?o }",
    "SELECT * { ?s unknown:p ?o }",
    "INSERT DATA { <urn:a> <urn:a> 1 }",
    "ASK { SERVICE <http://127.0.0.1:1/> {} }",
    "SELECT * FROM <https://w3id.org/socprot/graph/data> { ?s a ?c } ORDER BY ?s ?c",
    "SELECT ?x { VALUES ?x { 'caf\u00e9' '=1+1' \"a\\nb\" } }",
    "\ufeffASK {}",
    "",
]
ACCEPTS = [
    None,
    "",
    "*/*",
    "application/sparql-results+json",
    "application/json",
    "application/sparql-results+xml, */*;q=0.1",
    "text/csv",
    "text/csv;q=0",
    "text/turtle",
    "application/ld+json",
    "text/html",
    "image/png",
]
MORE: list[list[tuple[str, str]]] = [
    [],
    [("timeout", "5")],
    [("timeout", "soon")],
    [("format", "csv")],
    [("format", "spreadsheet")],
    [("format", "none")],
    [("explain", "empty")],
    [("default-graph-uri", "https://w3id.org/socprot/graph/ontology")],
    [("default-graph-uri", "relative")],
    [("named-graph-uri", "https://w3id.org/socprot/graph/data")],
    [("query", "ASK {}")],
    [("update", "CLEAR ALL")],
    [("other", "thing")],
]
# What differs by nature: the time, and how one and the same body is framed.
VARIES = ("date", "content-length", "transfer-encoding", "server-timing")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, so that its counters are too."""
    folder = tmp_path_factory.mktemp("express") / "one"
    running = Server("bundle", make_bundle(folder, [HERE / "mini.trig"]))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


def told(reply: Reply) -> tuple[int, dict[str, list[str]], bytes]:
    headers: dict[str, list[str]] = {}
    for name, value in reply.headers.items():
        if name.lower() not in VARIES:
            words = [word.strip() for word in value.split(",")]
            together = words if name.lower() == "vary" else [value]
            headers.setdefault(name.lower(), []).extend(together)
    return reply.status, {n: sorted(v) for n, v in headers.items()}, reply.body


def both(
    server: Server,
    method: str,
    target: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Ask both ways, and see that nothing differs; return one of the two."""
    short = server.request(method, target, body, headers)
    long = server.request(method, target, body, {**(headers or {}), **LONG_WAY})
    assert told(short) == told(long)
    return short


def ways(server: Server) -> dict[str, int]:
    """How many answers took which way."""
    lines = server.get("/metrics").text.splitlines()
    found = [line for line in lines if line.startswith("socprot_ways_total")]
    return {line.split('"')[1]: int(line.split()[-1]) for line in found}


def new(query: str) -> str:
    """The same question, never asked before."""
    return f"{query}\n# {next(_NUMBER)}" if query else query


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("query", QUERIES)
def test_both_ways_give_the_same_answer(
    fresh: Server, query: str, accept: str | None
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for coding in (None, "gzip", "br, gzip", "zstd", "gzip;q=0, identity"):
        sent = {**headers, "Accept-Encoding": coding} if coding else headers
        both(fresh, "GET", "/sparql?" + urlencode({"query": new(query)}), None, sent)


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY", "HEAD"])
@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_every_way_to_ask(fresh: Server, method: str, path: str) -> None:
    for query in QUERIES:
        encoded = urlencode({"query": new(query)})
        if method in ("GET", "HEAD"):
            both(fresh, method, f"{path}?{encoded}")
            continue
        for kind, body in (
            (FORM, encoded.encode()),
            (DIRECT, new(query).encode()),
            (f"{DIRECT}; charset=latin-1", b"ASK {}"),
            ("application/json", b"{}"),
            ("application/sparql-update", b"CLEAR ALL"),
            (FORM, b"query=%FF"),
        ):
            both(fresh, method, path, body, {"Content-Type": kind})


@pytest.mark.parametrize("more", MORE, ids=str)
def test_every_parameter(fresh: Server, more: list[tuple[str, str]]) -> None:
    for query in (QUERIES[0], QUERIES[3], QUERIES[1]):
        pairs = [("query", new(query)), *more]
        both(fresh, "GET", f"/sparql?{urlencode(pairs)}")
        body = urlencode([("query", new(query)), *more]).encode()
        both(fresh, "POST", "/sparql", body, {"Content-Type": FORM})
        target = f"/sparql?{urlencode(more)}"
        both(fresh, "POST", target, new(query).encode(), {"Content-Type": DIRECT})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from("%FFquery=&;+ASK{}\u00e9/?#"), max_size=30),
    st.sampled_from(("GET", "POST")),
)
def test_odd_requests(fresh: Server, text: str, method: str) -> None:
    """Whatever stands in the address or the form: no other answer, and no failure."""
    raw = quote(text, safe="%&=;+{}/?")
    if method == "GET":
        reply = both(fresh, "GET", f"/sparql?{raw}")
    else:
        headers = {"Content-Type": FORM}
        reply = both(fresh, "POST", "/sparql", text.encode(), headers)
    assert reply.status < 500


@given(st.text(st.sampled_from("%aF245query=&;+\u00e9\u4e2d \x00"), max_size=30))
def test_a_query_string_is_split_as_the_library_splits_it(text: str) -> None:
    raw = f"{text}&query={text}"
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        pairs = []
    queries = [value for name, value in pairs if name == "query"]
    try:
        asked = protocol.parse("GET", raw.encode(), None, None, lambda: b"")
    except SocprotError:
        assert len(queries) != 1
    else:
        assert [asked.query] == queries


def test_small_questions_take_the_short_way(fresh: Server) -> None:
    before = ways(fresh)
    for number in range(20):
        query = f"SELECT * {{ ?s ?p ?o }} LIMIT {number + 1}"
        reply = fresh.get("/sparql?" + urlencode({"query": query}), "application/json")
        rows = json.loads(reply.body)["results"]["bindings"]
        assert len(rows) == number + 1
    after = ways(fresh)
    # A moment without processor time may send one or the other on the long way.
    assert after["express"] - before.get("express", 0) >= 15


def test_what_takes_long_goes_on_where_it_is(fresh: Server) -> None:
    """A query that was begun is handed over: it keeps its time and is not run twice."""
    reply = fresh.get(
        "/sparql?" + urlencode({"query": new(SLOW), "timeout": "0.4"}), "text/csv"
    )
    assert reply.status == 504
    lines = fresh.get("/metrics").text.splitlines()
    (killed,) = [line for line in lines if 'kills_total{reason="timeout"}' in line]
    assert killed.endswith(" 1")
    assert not any(
        line.startswith('socprot_engine_kills_total{reason="aband') for line in lines
    )


def test_answers_are_timed_by_form_and_lane(fresh: Server) -> None:
    def count(form: str, lane: str) -> int:
        labels = f'{{form="{form}",lane="{lane}"}}'
        lines = fresh.get("/metrics").text.splitlines()
        found = [
            int(line.split()[-1])
            for line in lines
            if line.startswith(f"socprot_query_seconds_count{labels}")
        ]
        return found[0] if found else 0

    slow = (
        "SELECT (COUNT(*) AS ?n) { VALUES ?a { %s } VALUES ?b { %s } VALUES ?c { %s } }"
    )
    many = " ".join(map(str, range(130)))
    asked = [
        (new("SELECT * { ?s a ?c }"), "SELECT", ["quick", "", "cached"]),
        (new("CONSTRUCT WHERE { ?s a ?c }"), "CONSTRUCT", ["quick", "", "cached"]),
        (new(slow % (many, many, many)), "SELECT", ["slow", "cached"]),
    ]
    for query, form, lanes in asked:
        for lane in lanes:
            before = count(form, lane)
            target = "/sparql?" + urlencode({"query": query})
            assert fresh.get(target).status == 200
            if lane:  # a small answer is kept the second time, and cached from then on
                assert count(form, lane) == before + 1, (query, lane)


def test_the_client_behind_a_proxy_is_counted(tmp_path: Path) -> None:
    """Both ways believe the last proxy, and nobody before it."""
    bundle = make_bundle(tmp_path / "one", [HERE / "mini.trig"])
    proxied = Server("bundle", bundle, SOCPROT_PROXIES="1")
    try:
        headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        target = "/sparql?" + urlencode({"query": new("ASK {}")})
        both(proxied, "GET", target, None, headers)
    finally:
        assert proxied.stop() == 0
    entries = [json.loads(line) for line in proxied.log if line.startswith("{")]
    assert {entry["client"] for entry in entries if "query" in entry} == {
        "198.51.100.0"
    }
