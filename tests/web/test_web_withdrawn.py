"""A record that was withdrawn answers 410 and names what replaces it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import HERE, Server, ask, make_bundle

_MORE = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX event: <https://w3id.org/socprot/id/event/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>

GRAPH <https://w3id.org/socprot/graph/data> {
  event:twice a sp:Event ; rdfs:label "The same again"@en ;
    owl:deprecated true ; dcterms:isReplacedBy event:2013-summit .
  event:never a sp:Event ; rdfs:label "It never took place"@en ; owl:deprecated true .
  event:draft a sp:Event ; rdfs:label "A draft"@en ; owl:deprecated false ;
    dcterms:isReplacedBy event:2013-summit .
}
"""
SUCCESSOR = "https://w3id.org/socprot/id/event/2013-summit"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("withdrawn")
    (folder / "more.trig").write_text(_MORE)
    sources: list[Path] = [HERE / "mini.trig", folder / "more.trig"]
    running = Server("bundle", make_bundle(folder / "one", sources))
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize("path", ["/id/event/twice", "/doc/event/twice"])
def test_its_successor_is_named(server: Server, path: str) -> None:
    reply = server.get(path)
    assert reply.status == 410
    assert reply.json()["type"] == f"{server.address}/errors/withdrawn"
    assert reply.json()["successors"] == [SUCCESSOR]
    assert reply.headers["Link"] == f'<{SUCCESSOR}>; rel="successor-version"'
    assert SUCCESSOR in server.get(path, "text/html").text
    assert server.get("/errors/withdrawn").status == 200


def test_it_may_have_none(server: Server) -> None:
    reply = server.get("/doc/event/never.ttl")
    assert (reply.status, reply.json()["successors"]) == (410, [])
    assert reply.headers["Link"] is None


def test_what_is_only_followed_by_something_is_still_there(server: Server) -> None:
    assert server.get("/doc/event/draft").status == 200


def test_the_endpoint_still_tells_what_was_said(server: Server) -> None:
    query = "ASK { <https://w3id.org/socprot/id/event/twice> ?p ?o }"
    assert ask(server, query).json()["boolean"] is True


def test_no_search_engine_is_sent_there(server: Server) -> None:
    sitemap = server.get("/sitemap.xml").text
    assert "/doc/event/twice<" not in sitemap
    assert "/doc/event/draft<" in sitemap
