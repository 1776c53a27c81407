"""The servers that the tests of the site talk to."""

from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from serving import HERE, Server, make_bundle


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site around a small bundle."""
    folder = tmp_path_factory.mktemp("bundle") / "one"
    running = Server("bundle", make_bundle(folder, [HERE / "mini.trig"]))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The endpoint around RDF files, as suites are run."""
    folder = tmp_path_factory.mktemp("files")
    store = Store()
    for number in (1, 2, 3):
        graph = f"http://kasei.us/2009/09/sparql/data/data{number}.rdf"
        store.load(
            path=str(HERE / "w3c" / f"data{number}.nt"),
            format=RdfFormat.N_TRIPLES,
            to_graph=NamedNode(graph),
        )
    path = folder / "data.nq"
    store.dump(str(path), format=RdfFormat.N_QUADS)
    running = Server("datasets", path)
    yield running
    assert running.stop() == 0, "".join(running.log)
