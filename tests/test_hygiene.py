"""What must never be true of the published graph: each query finds nothing."""

import pytest
from pyoxigraph import NamedNode, Quad, Store

from socprot import files, namespaces, queries, validate

CHECKS = queries.load(files.root() / "queries" / "hygiene")


@pytest.mark.parametrize("name", CHECKS)
def test_finds_nothing(name: str, published: Store) -> None:
    faults = list(validate.hygiene(published.query, [CHECKS[name]]))
    assert not faults, CHECKS[name].summary


@pytest.mark.parametrize("name", CHECKS)
def test_says_what_to_do(name: str) -> None:
    assert {"summary", "remedy"} <= CHECKS[name].header.keys()


def test_what_is_only_linked_to_lacks_no_source() -> None:
    """It does not exist: that is one mistake, and another query tells it."""
    record, place = (NamedNode(f"{namespaces.ID}{n}") for n in ("event/x", "place/y"))
    kind = NamedNode(namespaces.PREFIXES["rdf"] + "type")
    store = Store()
    for subject in (record, place):
        store.add(Quad(subject, kind, NamedNode(namespaces.SP.Record)))
    stated = NamedNode(namespaces.DATA)
    store.add(Quad(record, kind, NamedNode(namespaces.SP.Event), stated))
    (fault,) = validate.hygiene(store.query, [CHECKS["record-without-source"]])
    assert fault.row["record"] == str(record)
