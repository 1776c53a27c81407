"""Every format says the same, and says it in the same bytes each time."""

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from socprot import export
from socprot.bundle import Bundle
from socprot.errors import BadParameter, NotFound
from socprot.namespaces import ID
from socprot.reach import iri, reach, within

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
    return reach(first, 0, within(quads, inferred=True))


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
    start = iri(f"event/{path.stem}")
    found = reach(start, 0, within(quads, inferred=False))
    assert export.write(found, "turtle").decode() == path.read_text(encoding="utf-8")


def test_an_unknown_record_is_not_found(quads: list[Quad]) -> None:
    with pytest.raises(NotFound, match="event/nowhere"):
        reach(iri("event/nowhere"), 0, within(quads, inferred=False))


def test_every_format_is_pyoxigraphs(event: list[Quad]) -> None:
    assert all(isinstance(found, RdfFormat) for found in export.FORMATS.values())


def test_each_step_reaches_what_is_named_there(quads: list[Quad]) -> None:
    start, describe = iri("event:2013-asean-summit-23"), within(quads, inferred=False)
    steps = [reach(start, depth, describe) for depth in (0, 1, 2)]
    for before, after in pairwise(steps):
        told = {quad.subject for quad in after}
        named = {q.object.value for q in before if isinstance(q.object, NamedNode)}
        things = [name for name in named if name.startswith(ID)]
        assert set(before) < set(after)
        known = {quad.subject for quad in before}
        assert told == known | {quad.subject for quad in describe(things)}


def test_what_is_reached_is_bounded(quads: list[Quad]) -> None:
    start, describe = iri("event/2013-asean-summit-23"), within(quads, inferred=False)
    with pytest.raises(BadParameter, match="smaller depth"):
        reach(start, 2, describe, most=10)
    assert reach(start, 0, describe, most=1)
