"""One description with many faces: each says the same, and it is true."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Store
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, VOID, Graph, URIRef
from rdflib.compare import isomorphic
from reading import FORMATS
from serving import HERE, Server

from socprot import namespaces
from socprot.bundle import Bundle
from socprot.canonical import canonical
from socprot.export import read

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

DATASET = URIRef(namespaces.DATASET)
# For each partition: what names it, what is counted, and the query that counts it.
PARTITIONS = [
    ("class", "entities", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <%s> }"),
    ("property", "triples", "SELECT (COUNT(*) AS ?n) { ?s <%s> ?o }"),
    (
        "property",
        "distinctSubjects",
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <%s> ?o }",
    ),
    ("property", "distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s <%s> ?o }"),
]
TOTALS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
}


@pytest.fixture(scope="session")
def void(whole: Server) -> Graph:
    reply = whole.get("/.well-known/void")
    assert reply.media_type == "text/turtle"
    return Graph().parse(data=reply.body, format="turtle")


def live(store: Store, query: str) -> int:
    (row,) = store.query(query)  # type: ignore[union-attr]
    count = row["n"]
    assert isinstance(count, Literal)
    return int(count.value)


def loaded(bundle: Bundle) -> Store:
    store = Store()
    store.bulk_extend(read(bundle.graph))
    return store


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_live_counts(whole: Server, void: Graph, name: str) -> None:
    path = "/sparql?" + urlencode({"query": TOTALS[name]})
    answer = whole.get(path, "text/csv").text
    assert [answer.split()[1]] == [str(n) for n in void.objects(DATASET, VOID[name])]


@pytest.mark.parametrize(("kind", "unit", "query"), PARTITIONS)
def test_partitions_are_live_counts(
    built: Bundle, void: Graph, kind: str, unit: str, query: str
) -> None:
    store = loaded(built)
    parts = list(void.objects(DATASET, VOID[f"{kind}Partition"]))
    held = {str(void.value(part, VOID[kind])): part for part in parts}
    assert len(held) == len(parts) == int(void.value(DATASET, VOID[_several(kind)]))
    for name, part in held.items():
        told = void.value(part, VOID[unit])
        if told is None:  # the one number that may count itself without an end
            assert (name, unit) == (str(VOID.distinctObjects), "distinctObjects")
            continue
        assert int(told) == live(store, query % name), name


def _several(kind: str) -> str:
    return {"class": "classes", "property": "properties"}[kind]


def test_graphs_have_the_size_that_is_told(built: Bundle, void: Graph) -> None:
    store = loaded(built)
    for name in namespaces.NAMED_GRAPHS:
        counted = sum(
            1 for _ in store.quads_for_pattern(None, None, None, NamedNode(name))
        )
        assert int(void.value(URIRef(name), VOID.triples)) == counted
        assert built.manifest["graphs"][name] == counted


def test_the_store_holds_the_same(whole: Server, void: Graph) -> None:
    held = Graph().parse(data=whole.get("/graph/catalogue.nt").text, format="nt")
    assert len(held) == len(void)
    changed = {predicate for _, predicate, _ in held - void}
    assert changed == {
        DCAT.accessURL,
        DCAT.downloadURL,
        DCAT.endpointDescription,
        DCAT.endpointURL,
        VOID.dataDump,
        VOID.sparqlEndpoint,
        URIRef(namespaces.PREFIXES["tree"] + "view"),
    }


@pytest.mark.parametrize("path", ["/dataset", "/.well-known/void", "/dataset/2026.1"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_the_same(whole: Server, path: str, suffix: str) -> None:
    media_type, name = FORMATS[suffix]
    turtle = Graph().parse(data=whole.get(path, "text/turtle").text, format="turtle")
    by_suffix, by_accept = whole.get(f"{path}.{suffix}"), whole.get(path, media_type)
    assert by_suffix.media_type == by_accept.media_type == media_type
    assert by_suffix.body == by_accept.body
    assert isomorphic(turtle, Graph().parse(data=by_suffix.body, format=name))
    etag = by_accept.headers["ETag"]
    assert whole.get(path, media_type, If_None_Match=etag).status == 304


def test_another_version_is_not_served(whole: Server) -> None:
    reply = whole.get("/dataset/1999.1")
    assert reply.status == 404
    assert "/dataset" in str(reply.json()["detail"])
    assert whole.get("/.well-known/void.csv").status == 404


def test_dcat_is_what_dcat_ap_asks_for(whole: Server) -> None:
    shapes = Graph().parse(HERE / "dcat-ap" / "shapes.ttl")
    data = Graph().parse(data=whole.get("/dataset.ttl").text, format="turtle")
    conforms, _, text = validate(data, shacl_graph=shapes)
    assert conforms, text
    assert set(data.subjects(RDF.type, DCAT.Catalog))
    data.remove((DATASET, DCTERMS.title, None))
    assert not validate(data, shacl_graph=shapes)[0]


def test_every_address_of_the_description_answers(whole: Server) -> None:
    data = Graph().parse(data=whole.get("/dataset.ttl").text, format="turtle")
    found = {
        str(address)
        for predicate in (DCAT.downloadURL, DCAT.accessURL, DCAT.endpointURL)
        for address in data.objects(None, predicate)
    }
    assert len(found) > 6
    for address in found:
        assert address.startswith(whole.address + "/")
        assert whole.request("HEAD", address.removeprefix(whole.address)).status == 200


def test_the_hash_is_that_of_the_data(
    whole: Server, built: Bundle, void: Graph
) -> None:
    spdx = namespaces.PREFIXES["spdx"]
    (told,) = void.objects(None, URIRef(spdx + "checksumValue"))
    assert str(told) == built.manifest["canonical"]
    assert str(told) in whole.get("/dataset", "text/html").text
    content = whole.get("/export/canonical.nq").body
    quads = [q for q in read(built.graph) if isinstance(q.graph_name, NamedNode)]
    others = [q for q in quads if q.graph_name.value != namespaces.CATALOGUE]
    assert content == canonical(others)


def test_files_of_ones_own_have_no_catalogue(files: Server) -> None:
    assert files.get("/dataset").status == 404
    assert files.get("/export/").status == 404
    assert files.get("/sitemap.xml").status == 200


@pytest.mark.parametrize("path", ["/dataset", "/doc/body/host", "/export/socprot.ttl"])
def test_who_knows_no_validators_asks_by_time(whole: Server, path: str) -> None:
    modified = whole.get(path).headers["Last-Modified"]
    assert parsedate_to_datetime(modified) <= datetime.now(UTC)
    assert whole.get(path, If_Modified_Since=modified).status == 304
    before = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)
    assert whole.get(path, If_Modified_Since=before).status == 200
    # A validator says more than a time, and goes before it.
    both = whole.get(path, If_Modified_Since=modified, If_None_Match='"another"')
    assert both.status == 200
