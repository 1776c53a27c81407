"""What changed between two versions: everything that did, and nothing that did not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import copy

from socprot import diff, dump
from socprot.build import build
from socprot.bundle import Bundle
from socprot.errors import BadParameter

BASE = "https://w3id.org/socprot/"
EVENT = BASE + "id/event/2013-summit"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("diff")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCPROT_ROOT", str(copy(folder)))
        patch.setenv("SOCPROT_BUNDLES", str(folder / "bundles"))
        yield folder / "root"


@pytest.fixture(scope="module")
def two(root: Path) -> tuple[Bundle, Bundle]:
    """A bundle, and the next: one record more, less, changed, and given up."""
    body = root / "data" / "body"
    one = (body / "host.ttl").read_text().replace("body:host", "body:former")
    (body / "former.ttl").write_text(one)
    (body / "gone.ttl").write_text(one.replace("body:former", "body:gone"))
    before = build(lambda step: None)[0]
    (body / "gone.ttl").unlink()
    (body / "fresh.ttl").write_text(one.replace("body:former", "body:fresh"))
    given_up = "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n" + one.replace(
        "    a sp:Body ;", "    a sp:Body ;\n    owl:deprecated true ;"
    )
    (body / "former.ttl").write_text(given_up)
    event = root / "data" / "event" / "2013-summit.ttl"
    event.write_text(event.read_text().replace("Sommet", "Gipfel"))
    return before, build(lambda step: None)[0]


def found(two: tuple[Bundle, Bundle]) -> diff.Difference:
    return diff.compare(*(diff.read(bundle.path) for bundle in two))


def test_each_change_is_told_once(two: tuple[Bundle, Bundle]) -> None:
    told = found(two)
    names = {
        part: [one.name.removeprefix(BASE + "id/") for one in getattr(told, part)]
        for part in ("added", "changed", "deprecated", "removed")
    }
    assert names == {
        "added": ["body/fresh"],
        "changed": ["event/2013-summit"],
        "deprecated": ["body/former"],
        "removed": ["body/gone"],
    }
    (event,) = told.changed
    assert "Sommet" in " ".join(event.removed)
    assert "Gipfel" in " ".join(event.added)
    assert len(event.removed) == len(event.added) == 1


def test_what_is_the_same_does_not_differ(
    two: tuple[Bundle, Bundle], tmp_path: Path
) -> None:
    assert not diff.compare(diff.read(two[0].path), diff.read(two[0].path))
    names = ["socprot.trig", "socprot.nq"]
    dump.write(dump.Source(two[0]), tmp_path, names)
    dumps = [diff.read(tmp_path / name) for name in names]
    assert not diff.compare(*dumps)


def test_folders_of_sources_are_compared(
    root: Path, two: tuple[Bundle, Bundle]
) -> None:
    told = diff.compare(diff.read(root / "data" / "body"), diff.read(root / "data"))
    assert not told.removed
    assert EVENT in [one.name for one in told.added]


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="no bundle"):
        diff.read(tmp_path)
    for name, text in {"a.ttl": "<", "a.xyz": ""}.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(BadParameter, match="cannot be read"):
            diff.read(tmp_path / name)


def test_the_command_tells_people_and_programs(two: tuple[Bundle, Bundle]) -> None:
    paths = [str(bundle.path) for bundle in two]
    people = run("diff", *paths)
    assert "Added (1):" in people.stdout
    assert f"  {BASE}id/body/fresh" in people.stdout
    programs = json.loads(run("diff", *paths, "--json").stdout)
    assert [one["name"] for one in programs["removed"]] == [BASE + "id/body/gone"]
    assert run("diff", paths[0], paths[0]).stdout.endswith("Nothing has changed.\n")
    assert run("diff", *paths, "--exit-code").returncode == 1


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "socprot", *arguments],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=False,
    )
