"""The endpoint: ways to ask, formats, validators, refusals, and answers cut short."""

import csv
import gzip
import io
import json
import warnings
from urllib.parse import quote, urlencode

import pytest
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import DIRECT, MANY_ROWS, Reply, Server, ask

SELECT = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "SELECT ?e ?n { ?e a <https://schema.org/Event> ; rdfs:label ?n } ORDER BY ?e ?n"
)
CONSTRUCT = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"


# Some megabytes: more than is complete before its first byte.
def post(server: Server, body: bytes, kind: str, path: str = "/sparql") -> Reply:
    return server.request("POST", path, body, {"Content-Type": kind})


@pytest.mark.parametrize("query", [SELECT, "ASK {}"])
@pytest.mark.parametrize(
    "accept",
    [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ],
)
def test_rows_in_every_format(server: Server, query: str, accept: str) -> None:
    reply = ask(server, query, accept)
    assert (reply.status, reply.media_type) == (200, accept)


@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE <https://w3id.org/socprot/ns>"])
@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
    ],
)
def test_triples_in_every_format(server: Server, query: str, accept: str) -> None:
    reply = ask(server, query, accept)
    assert (reply.status, reply.media_type) == (200, accept)


def test_three_ways_to_ask_and_query(server: Server) -> None:
    form = "application/x-www-form-urlencoded"
    direct = "application/sparql-query"
    encoded = urlencode({"query": SELECT}).encode()
    replies = [
        ask(server, SELECT),
        post(server, encoded, form),
        post(server, SELECT.encode(), direct),
        post(server, SELECT.encode(), direct + "; charset=UTF-8", "/sparql/"),
        server.request("QUERY", "/sparql", SELECT.encode(), {"Content-Type": direct}),
        server.request("QUERY", "/sparql", encoded, {"Content-Type": form}),
    ]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert "application/sparql-query" in replies[0].headers["Accept-Query"]


def test_dataset_of_the_request(server: Server) -> None:
    data = "<https://w3id.org/socprot/graph/data>"
    count = f"SELECT (COUNT(*) AS ?n) FROM {data} {{ ?s ?p ?o }}"
    shapes = "https://w3id.org/socprot/graph/shapes"
    assert ask(server, count, "text/csv").text.split() == ["n", "26"]
    replaced = ask(server, count, "text/csv", **{"default-graph-uri": shapes})
    assert replaced.text.split() == ["n", "1"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("csv", "text/csv"),
        ("xml", "application/sparql-results+xml"),
        ("html", "text/html"),
    ],
)
def test_format_goes_before_accept(server: Server, name: str, media_type: str) -> None:
    assert ask(server, SELECT, "image/png", format=name).media_type == media_type


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, "image/png"),
        (SELECT, "text/turtle"),
        (CONSTRUCT, "text/csv"),
        (SELECT, "text/csv;q=0"),
    ],
)
def test_not_acceptable(server: Server, query: str, accept: str) -> None:
    reply = ask(server, query, accept)
    assert reply.status == 406
    assert reply.json()["type"].endswith("/errors/not-acceptable")


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ("query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("query=%FF", 400),
        ("query=", 400),
        ("query=ASK%7B%7D&timeout=soon", 400),
        ("query=ASK%7B%7D&timeout=-1", 400),
        ("query=ASK%7B%7D&timeout=1&timeout=2", 400),
        ("query=ASK%7B%7D&default-graph-uri=relative", 400),
        ("query=ASK%7B%7D&format=excel", 400),
        ("query=ASK%7B%7D" + "&x=" * 1000, 400),
        ("update=CLEAR+ALL", 403),
        ("query=" + quote("INSERT DATA { <a:a> <a:a> 1 }"), 403),
        ("query=" + quote("ASK { SERVICE <http://127.0.0.1:1/> {} }"), 403),
        ("query=" + quote("ASK " + "{" * 500 + "}" * 500), 413),
    ],
)
def test_refused_addresses(server: Server, parameters: str, status: int) -> None:
    check_refusal(server, server.get(f"/sparql?{parameters}"), status)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("", b"", 400),
        (FORM, b"x=1", 400),
        (FORM, b"query=%FF", 400),
        (FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
        (DIRECT, b"ASK { \xff }", 400),
        (f"{DIRECT}; charset=latin-1", b"ASK {}", 415),
        ("application/json", b"ASK {}", 415),
        ("", b"ASK {}", 415),
        ("application/sparql-update", b"CLEAR ALL", 403),
        (FORM, b"update=CLEAR+ALL", 403),
        (DIRECT, b"#" * (1 << 20) + b"x", 413),
        (DIRECT, b"ASK {}" + b" " * (64 << 10), 413),
    ],
)
def test_refused_bodies(server: Server, kind: str, body: bytes, status: int) -> None:
    headers = {"Content-Type": kind} if kind else {}
    reply = server.request("POST", "/sparql", body, headers)
    check_refusal(server, reply, status)


