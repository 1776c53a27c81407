"""What scripts on other sites may do here: read everything, and nothing else."""

import pytest
from serving import Server

ASKING = {
    "Origin": "https://elsewhere.example",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "accept,if-none-match,x-requested-with",
}
READ = {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ns",
        "/ns.ttl",
        "/graph/data",
        "/doc/event/",
        "/id/event/2013-asean-summit-23",
        "/doc/event/2013-asean-summit-23",
        "/doc/event/2013-asean-summit-23.ttl",
        "/export/",
        "/export/socprot.ttl",
        "/export/record/event/2013-asean-summit-23.ttl?depth=1",
        "/query/members-on-day?day=2013-10-09",
        "/query/members-on-day?format=csv",
        "/feed",
        "/feed.atom",
        "/.well-known/void",
        "/.well-known/api-catalog",
        "/dataset",
        "/context.jsonld",
        "/openapi.json",
        "/search?q=asean",
        "/static/style.css",
    ],
)
def test_what_can_be_read_can_be_read_from_elsewhere(graph: Server, path: str) -> None:
    asked = graph.request("OPTIONS", path, headers=ASKING)
    assert (asked.status, asked.body, asked.headers["Content-Type"]) == (204, b"", None)
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Credentials"] is None
    assert asked.headers["Access-Control-Allow-Headers"] == "*"
    assert set(asked.headers["Allow"].split(", ")) == READ
    assert asked.headers["Access-Control-Allow-Methods"] == asked.headers["Allow"]
    assert int(asked.headers["Access-Control-Max-Age"]) > 0
    read = graph.get(path, Origin=ASKING["Origin"])
    assert read.status in (200, 303), path
    assert read.headers["Access-Control-Allow-Origin"] == "*"


def test_the_endpoint_takes_queries_from_elsewhere(graph: Server) -> None:
    for path in ("/sparql", "/sparql/"):
        asked = graph.request("OPTIONS", path, headers=ASKING)
        assert asked.status == 204
        assert set(asked.headers["Allow"].split(", ")) == {*READ, "POST", "QUERY"}
        assert asked.headers["Access-Control-Allow-Methods"] == asked.headers["Allow"]
        assert "QUERY" in asked.headers["Access-Control-Allow-Methods"]
        assert asked.headers["Access-Control-Allow-Headers"] == "*"


def test_what_is_not_there_cannot_be_asked_for(graph: Server) -> None:
    asked = graph.request("OPTIONS", "/nothing/of/the/kind", headers=ASKING)
    assert asked.status == 404
    assert asked.headers["Access-Control-Allow-Methods"] is None
