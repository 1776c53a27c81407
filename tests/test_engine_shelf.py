"""Graphs that are too large for memory are served from disk, with the same answers."""

import hashlib
from pathlib import Path

import pytest

from socprot.engine import Request, shelf
from socprot.errors import GraphMissing
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


def answer(path: Path) -> bytes:
    """What a site over this file answers, from wherever it holds it."""
    site = published.open_site(None, [path], "http://127.0.0.1")
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
    (store,) = (tmp_path / "bundles" / "shelf").iterdir()
    assert (store / "store" / "CURRENT").is_file()


def test_a_store_is_made_once(data: Path) -> None:
    place = shelf.fetch([data], digest(data))
    marker = place / "store" / "CURRENT"
    made = marker.stat().st_mtime_ns
    assert shelf.fetch([data], digest(data)) == place
    assert marker.stat().st_mtime_ns == made


def test_no_more_stores_are_kept_than_are_needed(data: Path) -> None:
    places = []
    for number in range(shelf.KEPT + 2):
        data.write_text(LINES + f'<urn:x> <urn:p> "{number}" .\n')
        places.append(shelf.fetch([data], digest(data)))
    assert sorted(place.is_dir() for place in places) == [False] * 2 + [True] * 2
    assert places[-1].is_dir()


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
