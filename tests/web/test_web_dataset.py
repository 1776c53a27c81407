"""One description with many faces: each says the same, and it is true."""

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
import requests
from pyoxigraph import Literal, NamedNode, Store
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, VOID, Graph, URIRef
from rdflib.compare import isomorphic
from serving import HERE, Reply, Server
from test_web_pages import Reader

from socprot import namespaces
from socprot.bundle import Bundle
from socprot.canonical import canonical
from socprot.export import read
from socprot.web.harvest.feed import history

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

DATASET = URIRef(namespaces.DATASET)
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "xml"),
}
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


def test_the_page_says_it_to_search_engines(whole: Server) -> None:
    text = whole.get("/dataset", "text/html").text
    data = embedded(text)
    assert (data["@type"], data["@id"]) == ("Dataset", namespaces.DATASET)
    assert data["version"] == "2026.1"
    assert {"name", "description", "license", "creator", "distribution"} <= data.keys()
    for link in Reader(text).links:
        if link.startswith(("/export/", "/dataset", "/.well-known/")):
            assert whole.request("HEAD", link).status == 200, link


def embedded(text: str) -> dict[str, object]:
    """What extruct reads from a page."""
    from extruct.jsonld import JsonLdExtractor  # type: ignore[import-untyped]

    (found,) = JsonLdExtractor().extract(text)
    document: dict[str, object] = found
    return document


def test_home_says_what_it_is_about(whole: Server, server: Server) -> None:
    data = embedded(whole.get("/").text)
    assert (data["@type"], data["url"]) == ("WebSite", f"{whole.address}/")
    about = data["mainEntity"]
    assert about == embedded(whole.get("/dataset", "text/html").text)
    (template,) = re.findall(r'"(http[^"]*words[^"]*)"', json.dumps(data))
    search = template.removeprefix(whole.address).replace("{words}", "asean")
    assert whole.get(search, "text/html").status == 200
    assert "mainEntity" not in embedded(server.get("/").text)


def test_records_say_it_to_search_engines(server: Server) -> None:
    data = embedded(server.get("/doc/event/2013-summit", "text/html").text)
    assert data["@type"] == ["Event"]
    assert data["@id"] == "https://w3id.org/socprot/id/event/2013-summit"
    assert data["name"] == "23rd Summit"
    hostile = server.get("/doc/event/hostile", "text/html").text
    assert embedded(hostile)["name"] == "<script>alert(1)</script>"
    assert "<script>" not in hostile


def test_records_point_the_way(server: Server) -> None:
    for accept in ("text/html", "text/turtle"):
        links = server.get("/doc/event/2013-summit", accept).headers.get_all("Link")
        assert links is not None
        iri = "https://w3id.org/socprot/id/event/2013-summit"
        assert f'<{iri}>; rel="cite-as"' in links
        path = "/doc/event/2013-summit.ttl"
        assert f'<{path}>; rel="describedby"; type="text/turtle"' in links
        assert '</dataset>; rel="collection"' in links
        assert any('rel="license"' in link for link in links)
        assert any('rel="type"' in link for link in links)


def listed(reply: Reply) -> set[tuple[str, str, str]]:
    """What the Link headers of an answer say, linksets aside."""
    found = set()
    for header in reply.headers.get_all("Link") or ():
        match = re.fullmatch(
            r'<(.+?)>; rel="([a-z-]+|https:[^"]+)"(?:; type="(.+?)")?', header
        )
        assert match, header
        found.add((match[2], match[1], match[3] or ""))
    return {one for one in found if one[0] not in ("alternate", "linkset")}


@pytest.mark.parametrize("path", ["/", "/dataset", "/doc/event/2013-summit"])
def test_the_links_of_a_page_are_a_document_too(whole: Server, path: str) -> None:
    page = whole.get(path, "text/html")
    relations = {relation for relation, _, _ in listed(page)}
    assert {"author", "cite-as", "describedby", "license", "type"} <= relations
    assert relations & {"item", "collection"}
    addresses = [
        link for link in page.headers.get_all("Link") or () if 'rel="linkset"' in link
    ]
    assert len(addresses) == 2
    for header in addresses:
        target, _, kind = header[1:].partition('>; rel="linkset"; type=')
        reply = whole.get(target, kind.strip('"'))
        assert (reply.status, reply.media_type) == (200, kind.strip('"'))
        etag = reply.headers["ETag"]
        again = whole.get(target, kind.strip('"'), If_None_Match=etag)
        assert (again.status, again.body) == (304, b"")
        anchor = whole.address + path
        if reply.media_type.endswith("+json"):
            contexts = json.loads(reply.body)["linkset"]
            (own,) = (one for one in contexts if one["anchor"] == anchor)
            told = {
                (relation, one["href"].removeprefix(whole.address), one.get("type", ""))
                for relation, targets in own.items()
                if relation != "anchor"
                for one in targets
            }
            assert {one for one in told if one[0] != "alternate"} == listed(page)
            others = [one["anchor"] for one in contexts if one is not own]
            assert others
            for other in others:
                path_of = other.removeprefix(whole.address)
                assert whole.request("HEAD", path_of).status == 200
        else:
            (header_like,) = [reply.text.replace(",\n", ", ").strip()]
            links = requests.utils.parse_header_links(header_like)
            told = {
                (
                    link["rel"],
                    link["url"].removeprefix(whole.address),
                    link.get("type", ""),
                )
                for link in links
                if link["anchor"] == anchor
            }
            assert {one for one in told if one[0] != "alternate"} == listed(page)


