"""The store of a bundle holds its graph, whatever way it was come by."""

import os
import re
import shutil
from pathlib import Path

import pytest
from broken import EVENT
from checkout import rename, use
from pyoxigraph import RdfFormat, Store

from socprot import build, files, on_disk
from socprot.bundle import Bundle
from socprot.errors import BuildFailed
from socprot.on_disk import Draft

LINES = [f"<urn:s{n}> <urn:p> <urn:o{n % 7}> .\n".encode() for n in range(100)]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return use(tmp_path, monkeypatch)


def made(*, full: bool = False) -> Bundle:
    return build.build(lambda step: None, full)[0]


def held(store: Path) -> set[str]:
    """What a store holds, but for the names of its blank nodes."""
    return {re.sub(r"_:\w+", "_:b", str(quad)) for quad in Store.read_only(str(store))}


def meant(graph: Path) -> set[str]:
    store = Store()
    store.load(path=str(graph), format=RdfFormat.N_QUADS)
    return {re.sub(r"_:\w+", "_:b", str(quad)) for quad in store}


def is_whole(bundle: Bundle) -> bool:
    store = on_disk.find(bundle.path)
    assert store
    assert len(Store.read_only(str(store))) == bundle.graph.read_bytes().count(b"\n")
    return held(store) == meant(bundle.graph)


@pytest.mark.usefixtures("root")
def test_a_full_build_makes_a_store() -> None:
    bundle = made()
    assert is_whole(bundle)
    assert not list((bundle.path / "store").glob("LOG*"))


def test_what_has_changed_is_changed_in_a_copy(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made()
    monkeypatch.setattr(on_disk, "_load", None)  # nothing is loaded anew
    for number in range(5):
        rename(root, f"Name {number}")
        assert is_whole(made())


def test_a_store_of_many_parts_is_merged(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made()
    monkeypatch.setattr(on_disk, "_PARTS", 30)
    for number in range(4):
        rename(root, f"Name {number}")
        bundle = made()
        assert len(list((bundle.path / "store").iterdir())) < 60
        assert is_whole(bundle)


@pytest.mark.parametrize("harm", ["gone", "cut", "empty"])
def test_where_the_store_before_is_no_use_all_is_loaded(root: Path, harm: str) -> None:
    store = made().path / "store"
    if harm == "gone":
        shutil.rmtree(store)
    elif harm == "cut":
        (store / "CURRENT").unlink()
    else:
        shutil.rmtree(store)
        store.mkdir()
    rename(root, "Another")
    assert is_whole(made())


@pytest.mark.parametrize(
    "new",
    [
        pytest.param([*LINES, b"<urn:s> <urn:p> _:new .\n"], id="blank nodes"),
        pytest.param(
            [f'<urn:t{n}> <urn:p> "{n}" .\n'.encode() for n in range(20_000)],
            id="too much",
        ),
        pytest.param([], id="nothing"),
    ],
)
def test_what_differs_may_be_too_much(tmp_path: Path, new: list[bytes]) -> None:
    graph = tmp_path / "new.nq"
    graph.write_bytes(b"".join(sorted(new)))
    with Draft(tmp_path) as draft:
        draft.begin(b"".join(sorted(LINES)))
        store = draft.finish(graph.read_bytes())
        assert held(store) == meant(graph)


@pytest.mark.usefixtures("root")
def test_a_full_build_compares_the_store() -> None:
    bundle = made()
    assert made(full=True) == bundle
    store = Store(str(bundle.path / "store"))
    store.remove(next(quad for quad in store if "_:" not in str(quad)))
    store.flush()
    del store
    with pytest.raises(BuildFailed, match="does not hold its graph"):
        made(full=True)
    shutil.rmtree(bundle.path / "store")
    with pytest.raises(BuildFailed, match="does not hold its graph"):
        made(full=True)


def test_a_store_that_cannot_be_made_is_tried_once_more(tmp_path: Path) -> None:
    """What failed holds no lock, so that the second error would be another one."""
    content = b"".join(sorted(LINES))
    with Draft(tmp_path) as draft:
        draft.begin(b"this is no line\n")
        with pytest.raises(SyntaxError):
            draft.finish(content)
        draft.copy(tmp_path / "there is none")
        assert len(Store.read_only(str(draft.finish(content)))) == len(LINES)


def test_nothing_is_left_behind(root: Path) -> None:
    made()
    made(full=True)
    rename(root, "Another")
    killed = files.bundles() / ".new-killed"
    killed.mkdir()
    os.utime(killed, (0, 0))
    made()
    (root / EVENT).write_text("this is no Turtle", encoding="utf-8")
    with pytest.raises(BuildFailed):
        made()
    assert not list(files.bundles().glob(".new-*"))
