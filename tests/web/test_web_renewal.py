"""A server goes over to a new bundle while it serves, and no request fails for it."""

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import urlencode

import pytest
from checkout import rename, use
from processes import family, nurseries, zombies
from serving import IN_MEMORY, RUN, Server
from waiting import until

from socprot import files
from socprot.build import build
from socprot.bundle import Bundle

PATIENCE = 20  # seconds: a bundle is loaded meanwhile
LABEL = """
    SELECT ?label {
      <https://w3id.org/socprot/id/event/2013-summit>
        <http://www.w3.org/2000/01/rdf-schema#label> ?label
      FILTER(LANG(?label) = "en")
    }
"""

# Goes over to memory a little later: this graph is there before anybody asks.
LATE = """
import time
from socprot.web.gate.renewal import Renewal
def late(self, go=Renewal._run):
    time.sleep(0.5)
    go(self)
Renewal._run = late
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pages = files.root() / "queries" / "page"  # of the whole graph
    root = use(tmp_path, monkeypatch)
    shutil.copytree(pages, root / "queries" / "page")
    return root


@pytest.fixture
def running(root: Path) -> Iterator[Server]:
    server = Server("bundle", made().path)
    yield server
    assert server.stop() == 0, "".join(server.log)
    assert "Traceback" not in "".join(server.log)


def in_memory(server: Server) -> bool:
    """Whether it has told that it went over from the store on disk."""
    return any(IN_MEMORY in line for line in server.log)


def label(server: Server) -> str:
    return server.get("/sparql?" + urlencode({"query": LABEL}), "text/csv").text


def made() -> Bundle:
    return build(lambda step: None)[0]


def test_a_bundle_is_served_from_disk_until_it_is_in_memory(root: Path) -> None:
    server = Server("bundle", made().path, script=LATE + RUN, settled=False)
    seen: list[tuple[str, str | None]] = []

    def ask() -> bool:
        query = urlencode({"query": f"{LABEL}#{len(seen)}"})  # none is in the cache
        reply = server.get("/sparql?" + query, "text/csv")
        seen.append((reply.text, server.get("/").headers["ETag"]))
        return in_memory(server)

    until(ask, PATIENCE)
    ask()
    assert {text for text, _ in seen} == {"label\r\nSummit\r\n"}
    # Rows may come in another order: what was answered from disk is not the same.
    assert len({etag for _, etag in seen}) == 2
    until(lambda: len(nurseries(server.process.pid)) == 1, PATIENCE)
    until(lambda: not zombies(server.process.pid), PATIENCE)
    assert not any("loaded anew" in line for line in server.log)
    assert server.stop() == 0


def test_a_store_that_is_damaged_is_done_without(root: Path) -> None:
    bundle = made()
    (bundle.path / "store" / "CURRENT").write_text("MANIFEST-0\n")
    server = Server("bundle", bundle.path, settled=False)
    assert server.get("/readyz").status == 200
    assert "Summit" in label(server)
    assert any("no store that can be opened" in line for line in server.log)
    assert server.stop() == 0
    assert not in_memory(server)


def test_a_bundle_is_in_memory_also_where_nobody_watches(
    root: Path, tmp_path: Path
) -> None:
    elsewhere = made().path.rename(tmp_path / "elsewhere")
    server = Server("bundle", elsewhere, settled=False)
    until(lambda: in_memory(server), PATIENCE)
    assert "Summit" in label(server)
    assert server.stop() == 0


def test_a_bundle_that_is_built_meanwhile_is_served_next(root: Path) -> None:
    server = Server("bundle", made().path, settled=False)
    rename(root, "Second")
    new = made()
    until(lambda: new.hash in server.get("/readyz").text, PATIENCE)
    assert "Second" in label(server)
    assert server.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_meanwhile_leaves_nothing(root: Path, number: int) -> None:
    server = Server("bundle", made().path, settled=False)
    everyone = family(server.process.pid)
    server.process.send_signal(number)
    assert server.wait() == 0
    until(lambda: not any(Path(f"/proc/{one.number}").exists() for one in everyone), 2)


def test_a_bundle_without_a_store_is_loaded_first(root: Path) -> None:
    bundle = made()
    shutil.rmtree(bundle.path / "store")
    server = Server("bundle", bundle.path)
    assert "Summit" in label(server)
    time.sleep(0.5)
    assert not in_memory(server)
    assert server.stop() == 0


def test_a_new_bundle_is_served_and_no_request_fails(
    root: Path, running: Server
) -> None:
    stop = threading.Event()
    seen: list[list[tuple[int, str]]] = [[], [], []]

    def client(told: list[tuple[int, str]]) -> None:
        while not stop.is_set():
            # Every second question is a new one, so that not only the cache is asked.
            comment = f"#{len(told)}" if len(told) % 2 else ""
            query = urlencode({"query": LABEL + comment})
            reply = running.get("/sparql?" + query, "text/csv")
            told.append((reply.status, reply.text))

    clients = [threading.Thread(target=client, args=(told,)) for told in seen]
    for one in clients:
        one.start()
    try:
        etag = running.get("/").headers["ETag"]
        for label in ("Second", "Third"):
            rename(root, label)
            new = made()
            until(lambda: new.hash in running.get("/readyz").text, PATIENCE)  # noqa: B023
            assert running.get("/", If_None_Match=etag).status == 200
        time.sleep(0.5)
    finally:
        stop.set()
        for one in clients:
            one.join(20)
    for told in seen:
        assert {status for status, _ in told} == {200}
        # In this order, and never back.
        labels = [text.split("\r\n")[1] for _, text in told]
        assert [label for label, _ in groupby(labels)] == ["Summit", "Second", "Third"]
    assert sum("is served, after" in line for line in running.log) == 2


def test_what_the_old_bundle_needed_goes(root: Path, running: Server) -> None:
    for label in ("Second", "Third"):
        until(lambda: len(nurseries(running.process.pid)) == 1, PATIENCE)
        (before,) = nurseries(running.process.pid)
        rename(root, label)
        new = made()
        until(lambda: new.hash in running.get("/readyz").text, PATIENCE)  # noqa: B023
        until(lambda: before not in nurseries(running.process.pid), PATIENCE)  # noqa: B023
        assert len(nurseries(running.process.pid)) == 1
    until(lambda: not zombies(running.process.pid), PATIENCE)
    assert not any("loaded anew" in line for line in running.log)
    # The counters of the server go on.
    assert 'route="/readyz"' in running.get("/metrics").text


def test_a_nursery_that_was_forked_is_replaced_when_it_dies(
    root: Path, running: Server
) -> None:
    rename(root, "Second")
    new = made()
    until(lambda: new.hash in running.get("/readyz").text, PATIENCE)
    until(lambda: len(nurseries(running.process.pid)) == 1, PATIENCE)
    (heir,) = nurseries(running.process.pid)
    heir.kill()
    until(lambda: heir not in nurseries(running.process.pid), PATIENCE)
    query = "/sparql?" + urlencode({"query": LABEL})
    assert "Second" in running.get(query, "text/csv").text
    until(lambda: not zombies(running.process.pid), PATIENCE)


def test_a_bundle_that_is_broken_is_not_served(root: Path, running: Server) -> None:
    before = running.get("/readyz").text
    rename(root, "Second")
    new = made()
    new.graph.write_bytes(new.graph.read_bytes()[:-100])
    until(lambda: any("is not served" in line for line in running.log), PATIENCE)
    assert running.get("/readyz").text == before
    assert running.get("/").status == 200


def test_files_and_other_folders_are_not_watched(root: Path, tmp_path: Path) -> None:
    first = made()
    elsewhere = Path(first.path).rename(tmp_path / first.hash)
    server = Server("bundle", elsewhere)
    try:
        rename(root, "Second")
        made()
        time.sleep(1.5)
        assert first.hash in server.get("/readyz").text
    finally:
        assert server.stop() == 0


def test_a_bundle_that_was_refused_is_built_anew(root: Path) -> None:
    bundle = made()
    bundle.graph.write_bytes(bundle.graph.read_bytes()[:1000])
    server = Server("bundle", bundle.path, settled=False)
    try:
        assert server.get("/readyz").status == 503  # though its store is whole
        assert sum("is broken" in line for line in server.log) == 1
        shutil.rmtree(bundle.path)
        assert made().hash == bundle.hash
        until(lambda: server.get("/readyz").status == 200, PATIENCE)
        assert server.get("/sparql?" + urlencode({"query": LABEL})).status == 200
    finally:
        assert server.stop() == 0


def test_home_does_without_what_a_fork_left_out(root: Path) -> None:
    (root / "queries" / "page" / "picture" / "process.rq").unlink()
    server = Server("bundle", made().path)
    reply = server.get("/", "text/html")
    assert reply.status == 200
    assert 'id="process"' not in reply.text
    assert server.stop() == 0
    assert "Traceback" not in "".join(server.log)
