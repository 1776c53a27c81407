"""What the tests share: the bundle of the sources, built once, and a small engine."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings

from socprot.build import build
from socprot.bundle import Bundle
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import MIB, Limits
from socprot.namespaces import DATA, ONTOLOGY

# A machine may stop for a moment: how long an example takes tells nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


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


@pytest.fixture
def numbered(tmp_path: Path) -> Path:
    """A small graph: two thousand things, each with its number as its name."""
    path = tmp_path / "graph.nt"
    path.write_text(
        "".join(f'<http://e/s{i}> <http://e/name> "{i}" .\n' for i in range(2000))
    )
    return path


@pytest.fixture
def engine(numbered: Path) -> Iterator[EmbeddedEngine]:
    """A small engine around it."""
    limits = Limits(workers=2, memory_bytes=128 * MIB)
    engine = EmbeddedEngine([numbered], limits).ready()
    yield engine
    engine.close()
