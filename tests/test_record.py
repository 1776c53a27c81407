"""A record that is begun has nothing made up, and says what else it may have."""

from pathlib import Path

import pytest

from socprot import files, record, turtle
from socprot.namespaces import PREFIXES

KINDS = sorted({path.parent.name for path in files.turtle("data")} - {"data"})
GUIDE = (files.root() / "CONTRIBUTING.md").read_text(encoding="utf-8")
TYPE = PREFIXES["rdf"] + "type"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model of the graph, without any record."""
    for part in ("ontology", "shapes"):
        (tmp_path / part).symlink_to(files.root() / part)
    for kind in KINDS:
        (tmp_path / "data" / kind).mkdir(parents=True)
    monkeypatch.setenv("SOCPROT_ROOT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_still_to_be_filled_in(kind: str, root: Path) -> None:
    path, more = record.create(kind, "begun")
    assert path == root / "data" / kind / "begun.ttl"
    lines = turtle.read(path.read_text(encoding="utf-8"))
    values = {line.predicate.value: str(line.object) for line in lines}
    assert values.pop(TYPE)
    assert values
    assert all("TODO" in value for value in values.values()), values
    assert not {turtle.name(name) for name in values} & set(more)


def test_the_guide_tells_what_else_an_event_may_have(root: Path) -> None:
    told = [f"`{name}`" for name in record.create("event", "2026-begun").more]
    assert "`sp:organisedBy`" in told
    assert [name for name in told if name not in GUIDE] == []
