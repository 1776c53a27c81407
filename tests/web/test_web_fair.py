"""The metrics that F-UJI assesses, asked of a running server."""

import json
from typing import Any

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, VOID, Graph, URIRef
from reading import embedded, listed
from serving import HERE, Server
from test_web_withdrawn import SUCCESSOR
from test_web_withdrawn import server as withdrawn  # noqa: F401  # a fixture

from socprot import namespaces
from socprot.web.trust.fair import load

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

DATASET = URIRef(namespaces.DATASET)
RECORD = "event/2013-summit"
PAGES = {
    "/dataset": namespaces.DATASET,
    f"/doc/{RECORD}": namespaces.ID + RECORD,
}
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
METRICS = {
    *("FsF-F1-01D", "FsF-F1-02D", "FsF-F2-01M", "FsF-F3-01M", "FsF-F4-01M"),
    *("FsF-A1-01M", "FsF-A1-02M", "FsF-A1-03D", "FsF-A2-01M"),
    *("FsF-I1-01M", "FsF-I2-01M", "FsF-I3-01M"),
    *("FsF-R1-01MD", "FsF-R1.1-01M", "FsF-R1.2-01M", "FsF-R1.3-01M", "FsF-R1.3-02D"),
}


@pytest.fixture(scope="module")
def told(whole: Server) -> Graph:
    """What the description of the dataset says."""
    return Graph().parse(data=whole.get("/dataset.ttl").body, format="turtle")


def schema(whole: Server, path: str) -> dict[str, Any]:
    return embedded(whole.get(path, "text/html").text)


def targets(whole: Server, path: str, relation: str) -> set[str]:
    page = whole.get(path, "text/html")
    return {target for kind, target, _ in listed(page) if kind == relation}


def test_every_metric_is_met_by_a_test(server: Server) -> None:
    assert {metric.name for metric in load()} == METRICS
    page = server.get("/fair", "text/html")
    for metric in load():
        assert callable(globals()[metric.test])
        assert f'id="{metric.name}"' in page.text
        # A long name may break, so that it leaves room for what is told beside it.
        assert f"<code>{metric.test.replace('_', '_<wbr>')}</code>" in page.text
        assert metric.answer.endswith(".")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_one_identifier(whole: Server, path: str) -> None:
    assert targets(whole, path, "cite-as") == {PAGES[path]}
    assert schema(whole, path)["@id"] == PAGES[path]


@pytest.mark.parametrize("path", PAGES)
def test_the_identifier_leads_to_the_page(whole: Server, path: str) -> None:
    name = PAGES[path].removeprefix(namespaces.BASE)  # w3id.org keeps the path
    reply = whole.get(f"/{name}", "text/html")
    found = reply.headers["Location"] if reply.status == 303 else f"/{name}"
    assert found == path


def test_the_core_of_a_description_is_there(whole: Server, told: Graph) -> None:
    core = ("creator", "title", "publisher", "identifier", "description", "license")
    for name in core:
        assert set(told.objects(DATASET, DCTERMS[name])), name
    assert set(told.objects(DATASET, DCAT.keyword))
    names = {"creator", "name", "publisher", "identifier", "description", "license"}
    assert names | {"keywords", "version"} <= schema(whole, "/dataset").keys()


def test_the_description_names_the_data(whole: Server, told: Graph) -> None:
    files = {str(one) for one in told.objects(None, DCAT.downloadURL)}
    items = targets(whole, "/dataset", "item")
    assert items
    assert {whole.address + item for item in items} <= files
    assert set(told.objects(DATASET, DCTERMS.identifier))


@pytest.mark.parametrize("path", PAGES)
def test_machines_find_the_description_in_every_way(whole: Server, path: str) -> None:
    iri = URIRef(PAGES[path])
    assert schema(whole, path)["@type"]
    for target in targets(whole, path, "describedby"):
        assert whole.request("HEAD", target).status == 200
    asked = whole.get(path, "text/turtle").body
    assert (iri, None, None) in Graph().parse(data=asked, format="turtle")
    assert f"<loc>{whole.address}{path}</loc>" in whole.get("/sitemap.xml").text
    assert whole.get("/.well-known/api-catalog").status == 200


