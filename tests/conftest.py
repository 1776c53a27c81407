"""What the tests share: the bundle of the sources, built once and kept between runs."""

import pyoxigraph as ox
import pytest

from socprot.build import build
from socprot.bundle import Bundle
from socprot.namespaces import DATA, ONTOLOGY


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The bundle of this checkout; unchanged sources are not built again."""
    return build(lambda step: None)[0]


@pytest.fixture(scope="session")
def published(bundle: Bundle) -> ox.Store:
    """The published graph, in process."""
    store = ox.Store()
    store.bulk_load(path=bundle.graph, format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def asserted() -> list[ox.NamedNode]:
    """The graphs as they are without the reasoner."""
    return [ox.NamedNode(DATA), ox.NamedNode(ONTOLOGY)]
