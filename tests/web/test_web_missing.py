"""What is not there: each answer says so, and names what comes near."""

import json
import re
from http.client import HTTPConnection
from typing import Any

import pytest
from serving import Server

from socprot.web.gate.wsgi import call


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/expot", "/export"),
        ("/graph/dta", "/graph/data"),
        ("/errors/sintax", "/errors/syntax"),
        ("/doc/evnt/", "/doc/event/"),
        ("/id/event", "/doc/event/"),
        ("/id/event/2013-sumit", "/id/event/2013-summit"),
        ("/doc/event/2013-sumit.ttl", "/id/event/2013-summit"),
    ],
)
def test_what_comes_near_is_named(server: Server, path: str, meant: str) -> None:
    reply = server.get(path)
    assert (reply.status, reply.media_type) == (404, "application/problem+json")
    found = re.search(r"Did you mean (\S+?)(?: or |\?)", str(reply.json()["detail"]))
    assert found
    assert found[1] == meant
    assert server.get(meant).status in (200, 303)
    assert meant in server.get(path, "text/html").text


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/ns/Evnt", "/ns#Event"),
        ("/shape/Evnt", "/shape/Event"),
        ("/datset", "/dataset"),
        ("/void", "/.well-known/void"),
    ],
)
def test_terms_that_come_near_are_named(whole: Server, path: str, meant: str) -> None:
    reply = whole.get(path)
    assert reply.status == 404
    assert f"Did you mean {meant}" in str(reply.json()["detail"])
    assert whole.get(meant.partition("#")[0]).status == 200


def test_graphs_are_named_where_none_is(server: Server) -> None:
    for path in ("/graph", "/graph/"):
        reply = server.get(path)
        assert reply.status == 404
        assert "the graphs are data, ontology" in str(reply.json()["detail"])


@pytest.mark.parametrize(
    ("path", "formats"),
    [
        ("/sparql?", "ttl, nt, rdf, jsonld"),
        ("/doc/event/2013-asean-summit-23?", "ttl, nt, rdf, jsonld, html"),
        (
            "/doc/event/?",
            "ttl, json, xml, csv, tsv, nt, rdf, jsonld, html, spreadsheet",
        ),
        ("/search?q=asean&", "json, html"),
        ("/timeline?", "html, json, xml, csv, tsv, svg, spreadsheet"),
    ],
)
def test_formats_are_named_where_none_is_called_so(
    graph: Server, path: str, formats: str
) -> None:
    reply = graph.get(f"{path}format=pdf", "*/*")
    assert reply.status == 400
    told = f"There is no format 'pdf' here; the formats are {formats}."
    assert reply.json()["detail"] == told
    for name in formats.split(", "):
        assert graph.get(f"{path}format={name}", "image/png").status == 200
    assert graph.get(path, "image/png").status == 406
    assert graph.get(f"{path}format=", "*/*").status == 200


def test_what_is_missing_can_be_searched(whole: Server) -> None:
    text = whole.get("/doc/event/bangkok_seminar-2014", "text/html").text
    assert 'action="/search"' in text
    assert 'value="bangkok seminar 2014"' in text


def test_a_path_is_told_safely(server: Server) -> None:
    """However long it is, and whatever signs it has for a terminal or a browser."""
    for path in ("/%1b%5B31m%3Cscript%3E", "/" + "a%0a" * 10_000):
        for accept in ("text/plain", "text/html", "application/json"):
            reply = server.get(path, accept)
            assert reply.status == 404
            assert len(reply.body) < 20_000
            assert "\x1b" not in reply.text
            assert "<script>" not in reply.text
    document = json.loads(server.get("/%1b").body)
    assert document["detail"] == "There is no page /%1B. Begin at /."


def test_what_has_no_content_has_no_type(server: Server) -> None:
    etag = server.get("/robots.txt").headers["ETag"]
    same = server.get("/robots.txt", If_None_Match=etag)
    assert (same.status, same.headers["Content-Type"]) == (304, None)
    options = server.request("OPTIONS", "/sparql")
    assert (options.status, options.headers["Content-Type"]) == (204, None)


def test_a_connection_outlives_what_has_no_content(server: Server) -> None:
    """A harvester asks on one connection whether anything is new, page by page."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", "/ns.ttl")
        first = connection.getresponse()
        first.read()
        wire = connection.sock
        # The application answers these itself: the cache knows no dates.
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        for _ in range(30):
            for method, status in (("GET", 304), ("OPTIONS", 204), ("HEAD", 304)):
                path = "/sparql" if method == "OPTIONS" else "/ns.ttl"
                connection.request(method, path, headers=since)
                reply = connection.getresponse()
                assert (reply.status, reply.read()) == (status, b"")
        assert connection.sock is wire
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "status", "complete"),
    [
        ("GET", "304 NOT MODIFIED", True),
        ("OPTIONS", "204 NO CONTENT", True),
        ("HEAD", "200 OK", True),
        ("GET", "200 OK", False),
    ],
)
def test_what_has_no_content_is_not_streamed(
    method: str, status: str, complete: bool
) -> None:
    """Or a server ends it early, as if the client had left, and the connection too."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [("ETag", '"x"')])
        return []

    assert call(app, {"REQUEST_METHOD": method}).complete is complete


def test_a_record_leads_to_its_data(whole: Server) -> None:
    """As FAIR Signposting says it: the items of a landing page are its content."""
    sitemap = whole.get("/sitemap.xml").text
    (path,) = re.findall(r"(/doc/event/[a-z0-9-]+)</loc>", sitemap)[:1]
    links = whole.get(path).headers.get_all("Link") or []
    items = [link for link in links if 'rel="item"' in link]
    assert len(items) == 6
    for item in items:
        target, media_type = re.findall(r'<(.*?)>.*type="(.*?)"', item)[0]
        assert whole.get(target).media_type == media_type


def test_a_script_that_is_not_there_is_told_as_any_page(server: Server) -> None:
    detail = str(server.get("/static/stile.css").json()["detail"])
    assert detail.startswith("There is no page /static/stile.css.")
