"""
The W3C tests of the SPARQL 1.1 Protocol and Service Description, on a real server.

`w3c/` holds their manifests and data as published (https://github.com/w3c/rdf-tests),
with their licence. Tests that send updates to an endpoint that takes them are left out:
this one is read-only. Tests of *bad* updates stay, because they must be refused anyway.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from serving import HERE, Reply, Server

CNT = Namespace("http://www.w3.org/2011/content#")
HT = Namespace("http://www.w3.org/2011/http#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

MANIFEST = Graph().parse(HERE / "w3c" / "manifest.ttl")
NEEDS_UPDATE = {
    "update_base_uri",
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_full",
    "update_dataset_named_graphs",
    "update_post_direct",
    "update_post_form",
}


@dataclass
class Exchange:
    """One request of a test, and what must come back."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: set[str]
    boolean: bool | None
    form: str | None


def name(test: Node) -> str:
    return str(test).rpartition("#")[2]


def listed() -> list[Node]:
    (entries,) = MANIFEST.objects(None, MF.entries)
    return list(Collection(MANIFEST, entries))


def value(node: Node, predicate: URIRef) -> str | None:
    found = MANIFEST.value(node, predicate)
    return None if found is None else str(found)


def exchanges(test: Node) -> list[Exchange]:
    action = MANIFEST.value(test, MF.action)
    requests = MANIFEST.value(action, HT.requests)
    return [exchange(request) for request in Collection(MANIFEST, requests)]


def exchange(request: Node) -> Exchange:
    expected = MANIFEST.value(request, HT.resp)
    listed = MANIFEST.value(request, HT.headers)
    headers = {
        value(header, HT.fieldName): value(header, HT.fieldValue)
        for header in (Collection(MANIFEST, listed) if listed else ())
    }
    body = MANIFEST.value(request, HT.body)
    content = None
    if body is not None:
        encoding = value(body, CNT.characterEncoding)
        content = value(body, CNT.chars).encode(encoding)
    truth = MANIFEST.value(expected, MF.expectedBoolean)
    return Exchange(
        value(request, HT.methodName),
        quote(value(request, HT.absolutePath), safe="/?=&%#+"),
        headers,
        content,
        {str(s)[-3:] for s in MANIFEST.objects(expected, MF.expectedStatus)},
        None if truth is None else truth.toPython(),
        value(expected, MF.expectedFormat),
    )


def matches(status: int, wanted: set[str]) -> bool:
    return any(f"{status // 100}xx" == one or str(status) == one for one in wanted)


def check_format(reply: Reply, form: str) -> None:
    kinds = {
        "RDF": "text/turtle application/n-triples application/rdf+xml "
        "application/ld+json",
        "boolean": "application/sparql-results+json application/sparql-results+xml",
        "tabular": "application/sparql-results+json application/sparql-results+xml "
        "text/csv text/tab-separated-values",
    }
    assert reply.media_type in kinds[form].split()


def test_the_manifest_is_whole() -> None:
    assert len(listed()) == 34
    assert {name(test) for test in listed()} > NEEDS_UPDATE


@pytest.mark.parametrize(
    "test", [t for t in listed() if name(t) not in NEEDS_UPDATE], ids=name
)
def test_protocol(files: Server, test: Node) -> None:
    for one in exchanges(test):
        reply = files.request(one.method, one.path, one.body, one.headers)
        assert matches(reply.status, one.statuses), reply.text
        if one.boolean is not None:
            assert json.loads(reply.body)["boolean"] is one.boolean
        if one.form is not None:
            check_format(reply, one.form)


@pytest.mark.parametrize(
    "test", [t for t in listed() if name(t) in NEEDS_UPDATE], ids=name
)
def test_updates_are_refused(files: Server, test: Node) -> None:
    one = exchanges(test)[0]
    reply = files.request(one.method, one.path, one.body, one.headers)
    assert reply.status == 403
    assert reply.json()["type"].endswith("/errors/update-refused")


def description(server: Server, accept: str = "text/turtle") -> Graph:
    reply = server.get("/sparql", accept)
    return Graph().parse(reply.body, format=reply.media_type)


def test_get_returns_rdf(server: Server) -> None:
    """returns-rdf: GET on the endpoint returns RDF."""
    assert len(description(server)) > 0


def test_has_endpoint_triple(server: Server) -> None:
    """has-endpoint-triple: it contains a triple with the endpoint as sd:endpoint."""
    endpoints = set(description(server).objects(None, SD.endpoint))
    assert endpoints == {URIRef(f"{server.address}/sparql")}


def test_conforms_to_schema(server: Server) -> None:
    """conforms-to-schema: domains and ranges of the vocabulary hold."""
    graph = description(server)
    (service,) = graph.subjects(RDF.type, SD.Service)
    (dataset,) = graph.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in graph
    for entry in graph.objects(dataset, SD.namedGraph):
        assert graph.value(entry, SD.name) is not None
        assert (graph.value(entry, SD.graph), RDF.type, SD.Graph) in graph


@pytest.mark.parametrize(
    "media_type",
    [
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
    ],
)
def test_describes_itself_in_every_format(server: Server, media_type: str) -> None:
    reply = server.get("/sparql", media_type)
    assert reply.media_type == media_type
    kind = RdfFormat.from_media_type(media_type)
    assert len(set(parse(reply.body, kind))) == len(description(server))


def test_named_graphs_are_described_with_their_sizes(server: Server) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    reply = server.get(f"/sparql?query={quote(query)}", "application/json")
    bindings = json.loads(reply.body)["results"]["bindings"]
    live = {row["g"]["value"]: int(row["n"]["value"]) for row in bindings}
    graph = description(server)
    void = URIRef("http://rdfs.org/ns/void#triples")
    described = {
        str(graph.value(entry, SD.name)): graph.value(
            graph.value(entry, SD.graph), void
        ).toPython()
        for entry in graph.subjects(RDF.type, SD.NamedGraph)
    }
    assert described == live
