"""The catalogue tells true sizes, and the hash depends on what is said alone."""

import random

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    serialize,
)

from socprot import canonical, catalogue, namespaces
from socprot.bundle import Bundle
from socprot.sources import record
from socprot.tally import Extended, Tally, holds

_VOID = namespaces.PREFIXES["void"]
TOTALS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
}


@pytest.mark.parametrize("name", TOTALS)
def test_the_published_totals_are_true(published: Store, name: str) -> None:
    (counted,) = published.query(TOTALS[name])  # type: ignore[union-attr]
    told = published.quads_for_pattern(
        NamedNode(namespaces.DATASET),
        NamedNode(_VOID + name),
        None,
        NamedNode(namespaces.CATALOGUE),
    )
    assert [quad.object for quad in told] == [counted["n"]]


def test_the_published_records_are_counted(bundle: Bundle, published: Store) -> None:
    told = published.quads_for_pattern(
        NamedNode(namespaces.DATASET), NamedNode(_VOID + "entities"), None
    )
    default = published.quads_for_pattern(None, None, None, DefaultGraph())
    names = {q.subject.value for q in default if isinstance(q.subject, NamedNode)}
    records = {record(name) for name in names} - {None}
    assert {int(quad.object.value) for quad in told} == {len(records)}
    assert sum(bundle.manifest["kinds"].values()) == bundle.manifest["records"]


def made(names: list[str], last: str = "c") -> list[Quad]:
    """Three lists whose cells have these names."""
    first, rest = (
        NamedNode(namespaces.PREFIXES["rdf"] + one) for one in ("first", "rest")
    )
    cells = [BlankNode(name) for name in names]
    quads = [Quad(NamedNode("urn:x"), NamedNode("urn:list"), cells[0])]
    for cell, following, value in zip(
        cells, [*cells[1:], NamedNode("urn:nil")], ["a", "b", last], strict=True
    ):
        quads += [Quad(cell, first, Literal(value)), Quad(cell, rest, following)]
    return quads


def written(quads: list[Quad]) -> list[bytes]:
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(True)


def test_the_hash_knows_no_names_and_no_order() -> None:
    one, other = made(["x", "y", "z"]), made(["z", "q", "x"])
    random.Random(1).shuffle(other)
    form = canonical.of_lines(written(one))
    assert form == canonical.of_lines(written([*other, *other]))
    assert form != canonical.of_lines(written(made(["x", "y", "z"], "d")))


def test_the_short_way_gives_what_the_whole_algorithm_gives() -> None:
    plain = Quad(NamedNode("urn:x"), NamedNode("urn:p"), Literal('\x01\t"\\\né'))
    alike = Quad(NamedNode("urn:x"), NamedNode("urn:p"), Literal("_:x"))
    quads = [*made(["x", "y", "z"]), plain, alike]
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = (serialize(dataset, format=RdfFormat.N_QUADS) or b"").splitlines(True)
    assert b"".join(sorted(lines)) == canonical.canonical(quads)


def test_a_catalogue_counts_itself() -> None:
    described = catalogue.describe(
        [], Extended(Tally(), holds(Store())), {}, "1", "00", []
    )
    told = [
        triple.object
        for triple in described
        if triple.subject == NamedNode(namespaces.DATASET)
        and triple.predicate == NamedNode(_VOID + "triples")
    ]
    assert [int(one.value) for one in told] == [len(described)]