def test_a_linkset_is_of_something(whole: Server) -> None:
    assert whole.get("/linkset/doc/event/nowhere").status == 404
    assert whole.get("/linkset/dataset", "image/png").status == 406


def test_programs_find_what_they_may_call(whole: Server) -> None:
    reply = whole.get("/.well-known/api-catalog")
    assert reply.headers["Content-Type"].startswith(
        "application/linkset+json; profile="
    )
    head = whole.request("HEAD", "/.well-known/api-catalog")
    assert 'rel="api-catalog"' in head.headers["Link"]
    linkset = json.loads(reply.body)["linkset"]
    for context in linkset:
        assert context["anchor"].startswith(whole.address)
        for relation, targets in context.items():
            if relation == "anchor":
                continue
            for target in targets:
                path = target["href"].removeprefix(whole.address)
                answer = whole.get(path, target.get("type"))
                assert answer.status == 200
                assert answer.media_type == target.get("type", answer.media_type)


def test_the_sitemap_names_every_record(whole: Server, built: Bundle) -> None:
    robots = whole.get("/robots.txt").text
    assert f"Sitemap: {whole.address}/sitemap.xml" in robots
    reply = whole.get("/sitemap.xml", Host="evil.test")
    assert "evil.test" not in reply.text
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(reply.body)
    found = [one.text or "" for one in root.iter(f"{space}loc")]
    assert len(found) == len(set(found))
    paths = {one.removeprefix(whole.address) for one in found}
    records = {
        str(quad.subject)[1:-1].removeprefix(namespaces.BASE + "id/")
        for quad in read(built.graph)
        if str(quad.graph_name) == f"<{namespaces.DATA}>"
    }
    assert {f"/doc/{record}" for record in records} <= paths
    assert all(whole.request("HEAD", path).status == 200 for path in paths)


def test_the_sitemap_tells_when_each_record_changed(
    bundle: Bundle,
) -> None:
    wanted = {
        entry.subject.iri: entry.date
        for entry in history(bundle.path)
        if entry.subject.iri.startswith(namespaces.ID) and entry.sha256
    }
    running = Server("bundle", bundle.path)
    try:
        text = running.get("/sitemap.xml").text
    finally:
        assert running.stop() == 0
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    told = {
        (one.findtext(f"{space}loc") or "").partition("/doc/")[2]: one.findtext(
            f"{space}lastmod"
        )
        for one in ElementTree.fromstring(text)
    }
    assert len(wanted) > 1000
    for iri, day in wanted.items():
        assert told[iri.removeprefix(namespaces.ID)] == day, iri


def test_a_harvest_from_the_address_alone(whole: Server) -> None:
    links = whole.get("/").headers.get_all("Link") or []
    (first,) = [one for one in links if "well-known/void" in one]
    path = first.partition("<")[2].partition(">")[0]
    void = Graph().parse(whole.address + path)  # rdflib fetches it by itself
    dumps = {
        suffix: Graph().parse(str(dump), format=FORMATS[suffix][1])
        for dump in void.objects(DATASET, VOID.dataDump)
        if (suffix := str(dump).rpartition(".")[2]) in FORMATS
    }
    assert dumps.keys() == FORMATS.keys()
    assert all(isomorphic(dump, dumps["nt"]) for dump in dumps.values())
    assert int(void.value(DATASET, VOID.triples)) == len(dumps["nt"])
    (endpoint,) = void.objects(DATASET, VOID.sparqlEndpoint)
    everything = urlencode({"query": "CONSTRUCT WHERE { ?s ?p ?o }"})
    asked = Graph().parse(f"{endpoint}?{everything}", format="turtle")
    assert isomorphic(asked, dumps["nt"])


def test_rdflib_follows_the_names_of_things(whole: Server) -> None:
    start = "id/event/2013-summit"
    graph = Graph().parse(f"{whole.address}/{start}")
    assert (URIRef(namespaces.BASE + start), RDF.type, None) in graph
    followed = 0
    for value in set(graph.objects(URIRef(namespaces.BASE + start))):
        if str(value).startswith(namespaces.ID):
            path = str(value).removeprefix(namespaces.BASE)
            assert len(Graph().parse(f"{whole.address}/{path}")) > 0
            followed += 1
    assert followed


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
