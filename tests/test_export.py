"""Every format says the same, and says it in the same bytes each time."""

import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from socprot import export
from socprot.bundle import Bundle
from socprot.errors import NotFound

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

# What rdflib and Raptor call the formats.
RDFLIB = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml"}


@pytest.fixture(scope="session")
def quads(bundle: Bundle) -> list[Quad]:
    return export.read(bundle.graph)


@pytest.fixture(scope="session")
def event(quads: list[Quad]) -> list[Quad]:
    name = "https://w3id.org/socprot/id/event/"
    first = min(
        str(quad.subject)[1:-1]
        for quad in quads
        if str(quad.subject).startswith(f"<{name}")
    )
    return export.record(quads, first, inferred=True)


@pytest.mark.parametrize("name", export.FORMATS)
def test_the_same_bytes_in_any_order(event: list[Quad], name: str) -> None:
    assert export.write(event, name) == export.write(event[::-1], name) != b""


@pytest.mark.parametrize("name", RDFLIB)
def test_rdflib_reads_the_same_graph(event: list[Quad], name: str) -> None:
    want = Graph().parse(data=export.write(event, "ntriples"), format="nt")
    have = Graph().parse(data=export.write(event, name), format=RDFLIB[name])
    assert isomorphic(want, have)


def test_datasets_keep_their_graphs(event: list[Quad]) -> None:
    counts = []
    for name in ("nquads", "trig"):
        dataset = Dataset()
        dataset.parse(data=export.write(event, name), format=name)
        counts.append({str(graph.identifier): len(graph) for graph in dataset.graphs()})
    assert counts[0] == counts[1]
    assert sum(counts[0].values()) == len(set(event))


@pytest.mark.parametrize("name", RAPPER)
@pytest.mark.skipif(not shutil.which("rapper"), reason="Raptor is not installed")
def test_raptor_counts_the_same(quads: list[Quad], name: str, tmp_path: Path) -> None:
    chosen = export.graphs(quads, ["data", "inferred", "ontology"])
    path = tmp_path / "graph"
    path.write_bytes(export.write(chosen, name))
    command = ["rapper", "--input", RAPPER[name], "--count", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert f"returned {len({quad.triple for quad in chosen})} triples" in told


def test_turtle_of_everything_is_lossless(quads: list[Quad]) -> None:
    from socprot import turtle

    chosen = export.graphs(quads, ["data", "inferred"])
    text = export.write(chosen, "turtle").decode()
    assert {q.triple for q in turtle.read(text)} == {q.triple for q in chosen}
    assert turtle.canonical(text) == text


def test_a_record_is_what_its_file_says(quads: list[Quad]) -> None:
    from socprot import files

    path = sorted((files.root() / "data" / "event").glob("*.ttl"))[0]
    found = export.record(quads, f"event/{path.stem}", inferred=False)
    assert export.write(found, "turtle").decode() == path.read_text(encoding="utf-8")


def test_an_unknown_record_is_not_found(quads: list[Quad]) -> None:
    with pytest.raises(NotFound, match="event/nowhere"):
        export.record(quads, "event/nowhere", inferred=False)


def test_every_format_is_pyoxigraphs(event: list[Quad]) -> None:
    assert all(isinstance(found, RdfFormat) for found in export.FORMATS.values())
