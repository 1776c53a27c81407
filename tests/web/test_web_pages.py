"""Pages and documents: what they show, where they lead, and what they must not do."""

import re
from html.parser import HTMLParser

import pytest
from pyoxigraph import RdfFormat, parse
from serving import Reply, Server

SUMMIT = "event/2013-summit"
PAGES = [
    "/",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/sparql?query=nonsense",
    "/query/",
    "/query/adopted-in-year?year=2015",
    "/ns",
    "/shape",
    "/graph/data",
    "/doc/event/",
    f"/doc/{SUMMIT}",
    "/doc/event/hostile",
    "/doc/event/none",
    "/limits",
    "/errors/",
    "/errors/timeout",
]


class Reader(HTMLParser):
    """Collects what a page loads, links to, and runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "script" and held == {"type": "application/ld+json"}:
            return  # data: it neither runs nor loads anything
        self.tags.append(tag)
        self.handlers += [name for name in held if name.startswith("on")]
        self.handlers += ["style"] * ("style" in held)
        if tag in ("link", "script", "img", "iframe", "source"):
            self.loaded.append(held.get("href") or held.get("src") or "")
        if tag == "script":
            self.scripts.append(held.get("src") or "")
        if tag in ("a", "form"):
            self.links.append(held.get("href") or held.get("action") or "")


def page(server: Server, path: str) -> Reply:
    return server.get(path, "text/html,application/xhtml+xml,*/*;q=0.8")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_safe(server: Server, path: str) -> None:
    reply = page(server, path)
    assert reply.media_type == "text/html"
    assert reply.status < 500
    read = Reader(reply.text)
    assert all(one.startswith("/") and one[1:2] != "/" for one in read.loaded)
    assert not {"iframe", "object", "embed"} & set(read.tags)
    assert all(one.startswith("/static/") for one in read.scripts)
    assert read.handlers == []
    assert all(
        one.startswith(("/", "#", "http://", "https://")) for one in read.links
    ), read.links
    assert "49" not in re.findall(r"<dd>(\d+)</dd>", reply.text)  # 7*7 was not run


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_complete_html(server: Server, path: str) -> None:
    text = page(server, path).text
    assert text.startswith("<!doctype html>")
    assert '<html lang="en">' in text
    assert text.count("<h1>") == 1
    assert "<title>" in text


@pytest.mark.parametrize("path", [*PAGES, "/robots.txt", "/healthz", "/nothing"])
def test_every_answer_carries_the_headers(server: Server, path: str) -> None:
    headers = server.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Allow-Credentials"] is None
    assert headers["Set-Cookie"] is None
    assert headers["Cache-Control"]


def test_what_pages_load_is_there(server: Server) -> None:
    for address in set(Reader(page(server, "/").text).loaded):
        assert server.get(address).status == 200


def test_local_links_lead_somewhere(server: Server) -> None:
    seen: set[str] = set()
    for path in ("/", f"/doc/{SUMMIT}", "/sparql", "/errors/", "/ns"):
        read = Reader(page(server, path).text)
        seen |= {one.partition("#")[0] for one in read.links if one.startswith("/")}
    missing = {
        one for one in seen if one and page(server, one).status not in (200, 303)
    }
    # The small bundle of these tests holds but some of the kinds, and no catalogue.
    assert missing <= {"/dataset", "/doc/document/", "/doc/instrument/"}


def test_a_thing_leads_to_its_document(server: Server) -> None:
    for path in (SUMMIT, "event/2013-summit/item-1"):
        reply = server.get(f"/id/{path}", "text/turtle")
        assert (reply.status, reply.headers["Location"]) == (303, f"/doc/{path}")
    reply = server.get(f"/id/{SUMMIT}", Host="evil.test", X_Forwarded_Host="evil.test")
    assert reply.headers["Location"] == f"/doc/{SUMMIT}"


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ],
)
@pytest.mark.parametrize("path", [f"/doc/{SUMMIT}", "/ns", "/shape", "/graph/data"])
def test_documents_in_every_format(
    server: Server, path: str, suffix: str, media_type: str
) -> None:
    by_suffix = server.get(f"{path}.{suffix}")
    by_accept = server.get(path, media_type)
    assert by_suffix.media_type == by_accept.media_type == media_type
    kind = RdfFormat.from_media_type(media_type)
    triples = set(parse(by_suffix.body, kind))
    assert triples == set(parse(by_accept.body, kind))
    assert len(triples) > 0
    assert by_accept.headers["Vary"].startswith("Accept")
    etag = by_accept.headers["ETag"]
    assert server.get(path, media_type, If_None_Match=etag).status == 304


def test_a_record_page_tells_the_record(server: Server) -> None:
    text = page(server, f"/doc/{SUMMIT}").text
    assert "<h1>23rd Summit</h1>" in text
    assert '<a href="/id/body/asean">ASEAN</a>' in text
    assert '<a href="/id/source/one">A page, seen</a>' in text
    assert "organised by" in text
    assert f'href="/doc/{SUMMIT}.ttl"' in text
    body = page(server, "/doc/body/asean").text
    assert "<caption>Organises</caption>" in body  # the inverse names the link
    assert '<a href="/id/event/2015-summit">27th Summit</a>' in body


def test_names_that_nothing_has(server: Server) -> None:
    reply = server.get("/id/event/2013-sumit")
    assert reply.status == 404
    assert "/id/event/2013-summit" in str(reply.json()["detail"])
    assert server.get("/doc/event/2013-sumit.ttl").status == 404
    assert server.get("/query/adopted-in-years").status == 404
    assert "/query/adopted-in-year" in server.get("/query/adopted-in-years").text
    assert server.get("/graph/none").status == 404


@pytest.mark.parametrize(
    "name",
    [
        "event/%0d%0aSet-Cookie:%20a=b",
        "event/%00",
        "event/%22%3E%3Cscript%3E",
        "event/%FF",
        "event/a%20b",
        "event/%7D%20%7D",
        "//evil.test",
        "/%5cevil.test",
        "%2e%2e/%2e%2e/etc/passwd",
        "event/..%2f..%2f",
        "event/" + "a" * 5000,
    ],
)
@pytest.mark.parametrize("start", ["/id/", "/doc/", "/graph/", "/query/", "/ns/"])
def test_strange_names_are_not_found(server: Server, start: str, name: str) -> None:
    reply = server.get(start + name)
    assert reply.status == 404
    assert reply.headers["Set-Cookie"] is None
    assert "evil.test" not in (reply.headers["Location"] or "").split("/")[:3]
    assert "Traceback" not in reply.text


def test_the_host_header_is_not_believed(server: Server) -> None:
    for path in ("/", "/sparql", "/errors/timeout", "/nothing", f"/doc/{SUMMIT}"):
        for accept in ("text/html", "*/*"):
            reply = server.get(path, accept, Host="evil.test")
            assert "evil.test" not in reply.text
            assert "evil.test" not in str(reply.headers)


@pytest.mark.parametrize(
    "path",
    ["/query", "/errors", "/sparql/", "/doc/event", "//evil.test", "/id//evil.test"],
)
def test_no_redirect_is_made_of_the_host(server: Server, path: str) -> None:
    reply = server.get(path, "text/html", Host="evil.test")
    assert reply.status in (200, 404)
    assert reply.headers["Location"] is None


def test_a_question_is_a_page_and_an_answer(server: Server) -> None:
    path = "/query/adopted-in-year?year=2015"
    shown = page(server, path)
    assert 'value="2015"' in shown.text
    assert server.get(path).media_type == "application/sparql-results+json"
    assert server.get(path + "&format=csv").media_type == "text/csv"
    assert server.get(path, "text/turtle").media_type == "text/turtle"
    assert server.get(path, "image/png").status == 406
    for wrong in (
        "year=MMXV",
        "year=2015&year=2016",
        "colour=red",
        "year=2015%20%7D",
        "year=%EF%BF%BD",
    ):
        reply = server.get(f"/query/adopted-in-year?{wrong}")
        assert reply.status == 400, wrong


def test_health(server: Server) -> None:
    assert server.get("/healthz").text == "alive\n"
    assert server.get("/readyz").text.startswith("ready: 2026.1 0123")
    assert "Disallow: /sparql" in server.get("/robots.txt").text


@pytest.mark.parametrize("path", PAGES)
def test_no_name_is_given_twice(server: Server, path: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', page(server, path).text)
    assert len(ids) == len(set(ids))
