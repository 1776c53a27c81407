"""The servers that the tests of the site talk to."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import copy
from invented import serving, tell
from pyoxigraph import NamedNode, RdfFormat, Store
from serving import HERE, HONEST, Server, ask, make_bundle

from socprot import directory
from socprot import files as places
from socprot.build import build
from socprot.bundle import Bundle
from socprot.directory import Directory


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site around a small bundle."""
    folder = tmp_path_factory.mktemp("bundle") / "one"
    running = Server("bundle", make_bundle(folder, [HERE / "mini.trig"]))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


@pytest.fixture(scope="session")
def graph(bundle: Bundle) -> Iterator[Server]:
    """The site around the published graph."""
    with serving(bundle) as running:
        yield running


@pytest.fixture(scope="session")
def held(bundle: Bundle) -> Directory:
    """The directory of the published graph."""
    return directory.read(bundle.path / directory.FILE)


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


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of the frozen sources, and of what a curator states of the whole."""
    folder = tmp_path_factory.mktemp("built")
    root = copy(folder)
    stated = (places.root() / "data" / "dataset.ttl").read_text(encoding="utf-8")
    lines = stated.splitlines(keepends=True)
    kept = [line for line in lines if "dcterms:spatial" not in line]
    (root / "data" / "dataset.ttl").write_text("".join(kept), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCPROT_ROOT", str(root))
        patch.setenv("SOCPROT_BUNDLES", str(folder / "bundles"))
        return build(lambda step: None)[0]


@pytest.fixture(scope="session")
def whole(built: Bundle) -> Iterator[Server]:
    """The site around a bundle that was really built."""
    running = Server("bundle", Path(built.path))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> list[Bundle]:
    """The builds of an invented history."""
    return tell(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def last(stages: list[Bundle]) -> Iterator[Server]:
    """The site around the last build of that history."""
    with serving(stages[-1]) as running:
        yield running


@pytest.fixture
def others_are_served(server: Server) -> Iterator[None]:
    """After each attack an honest query is answered at once and rightly."""
    yield
    start = time.monotonic()
    reply = ask(server, f"{HONEST} # {start}", "text/csv")
    assert reply.text == "n\r\nASEAN\r\n"
    assert time.monotonic() - start < 2


@pytest.fixture
def listener() -> Iterator[str]:
    """The address of a server on loopback that nobody may ever call."""
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        yield f"http://127.0.0.1:{neighbour.getsockname()[1]}/"
        neighbour.settimeout(0.05)
        with pytest.raises(TimeoutError):
            neighbour.accept()
