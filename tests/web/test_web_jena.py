"""Apache Jena's command line client asks the running site."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from pyoxigraph import (
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)
from serving import Server

JARS = Path("/usr/share/java")
NEEDED = (
    "jena-arq jena-base jena-cmds jena-core jena-iri jena-shaded-guava commons-cli"
    " commons-codec commons-compress commons-csv commons-io commons-lang3"
    " dexx.collection guava failureaccess gson jackson-annotations jackson-core"
    " jackson-databind jakarta.json-api jsonld-java protobuf slf4j-api slf4j-nop"
    " thrift titanium-json-ld"
)
# Debian moved the classes of Jena's own Xerces, and left their texts where they were.
LEFT, SOUGHT = "org/apache/jena/ext/xerces/", "xerces/"
PREFIXES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>
"""

Arq = Callable[..., str]


@pytest.fixture(scope="module")
def arq(graph: Server, tmp_path_factory: pytest.TempPathFactory) -> Arq:
    """Asks the endpoint around the published graph."""
    texts = tmp_path_factory.mktemp("jena")
    with ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(LEFT) and name.endswith(".properties"):
                place = texts / SOUGHT / name.removeprefix(LEFT)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(jar.read(name))
    paths = [texts, *(JARS / f"{name}.jar" for name in NEEDED.split())]
    java = ["java", "-Xmx256m", "-cp", os.pathsep.join(map(str, paths)), "arq.rsparql"]

    def ask(query: str, results: str, status: int = 0) -> str:
        service = ["--service", f"{graph.address}/sparql", "--results", results]
        done = subprocess.run(
            [*java, *service, PREFIXES + query],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    return ask


def test_rows(arq: Arq, published: Store) -> None:
    query = """
    SELECT ?act ?date ?name WHERE {
      ?act a sp:Act ; sp:date ?date ; sp:occasion/rdfs:label ?name
      FILTER(?date > "2013-01-01"^^<http://www.w3.org/2001/XMLSchema#date>)
    }
    """
    found = published.query(PREFIXES + query)
    assert isinstance(found, QuerySolutions)
    expected = sorted([term.value for term in row] for row in found)
    told = json.loads(arq(query, "json"))["results"]["bindings"]
    rows = [[row[name]["value"] for name in ("act", "date", "name")] for row in told]
    assert sorted(rows) == expected
    assert len(rows) > 10


def test_yes_and_no(arq: Arq, published: Store) -> None:
    for query in ("ASK { ?s a sp:Event }", "ASK { ?s a sp:Nothing }"):
        expected = published.query(PREFIXES + query)
        assert isinstance(expected, QueryBoolean)
        assert json.loads(arq(query, "json"))["boolean"] == bool(expected)


def test_a_graph(arq: Arq, published: Store) -> None:
    query = (
        "CONSTRUCT { ?s rdfs:label ?name } WHERE { ?s a sp:Event ; rdfs:label ?name }"
    )
    expected = published.query(PREFIXES + query)
    assert isinstance(expected, QueryTriples)
    told = parse(arq(query, "N-TRIPLES"), RdfFormat.N_TRIPLES)
    assert {quad.triple for quad in told} == set(expected)


def test_an_error_is_told(arq: Arq) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert "504" in arq(slow, "json", status=1)
