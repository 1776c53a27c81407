"""Clients that others wrote harvest the running site."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import DefaultGraph, Literal, QuerySolutions, Store
from rdflib import RDF, VOID, Graph, URIRef
from rdflib.compare import isomorphic
from reading import FORMATS
from serving import Server

from socprot import namespaces

HARVEST = Path(__file__).parents[1] / "harvest"
sys.path.insert(0, str(HARVEST))

import wander  # noqa: E402  # it stands alone, as a stranger's program would

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

DATASET = URIRef(namespaces.DATASET)
LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?label WHERE { ?thing rdfs:label ?label FILTER(LANG(?label) = "%s") }
"""
ADOPTED = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>
SELECT DISTINCT ?act ?name ?text WHERE {
  ?act a sp:Act ; sp:occasion ?event ; sp:produces ?text .
  ?event rdfs:label ?name .
}
"""


def comunica(query: str, *arguments: str) -> list[dict[str, Any]]:
    """Ask by Comunica, in the Node that the tests were set up with."""
    node = Path(sys.executable).with_name("node")
    done = subprocess.run(
        [str(node), "sparql.js", *arguments],
        cwd=HARVEST,
        input=query,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def terms(rows: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {
        tuple(row[name]["value"] + "@" + row[name].get("language", "") for name in row)
        for row in ({n: row[n] for n in sorted(row)} for row in rows)
    }


def answers(store: Store, query: str) -> set[tuple[str, ...]]:
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    names = sorted(variable.value for variable in found.variables)
    return {
        tuple(
            term.value + "@" + ((term.language or "") if is_text(term) else "")
            for term in (row[name] for name in names)
        )
        for row in found
    }


def is_text(term: object) -> bool:
    return isinstance(term, Literal)


def test_comunica_asks_the_endpoint(graph: Server, published: Store) -> None:
    for language in ("en", "ja", "fr"):
        query = LABELS % language
        *rows, _ = comunica(query, "endpoint", f"{graph.address}/sparql")
        wanted = answers(published, query)
        assert terms(rows) == wanted
        assert wanted


def test_comunica_follows_links(whole: Server) -> None:
    start = f"{whole.address}/id/event/2013-summit"
    *rows, last = comunica(ADOPTED, "traverse", whole.address, start)
    asked = whole.get(
        "/sparql?" + urlencode({"query": ADOPTED}), "application/sparql-results+json"
    )
    bindings = asked.json()["results"]["bindings"]  # type: ignore[index]
    assert len(bindings) == 2
    assert {(row["act"]["value"], row["name"]["language"]) for row in rows} == {
        (row["act"]["value"], row["name"]["xml:lang"]) for row in bindings
    }
    assert "/id/event/2013-summit" in last["fetched"]
    assert len(last["fetched"]) > 3


def test_a_stranger_takes_everything_from_the_address_alone(
    graph: Server, published: Store
) -> None:
    found = wander.harvest(graph.address + "/")
    assert all(address.startswith(graph.address) for address in found.visited)
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    (triples,) = set(found.told.objects(DATASET, VOID.triples))
    assert len(found.data) == int(triples)  # type: ignore[arg-type]
    assert len(found.data) == sum(
        1 for _ in published.quads_for_pattern(None, None, None, DefaultGraph())
    )
    assert wander.is_typed(found, namespaces.ID + "event/2013-asean-summit-23")
    told = dict(wander.checksums(found))
    assert told
    assert all(wander.is_intact(*pair) for pair in told.items())


def test_a_stranger_ends_with_the_graph_of_the_dump(whole: Server) -> None:
    found = wander.harvest(whole.address + "/")
    dump = Graph().parse(data=whole.get("/export/socprot.ttl").body, format="turtle")
    assert isomorphic(found.data, dump)


def curl(folder: Path, address: str, *options: str) -> dict[str, int]:
    """Fetch by curl, which keeps the validator; the bytes that came."""
    written = "%{http_code} %{size_download} %{size_header}"
    validator = str(folder / "etag")
    command = ["curl", "--silent", "--max-time", "30", "--write-out", written]
    command += ["--etag-save", validator, "--etag-compare", validator, *options]
    command += ["--output", str(folder / "body"), address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    status, body, head = map(int, told.split())
    return {"status": status, "body": body, "head": head}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/doc/event/2013-asean-summit-23.ttl",
        "/ns.ttl",
        "/dataset.jsonld",
        "/.well-known/void",
        "/export/socprot.ttl",
        "/sitemap.xml",
        "/context.jsonld",
    ],
)
def test_curl_fetches_nothing_twice(graph: Server, tmp_path: Path, path: str) -> None:
    (tmp_path / "etag").touch()
    first = curl(tmp_path, graph.address + path, "--compressed")
    again = curl(tmp_path, graph.address + path, "--compressed")
    assert (first["status"], again["status"]) == (200, 304)
    assert again["body"] == 0 < first["body"]
    assert again["head"] < 2500  # all that a second harvest of a page costs


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
