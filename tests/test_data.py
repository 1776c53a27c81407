"""A record is a file: its path gives its IRI, its folder gives its class.

The build checks each record; here is what holds of all of them together.
"""

from itertools import chain

from pyoxigraph import NamedNode, parse

from socprot import files, namespaces, sources
from socprot.engine.spelling import others

PARTS = ("data", "ontology", "shapes")
TYPE = NamedNode(namespaces.PREFIXES["rdf"] + "type")
START = NamedNode(namespaces.SP + "startDate")


def test_every_record_passes() -> None:
    assert sources.read().files


def test_every_value_is_spelt_as_the_engine_does() -> None:
    """So that files, dumps and answers agree sign by sign."""
    paths = [path for part in PARTS for path in files.turtle(part)]
    assert not others(chain.from_iterable(parse(path=path) for path in paths))


def test_the_name_of_an_event_starts_with_its_year() -> None:
    dated = 0
    for path in (files.root() / "data" / "event").glob("*.ttl"):
        for triple in parse(path=path):
            if triple.predicate == START:
                dated += 1
                assert path.name.startswith(triple.object.value[:4] + "-"), path.name
    assert dated > 20


def test_no_kind_is_mistaken_for_a_vocabulary() -> None:
    """The prefix of a kind is the kind, so it must not be the prefix of another."""
    kinds = {path.name for path in (files.root() / "data").iterdir() if path.is_dir()}
    assert not kinds & namespaces.PREFIXES.keys()


def test_every_kind_is_a_class_of_the_ontology() -> None:
    read = sources.read()
    defined = {
        quad.subject
        for quad in read.quads(namespaces.ONTOLOGY)
        if quad.predicate == TYPE
    }
    folders = [path for path in (files.root() / "data").iterdir() if path.is_dir()]
    kinds = {path.name for path in folders} - {"release", "table"}
    assert not {k for k in kinds if NamedNode(sources.class_of(k)) not in defined}


def test_stems_agree() -> None:
    """One stem names the shape file and the ontology file of a kind."""
    ontology = {path.stem for path in files.turtle("ontology")}
    assert {path.stem for path in files.turtle("shapes")} <= ontology