def test_other_refusals(server: Server) -> None:
    twice = post(server, b"ASK {}", DIRECT, "/sparql?query=ASK%7B%7D")
    check_refusal(server, twice, 400)
    headers = {"Content-Type": DIRECT, "Content-Encoding": "gzip"}
    packed = server.request("POST", "/sparql", gzip.compress(b"ASK {}"), headers)
    check_refusal(server, packed, 415)
    for method in ("PUT", "DELETE", "PATCH", "BREW"):
        reply = server.request(method, "/sparql")
        check_refusal(server, reply, 405)
        assert "QUERY" in reply.headers["Allow"]


def check_refusal(server: Server, reply: Reply, status: int) -> None:
    """It is a problem document, and its type leads to a page that explains it."""
    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    document = reply.json()
    assert document["status"] == status
    assert {"type", "title", "detail"} <= document.keys()
    kind = str(document["type"]).removeprefix(server.address)
    assert server.get(kind, "text/html").status == 200


def test_a_chunked_body_has_a_limit_too(server: Server) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
    answer = server.raw(head + chunk * 17 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    short = b"6\r\nASK {}\r\n0\r\n\r\n"
    assert server.raw(head + short).startswith(b"HTTP/1.1 200 ")


def test_syntax_errors_show_the_place(server: Server) -> None:
    query = "SELECT * WHERE {\n  ?s ?p ]\n}"
    document = ask(server, query).json()
    assert document["line"] == 2
    assert str(document["excerpt"]).startswith("  ?s ?p ]\n")
    text = ask(server, query, "text/plain")
    assert (text.media_type, text.status) == ("text/plain", 400)
    assert "^\n" in text.text
    page = ask(server, query, "text/html")
    assert page.media_type == "text/html"
    assert "Line 2" in page.text


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0c", "\r"])
def test_lines_are_counted_as_sparql_ends_them(server: Server, sign: str) -> None:
    document = ask(server, f"SELECT * # {sign}\r\n{{ ?s ?p ?o ?z }}").json()
    assert document["line"] == 2
    shown, caret = str(document["excerpt"]).split("\n")
    assert shown == "{ ?s ?p ?o ?z }"
    assert shown[caret.index("^") :].startswith("?z")


def test_an_iri_with_a_space_is_no_unknown_prefix(server: Server) -> None:
    document = ask(server, "ASK {\n ?s <http://a b> ?o }").json()
    assert str(document["type"]).endswith("/errors/syntax")
    assert (document["line"], document["column"]) == (2, 5)
    assert "'<http://a b> ?o }'" in str(document["detail"])
    compared = ask(server, "ASK { ?s ?p ?o FILTER(?o <x:y) }").json()
    assert str(compared["type"]).endswith("/errors/unknown-prefix")


def test_curl_reads_text_and_programs_json(server: Server) -> None:
    path = "/sparql?query=ASK"
    assert server.get(path, User_Agent="curl/8.5").media_type == "text/plain"
    json_too = server.get(path, "application/json", User_Agent="curl/8.5")
    assert json_too.media_type == "application/json"
    assert server.get(path).media_type == "application/problem+json"


def test_every_answer_states_the_limits(server: Server) -> None:
    for query in ("ASK {}", "ASK {", "DROP ALL"):
        reply = ask(server, query)
        assert reply.headers["X-Limits"].startswith("timeout=10, timeout-max=30, ")
        assert "application/sparql-query" in reply.headers["Accept-Query"]


def test_unknown_prefix_is_told(server: Server) -> None:
    reply = ask(server, "SELECT * { ?s scheme:name ?o }")
    assert reply.status == 400
    assert reply.json()["type"].endswith("/errors/unknown-prefix")
    assert "schema" in str(reply.json()["detail"])


def test_an_empty_answer_is_explained(server: Server) -> None:
    prologue = (
        "PREFIX sp: <https://w3id.org/socprot/ns#> "
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
    )
    misspelt = ask(
        server, prologue + "SELECT * { ?s sp:organizedBy ?o }", explain="empty"
    )
    (finding,) = json.loads(misspelt.body)["findings"]
    assert finding["suggestions"][0] == "sp:organisedBy"
    assert finding["line"] == 2
    untyped = ask(
        server, prologue + 'SELECT * { ?s rdfs:label "ASEAN" }', explain="empty"
    )
    (finding,) = json.loads(untyped.body)["findings"]
    assert finding["suggestions"] == ['"ASEAN"@en']
    year = 'SELECT * { ?s sp:date "2013"^^xsd:gYear }'
    (finding,) = json.loads(ask(server, prologue + year, explain="empty").body)[
        "findings"
    ]
    assert finding["suggestions"] == ['"2013-10-09"^^xsd:date']
    full = ask(server, SELECT, "text/csv", explain="empty")
    assert full.media_type == "text/csv"
    page = ask(server, prologue + "SELECT * { ?s sp:organizedBy ?o }", "text/html")
    assert "Did you mean sp:organisedBy" in page.text


def test_validators(server: Server) -> None:
    first = ask(server, SELECT, "text/csv")
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    path = "/sparql?" + urlencode({"query": SELECT})
    again = server.get(path, "text/csv", If_None_Match=f'"other", {etag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == etag
    assert server.get(path, "text/csv", If_None_Match='"other"').status == 200
    others = [
        ask(server, SELECT, "application/json"),
        ask(server, SELECT + " LIMIT 1", "text/csv"),
        ask(server, SELECT, "text/csv", **{"default-graph-uri": "urn:x"}),
    ]
    assert len({etag, *(reply.headers["ETag"] for reply in others)}) == 4
    volatile = ask(server, "SELECT (NOW() AS ?n) {}", "text/csv")
    assert volatile.headers["ETag"] is None
    assert volatile.headers["Cache-Control"] == "no-store"


def test_compression(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": MANY_ROWS})
    packed = server.get(path, "text/csv", Accept_Encoding="gzip")
    plain = server.get(path, "text/csv", Accept_Encoding="gzip;q=0")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) * 50 < len(plain.body)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    again = server.get(path, "text/csv", If_None_Match=packed.headers["ETag"])
    assert again.status == 304


def test_head(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": SELECT})
    head = server.request("HEAD", path, headers={"Accept": "text/csv"})
    assert (head.status, head.body, head.media_type) == (200, b"", "text/csv")
    assert head.headers["ETag"] == ask(server, SELECT, "text/csv").headers["ETag"]


def test_rdflib_and_sparqlwrapper_get_the_same_rows(server: Server) -> None:
    bindings = json.loads(ask(server, SELECT).body)["results"]["bindings"]
    expected = [(row["e"]["value"], row["n"]["value"]) for row in bindings]
    assert len(expected) == 4
    for method in ("GET", "POST", "POST_FORM"):
        store = SPARQLStore(f"{server.address}/sparql", method=method)
        assert [tuple(map(str, row)) for row in store.query(SELECT)] == expected
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations are not ours
        from SPARQLWrapper import JSON, POST, SPARQLWrapper

        for method in ("GET", POST):
            client = SPARQLWrapper(f"{server.address}/sparql")
            client.setQuery(SELECT)
            client.setMethod(method)
            client.setReturnFormat(JSON)
            found = client.queryAndConvert()["results"]["bindings"]
            assert [(r["e"]["value"], r["n"]["value"]) for r in found] == expected


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("rdf+xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
        ("n3", "text/turtle"),
    ],
)
def test_every_format_of_sparqlwrapper(
    server: Server, name: str, media_type: str
) -> None:
    """It says the format in three parameters, two ways each; Accept decides."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SPARQLWrapper import SPARQLWrapper

        client = SPARQLWrapper(f"{server.address}/sparql")
        client.setQuery("CONSTRUCT WHERE { ?s ?p ?o }")
        client.setReturnFormat(name)
        found = client.query().info()["content-type"]
        assert found.partition(";")[0] == media_type


def test_spreadsheets_run_nothing(server: Server) -> None:
    values = ["=1+1", "+cmd|' /C calc'!A0", "-2", "-2+3", "@SUM(A1)", "a,\nb", "x"]
    quoted = " ".join(json.dumps(value) for value in values)
    query = f"SELECT ?v {{ VALUES ?v {{ {quoted} }} }}"
    exact = csv.reader(io.StringIO(ask(server, query, format="csv").text))
    assert [row[0] for row in exact][1:] == values
    reply = ask(server, query, format="spreadsheet")
    assert reply.media_type == "text/csv"
    assert reply.body.startswith(b"\xef\xbb\xbfv\r\n")
    safe = [row[0] for row in csv.reader(io.StringIO(reply.body[3:].decode(), ""))][1:]
    assert safe == [
        "'=1+1",
        "'+cmd|' /C calc'!A0",
        "-2",
        "'-2+3",
        "'@SUM(A1)",
        *values[5:],
    ]


def test_relative_names_are_those_of_this_address(server: Server) -> None:
    query = "CONSTRUCT { <s> <p> 1 } {}"
    reply = ask(server, query, "application/n-triples")
    assert f"<{server.address}/s> <{server.address}/p>" in reply.text
    wrong = ask(server, "SELECT * { <s> <p> }").json()
    assert wrong["line"] == 1
    assert 12 <= int(str(wrong["column"])) <= 21
