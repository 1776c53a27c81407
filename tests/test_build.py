"""A build gives a complete bundle, or one message, and the old bundle stays."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken import BREAKS, EVENT
from checkout import use
from pyoxigraph import RdfFormat, Store, parse

from socprot import build, bundle, namespaces
from socprot.errors import BuildFailed, GraphMissing


def silent(step: str) -> None:
    """Watch nothing."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    return use(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_input_stops_the_build(root: Path, name: str) -> None:
    before, _ = build.build(silent)
    BREAKS[name].apply(root)
    with pytest.raises(BuildFailed) as caught:
        build.build(silent)
    message = str(caught.value)
    assert all(word in message for word in BREAKS[name].told), message
    assert bundle.current() == before
    assert sorted(path.name for path in before.path.parent.iterdir()) == sorted(
        [before.hash, "current"]
    )


def test_several_problems_are_told_at_once(root: Path) -> None:
    for number in range(30):
        path = root / "data" / "body" / f"b{number:02}.ttl"
        path.write_text("<a:> <b:> <c:> .\n")
    with pytest.raises(BuildFailed) as caught:
        build.build(silent)
    lines = str(caught.value).splitlines()
    assert lines[0] == "the sources have 30 problems:"
    assert lines[1].startswith("  data/body/b00.ttl:1: ")
    assert lines[-1] == "  ... and 10 more."
    assert len(lines) == 22


def test_unchanged_input_is_not_built_again(root: Path) -> None:
    first, is_new = build.build(silent)
    assert is_new
    stamp = first.graph.stat().st_mtime_ns
    again, is_new = build.build(silent)
    assert (again, is_new) == (first, False)
    assert again.graph.stat().st_mtime_ns == stamp


def test_an_earlier_input_is_recognised_too(root: Path) -> None:
    first, _ = build.build(silent)
    path = root / EVENT
    text = path.read_text()
    path.write_text(text.replace("Sommet", "Le sommet"))
    second, is_new = build.build(silent)
    assert is_new
    assert second != first
    assert bundle.current() == second
    path.write_text(text)
    assert build.build(silent) == (first, False)
    assert bundle.current() == first


def test_the_same_input_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    contents = []
    for seed in ("1", "2"):
        place = tmp_path / seed
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "SOCPROT_BUNDLES": str(place),
        }
        command = [sys.executable, "-m", "socprot", "build"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        shutil.rmtree(place / "current" / "store")  # see test_on_disk.py
        files = sorted(f for f in (place / "current").rglob("*") if f.is_file())
        contents.append([(file.name, file.read_bytes()) for file in files])
    assert contents[0] == contents[1]


def test_two_builds_at_once(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "socprot", "build"]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdout=pipe, stderr=pipe) for _ in range(4)]
    for process in running:
        _, told = process.communicate()
        assert process.returncode == 0, told.decode()
    names = sorted(path.name for path in (tmp_path / "bundles").iterdir())
    assert names == sorted([bundle.require().hash, "current"])


def test_the_default_graph_is_the_union(root: Path) -> None:
    made, _ = build.build(silent)
    store = Store()
    store.bulk_load(path=made.graph, format=RdfFormat.N_QUADS)
    graphs: dict[str, set[object]] = {}
    for quad in store:
        graphs.setdefault(str(quad.graph_name), set()).add(quad.triple)
    union = {t for iri in namespaces.DEFAULT_UNION for t in graphs.get(f"<{iri}>", ())}
    assert graphs["DEFAULT"] == union
    assert made.manifest["triples"] == len(union)
    for iri, number in made.manifest["graphs"].items():
        assert number == len(graphs.get(f"<{iri}>", ()))


def test_the_graph_is_sorted_and_says_what_follows(root: Path) -> None:
    made, _ = build.build(silent)
    lines = made.graph.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines, key=lambda line: line.encode())
    event = "<https://w3id.org/socprot/id/event/2013-summit>"
    text = "<https://w3id.org/socprot/id/act/adoption/text>"
    led_to = f"{event} <{namespaces.SP}ledTo> {text}"
    inferred = f"<{namespaces.INFERRED}>"
    assert f"{led_to} ." in lines
    assert f"{led_to} {inferred} ." in lines
    day = '"2013-10-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert f"{event} <{namespaces.SP}latest> {day} {inferred} ." in lines


def test_the_manifest_counts(root: Path) -> None:
    made, _ = build.build(silent)
    assert made.manifest["records"] == 6
    assert made.manifest["classes"][str(namespaces.SP.Figure)] == 2
    assert made.manifest["warnings"] == 1
    assert json.loads((made.path / "manifest.json").read_text())["hash"] == made.hash


def test_the_catalogue_counts(root: Path) -> None:
    (root / "data" / "dataset.ttl").write_text(
        "<https://w3id.org/socprot/> a <http://www.w3.org/ns/dcat#Dataset> .\n"
    )
    made, _ = build.build(silent)
    counts = {
        quad.predicate.value.rpartition("#")[2]: str(quad.object)
        for quad in parse(path=made.graph, format=RdfFormat.N_QUADS)
        if str(quad.graph_name) == f"<{namespaces.CATALOGUE}>"
        if str(quad.subject) == f"<{namespaces.DATASET}>"
    }
    assert counts["entities"].startswith('"6"')
    assert {"classes", "distinctSubjects", "properties", "triples"} <= counts.keys()


def test_the_report_names_what_was_let_pass(root: Path) -> None:
    made, _ = build.build(silent)
    report = (made.path / "report.ttl").read_text()
    assert "sh:sourceShape sps:Act-dated ;" in report


def test_old_bundles_are_removed(root: Path) -> None:
    path = root / EVENT
    text = path.read_text()
    for number in range(bundle.KEPT + 2):
        path.write_text(text.replace("Sommet", f"Sommet {number}"))
        build.build(silent)
    names = [p.name for p in bundle.require().path.parent.iterdir()]
    assert len(names) == bundle.KEPT + 1


def test_without_a_bundle_there_is_a_sentence(root: Path) -> None:
    assert bundle.current() is None
    with pytest.raises(GraphMissing, match="socprot build"):
        bundle.require()


def test_a_half_written_bundle_is_none(root: Path) -> None:
    name = bundle.inputs().hash
    (bundle.files.bundles() / name).mkdir(parents=True)
    assert bundle.find(name) is None
