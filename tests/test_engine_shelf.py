"""Graphs that are too large for memory are served from disk, with the same answers."""

import errno
import hashlib
import multiprocessing
import os
import resource
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engines import children, nursery

from socprot.engine import Request, shelf
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import Limits
from socprot.engine.sealed import seal
from socprot.engine.source import Source
from socprot.errors import EngineUnavailable, GraphMissing, ServiceRefused
from socprot.web import published

LINES = "".join(f"<urn:s{n}> <urn:p> <urn:o{n % 7}> .\n" for n in range(100))
COUNT = "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o ORDER BY ?o"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOCPROT_BUNDLES", str(tmp_path / "bundles"))
    path = tmp_path / "data.nt"
    path.write_text(LINES)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def opened(store: Path, limits: Limits) -> "closing[EmbeddedEngine]":
    return closing(EmbeddedEngine(Source.stored(store), limits).ready())


def answer(path: Path) -> bytes:
    """What a site over this file answers, from wherever it holds it."""
    site = published.open_site(None, [path], "http://127.0.0.1", Limits())
    try:
        return site.answer(Request(COUNT, {"rows": "text/csv"})).read()
    finally:
        assert site.engine is not None
        site.engine.close()


def test_the_answers_from_disk_are_those_from_memory(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = answer(data)
    assert not (tmp_path / "bundles" / "shelf").exists()
    monkeypatch.setenv("SOCPROT_IN_MEMORY", "0")
    assert answer(data) == held
    (store,) = (tmp_path / "bundles" / "shelf").glob("[!.]*")
    assert (store / "store" / "CURRENT").is_file()


def test_a_store_is_made_once(data: Path) -> None:
    place = shelf.fetch([data], digest(data))
    marker = place / "CURRENT"
    made = marker.stat().st_mtime_ns
    assert shelf.fetch([data], digest(data)) == place
    assert marker.stat().st_mtime_ns == made


def test_a_large_file_is_read_once_for_its_hash(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCPROT_IN_MEMORY", "0")
    found = shelf.digest([data])
    with monkeypatch.context() as patch:
        patch.delattr(hashlib, "file_digest")
        assert shelf.digest([data]) == found
    (note,) = (data.parent / "bundles" / "shelf").iterdir()
    note.write_text("")  # as after a power cut
    assert shelf.digest([data]) == found
    data.write_text(LINES * 2)
    assert shelf.digest([data]) != found


def test_no_more_stores_are_kept_than_are_needed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCPROT_IN_MEMORY", "0")
    places = []
    for number in range(shelf.KEPT + 2):
        data.write_text(LINES + f'<urn:x> <urn:p> "{number * 111}" .\n')
        places.append(shelf.fetch([data], shelf.digest([data])))
    assert len(list(places[0].parent.parent.glob(".*"))) == shelf.KEPT  # their notes
    assert sorted(place.is_dir() for place in places) == [False] * 2 + [True] * 2
    assert places[-1].is_dir()


def tables(place: Path) -> int:
    """How many files the data of a store are in."""
    return len(list(place.glob("*.sst")))


def test_what_was_loaded_in_parts_is_merged(data: Path, tmp_path: Path) -> None:
    parts = []
    for number in range(4):
        parts.append(tmp_path / f"part{number}.nt")
        parts[-1].write_text(LINES.replace("<urn:s", f"<urn:{number}s"))
    several = shelf.fetch(parts, "several")
    assert tables(several) == tables(shelf.fetch([data], digest(data)))


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    """As on a machine whose processes may have hardly any files open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (96, before[1]))  # the least it takes
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with named graphs, which takes more files than one without."""
    monkeypatch.setenv("SOCPROT_BUNDLES", str(tmp_path / "bundles"))
    path = tmp_path / "data.nq"
    named = "".join(f'<urn:s{n}> <urn:p> "{n}" <urn:g{n % 3}> .\n' for n in range(90))
    path.write_text(LINES + named)
    return shelf.fetch([path], digest(path))


@pytest.mark.usefixtures("few_descriptors")
def test_a_store_of_more_files_than_are_opened_at_first_is_asked(place: Path) -> None:
    """A worker opens the rest when a query needs it, and nothing else."""
    asked = {
        "{ ?s ?p ?o }": 100,
        "{ <urn:s5> ?p ?o }": 1,
        "{ ?s ?p <urn:o0> }": 15,
        "{ GRAPH ?g { ?s ?p ?o } }": 90,
        "{ GRAPH <urn:g1> { ?s <urn:p> ?o } }": 30,
        '{ GRAPH ?g { ?s ?p "7" } }': 1,
        "{ GRAPH <urn:g2> { <urn:s2> ?p ?o } }": 1,
    }
    with opened(place, Limits()) as engine:
        for pattern, rows in asked.items():
            query = f"SELECT (COUNT(*) AS ?n) {pattern}"
            request = Request(query, {"rows": "text/csv"})
            assert engine.answer(request).read() == f"n\r\n{rows}\r\n".encode()


@pytest.fixture
def emptied(data: Path) -> Iterator[EmbeddedEngine]:
    """An engine whose only worker has opened a store that is then cut off."""
    place = shelf.fetch([data], digest(data))
    with opened(place, Limits(workers=1)) as engine:
        assert engine.answer(Request("ASK {}", {"boolean": "text/csv"})).read()
        for table in place.glob("*.sst"):
            os.truncate(table, 0)
        yield engine


def test_a_store_that_is_damaged_is_no_fault_of_the_query(
    emptied: EmbeddedEngine, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    request = Request("SELECT * { ?s ?p ?o } # no SERVICE", {"rows": "text/csv"})
    with pytest.raises(EngineUnavailable, match="cannot read its graph") as told:
        emptied.answer(request)
    assert str(tmp_path) not in str(told.value)
    assert "cannot be read: Corruption: truncated block read" in caplog.text


def test_a_service_is_refused_whatever_becomes_of_the_store(
    emptied: EmbeddedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    """As the parser reads it, this asks the service `e:x`; we see a name there."""
    prefixes = "PREFIX e: <http://127.0.0.1:1/> PREFIX SERVICEe: <http://e/>"
    query = f"{prefixes} SELECT * {{ SERVICEe:x {{ ?s ?p ?o }} }}"
    with pytest.raises(ServiceRefused, match="not here"):
        emptied.answer(Request(query, {"rows": "text/csv"}))
    assert not caplog.text


@pytest.mark.usefixtures("few_descriptors")
def test_a_store_that_was_removed_is_no_fault_of_the_query(
    place: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is open stays; what a worker would open later is not there."""
    told = []
    with opened(place, Limits(workers=1)) as engine:
        assert engine.answer(Request("ASK {}", {"boolean": "text/csv"})).read()
        shutil.rmtree(place)
        for triple in ("?s ?p ?o", "<urn:s5> ?p ?o", "?s <urn:p> ?o", "?s ?p '7'"):
            for pattern in (triple, f"GRAPH ?g {{ {triple} }}"):
                request = Request(f"SELECT * {{ {pattern} }}", {"rows": "text/csv"})
                try:
                    engine.answer(request).read()
                except EngineUnavailable as error:
                    told.append(str(error))
    assert told
    assert all("cannot read its graph" in one for one in told)
    assert caplog.text.count("IO error: No such file") == len(told)


def test_a_store_that_comes_back_is_asked_again(place: Path) -> None:
    """A worker that could not open it must not be waited for."""
    request = Request("ASK {}", {"boolean": "text/csv"})
    away = place.with_name("away")
    with opened(place, Limits(workers=1, start=5)) as engine:
        assert engine.answer(request).read()
        place.rename(away)
        os.kill(children(nursery())[0], signal.SIGKILL)
        for _ in range(3):
            with pytest.raises(GraphMissing):
                engine.answer(request)
        away.rename(place)
        assert engine.answer(request).read()


def test_a_store_that_cannot_be_opened_is_refused_at_the_start(place: Path) -> None:
    (place / "CURRENT").write_text("MANIFEST-0\n")
    with pytest.raises(GraphMissing, match="no store that can be opened"):
        opened(place, Limits())


def sockets() -> None:
    """End with the number of the error that a socket comes to."""
    assert seal()
    try:
        socket.socket()
    except OSError as error:
        os._exit(error.errno or 0)


def test_a_sealed_process_opens_no_socket() -> None:
    process = multiprocessing.get_context("spawn").Process(target=sockets)
    process.start()
    process.join(60)
    assert process.exitcode == errno.EPERM


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.nt", "<urn:s> <urn:p> .\n", "is broken"),
        ("a.xyz", "", "is not RDF by its name"),
        ("a.nt", None, "cannot be loaded"),
    ],
)
def test_what_cannot_be_loaded_is_told_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str | None,
    told: str,
) -> None:
    monkeypatch.setenv("SOCPROT_BUNDLES", str(tmp_path / "bundles"))
    path = tmp_path / name
    path.write_text(content or "")
    if content is None:
        path.unlink()
        path.mkdir()  # root may read any file, but nobody a folder
    with pytest.raises(GraphMissing, match=told):
        shelf.fetch([path], "0")
    assert not list((tmp_path / "bundles" / "shelf").iterdir())


def test_size_decides(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not shelf.is_large([data])
    monkeypatch.setenv("SOCPROT_IN_MEMORY", "0")
    assert shelf.is_large([data])
