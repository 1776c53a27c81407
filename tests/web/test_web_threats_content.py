"""Attacks by what a body holds or an answer would; see `threats.toml`."""

import gzip
import json
import xml.etree.ElementTree as ET

import pytest
from pyoxigraph import RdfFormat, parse
from serving import DIRECT, Server, ask, problem

pytestmark = pytest.mark.usefixtures("others_are_served")


# ---- bodies --------------------------------------------------------------------

BOMB = (
    '<!DOCTYPE r [<!ENTITY a "{x}"><!ENTITY b "{a}"><!ENTITY c SYSTEM "{url}">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;&c;</rdf:RDF>'
)


def test_no_document_of_a_stranger_is_parsed(server: Server, listener: str) -> None:
    bomb = BOMB.format(x="x" * 1000, a="&a;" * 1000, url=listener)
    context = json.dumps({"@context": listener, "@id": "x:x"})
    imports = f"<x:x> <http://www.w3.org/2002/07/owl#imports> <{listener}> ."
    bodies = {
        "application/rdf+xml": bomb,
        "application/xml": bomb,
        "application/ld+json": context,
        "text/turtle": imports,
        "multipart/form-data; boundary=x": "--x\r\n\r\n\r\n--x--\r\n",
    }
    for kind, body in bodies.items():
        for method in ("POST", "QUERY"):
            headers = {"Content-Type": kind}
            reply = server.request(method, "/sparql", body.encode(), headers)
            assert (reply.status, problem(reply)) == (415, "unsupported-body")
        for path in ("/graph/data", "/validate", "/upload", "/doc/event/x"):
            for method in ("POST", "PUT", "PATCH"):
                reply = server.request(
                    method, path, body.encode(), {"Content-Type": kind}
                )
                assert reply.status in (404, 405)


def test_compressed_bodies_are_not_unpacked(server: Server) -> None:
    bomb = gzip.compress(b"#" * (64 << 20))
    assert len(bomb) < 1 << 20
    for coding in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP"):
        headers = {"Content-Type": DIRECT, "Content-Encoding": coding}
        reply = server.request("POST", "/sparql", bomb, headers)
        assert (reply.status, problem(reply)) == (415, "unsupported-body")


def test_two_lengths_are_not_two_requests(server: Server) -> None:
    """What a proxy may read as two requests is never answered twice."""
    inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    kind = b"Content-Type: application/sparql-query\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n"
    for framing in (
        b"Content-Length: %d\r\n" % (5 + len(inner)) + chunked,
        b"Content-Length: 5\r\nContent-Length: 7\r\n",
        b"Content_Length: 5\r\n" + chunked,
    ):
        answer = server.raw(head + kind + framing + b"\r\n0\r\n\r\n" + inner)
        assert answer.count(b"HTTP/1.1 ") <= 1
        assert b"alive" not in answer


# ---- answers -------------------------------------------------------------------


def test_markup_in_data_and_queries_stays_text(server: Server) -> None:
    script = "<script>alert(1)</script>"
    queries = [
        f"SELECT ('{script}' AS ?x) (<javascript:alert(1)> AS ?y) {{}}",
        f"SELECT * {{ '{script}' ",
        f"CONSTRUCT {{ <x:x> <x:x> '''{script}''' }} {{}}",
        f"SELECT * {{ {script}:x }} # {{{{ 7*7 }}}}",
        f"SELECT * FROM <x:{script.replace('<', '').replace('>', '')}> {{ ?s ?p ?o }}",
    ]
    for query in queries:
        reply = ask(server, query, "text/html")
        assert reply.media_type == "text/html"
        assert "<script>" not in reply.text  # ours have a source
        assert 'href="javascript' not in reply.text
        assert ">49<" not in reply.text
        plain = ask(server, query, "text/plain")
        assert plain.headers["X-Content-Type-Options"] == "nosniff"
    missing = server.get("/doc/event/%3Cscript%3Ealert(1)%3C/script%3E", "text/html")
    assert "<script>" not in missing.text


HARD = ["\\u0001", "\\u0000", "\\r\\n", "]]>", "\\uFFFF", "a\\tb", '\\"', "&lt;"]


def test_answers_are_well_formed_whatever_they_hold(server: Server) -> None:
    values = " ".join(f'"{value}"' for value in HARD)
    rows = f"SELECT ?v {{ VALUES ?v {{ {values} }} }}"
    triples = f"CONSTRUCT {{ <x:s> <x:p> ?v }} {{ VALUES ?v {{ {values} }} }}"
    bindings = json.loads(ask(server, rows, format="json").body)["results"]["bindings"]
    held = [row["v"]["value"] for row in bindings]
    assert held == json.loads("[" + ",".join(f'"{value}"' for value in HARD) + "]")
    for format, kind in (
        ("nt", RdfFormat.N_TRIPLES),
        ("ttl", RdfFormat.TURTLE),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        found = parse(ask(server, triples, format=format).body, kind)
        assert {str(quad.object.value) for quad in found} == set(held)
    # XML 1.0 has no way to write U+0000 or U+FFFF: an error, not a broken document.
    for query, format in ((rows, "xml"), (triples, "rdf")):
        reply = ask(server, query, format=format)
        if reply.status == 200:
            ET.fromstring(reply.body)
        else:
            assert (reply.status, problem(reply)) == (406, "not-acceptable")
    odd = "CONSTRUCT { <x:s> <http://e/1> 1 ; <urn:> 2 } {}"
    reply = ask(server, odd, format="rdf")
    assert reply.status in (200, 406)
    assert reply.status == 406 or ET.fromstring(reply.body) is not None


def test_no_origin_gets_credentials(server: Server) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/", "/nothing", "/query/adopted-in-year"):
        reply = server.get(path, Origin="https://evil.test", Cookie="session=1")
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert reply.headers["Access-Control-Allow-Credentials"] is None
        assert reply.headers["Set-Cookie"] is None