def test_access_is_told(whole: Server, told: Graph) -> None:
    (rights,) = told.objects(DATASET, DCTERMS.accessRights)
    assert str(rights).endswith("/access-right/PUBLIC")
    assert schema(whole, "/dataset")["isAccessibleForFree"] is True


def test_metadata_and_data_come_over_http(whole: Server, told: Graph) -> None:
    for address in told.objects(None, DCAT.downloadURL):
        assert str(address).startswith(whole.address)
        path = str(address).removeprefix(whole.address)
        assert whole.request("HEAD", path).status == 200
    endpoints = {str(one) for one in told.objects(None, DCAT.endpointURL)}
    assert f"{whole.address}/sparql" in endpoints


def test_what_was_withdrawn_is_remembered(withdrawn: Server) -> None:  # noqa: F811
    reply = withdrawn.get("/doc/event/twice")
    assert (reply.status, reply.json()["successors"]) == (410, [SUCCESSOR])


@pytest.mark.parametrize("path", PAGES)
def test_metadata_is_rdf(whole: Server, path: str) -> None:
    for suffix, name in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
        body = whole.get(f"{path}.{suffix}").body
        assert len(Graph().parse(data=body, format=name)) > 5


def test_known_vocabularies_are_used(whole: Server) -> None:
    void = Graph().parse(data=whole.get("/.well-known/void").body, format="turtle")
    listed = {str(one) for one in void.objects(DATASET, VOID.vocabulary)}
    for known in (DCAT, DCTERMS, VOID):
        assert str(known) in listed
    assert namespaces.PREFIXES["schema"] in listed


def test_related_things_are_linked(whole: Server) -> None:
    body = whole.get(f"/doc/{RECORD}.ttl").body
    graph = Graph().parse(data=body, format="turtle")
    record = URIRef(namespaces.ID + RECORD)
    assert set(graph.objects(record, DCTERMS.source))
    assert set(graph.subjects(None, record))
    document = URIRef(namespaces.DOC + RECORD)
    assert (document, DCTERMS.isPartOf, DATASET) in graph


def test_the_content_is_told(whole: Server, told: Graph) -> None:
    assert {DCAT.Dataset, VOID.Dataset} <= set(told.objects(DATASET, RDF.type))
    for form in told.objects(DATASET, DCAT.distribution):
        (media,) = told.objects(form, DCAT.mediaType)
        (address,) = told.objects(form, DCAT.downloadURL)
        path = str(address).removeprefix(whole.address)
        sent = whole.request("HEAD", path).headers["Content-Type"]
        assert sent is not None
        told_type = str(media).partition("/media-types/")[2]
        assert sent.partition(";")[0] in (told_type, "text/plain")
    assert set(told.objects(DATASET, VOID.triples))


@pytest.mark.parametrize("path", PAGES)
def test_the_licence_is_told_everywhere(whole: Server, path: str) -> None:
    assert targets(whole, path, "license") == {LICENSE}
    body = whole.get(f"{path}.ttl").body
    graph = Graph().parse(data=body, format="turtle")
    assert (None, DCTERMS.license, URIRef(LICENSE)) in graph
    assert schema(whole, "/dataset")["license"] == LICENSE
    assert targets(whole, path, "author")


def test_it_is_told_where_data_comes_from(whole: Server, told: Graph) -> None:
    assert set(told.objects(DATASET, DCTERMS.creator))
    assert set(told.objects(DATASET, URIRef(str(DCAT) + "version")))
    annotated = whole.get("/export/annotated.ttl")
    assert "{| dcterms:source " in annotated.text
    assert "version=1.2" in (annotated.headers["Content-Type"] or "")


def test_the_standards_of_catalogues_are_followed(whole: Server, told: Graph) -> None:
    shapes = Graph().parse(HERE / "dcat-ap" / "shapes.ttl")
    conforms, _, text = validate(told, shacl_graph=shapes)
    assert conforms, text
    assert schema(whole, "/dataset")["@type"] == "Dataset"


def test_the_formats_are_open(whole: Server, told: Graph) -> None:
    media = {
        str(one).partition("/media-types/")[2]
        for one in told.objects(None, DCAT.mediaType)
    }
    assert {"text/turtle", "application/n-triples", "application/ld+json"} <= media
    listed = json.loads(whole.get("/export/", "application/json").body)["files"]
    assert "text/csv" in {one["mediaType"] for one in listed}
