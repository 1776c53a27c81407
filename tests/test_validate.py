"""Aiming property shapes at the targets changes the speed, never the findings."""

from pathlib import Path

import pytest
from checkout import MINI
from pyoxigraph import Quad, Store

from socprot import files, queries, turtle, validate
from socprot.errors import BuildFailed

EXAMPLES = Path(__file__).parent / "shapes"


def read(paths: list[Path]) -> list[Quad]:
    return [q for path in paths for q in turtle.read(path.read_text(encoding="utf-8"))]


def test_aiming_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all the broken examples at once, with the shapes of the real graph."""
    shapes = read(files.turtle("shapes"))
    data = []
    for number, path in enumerate(sorted(EXAMPLES.glob("*/*.ttl"))[::3]):
        text = path.read_text(encoding="utf-8")
        data += turtle.read(text.replace("https://example.org/", f"urn:{number}:"))
    aimed = validate.shacl(data, shapes)
    monkeypatch.setattr(validate, "aimed", lambda shapes: shapes)
    monkeypatch.setattr(validate, "_visible", lambda shapes: None)
    assert aimed == validate.shacl(data, shapes) != []


def test_a_finding_says_everything() -> None:
    shapes = read([MINI / "shapes" / "event.ttl"])
    text = (MINI / "data" / "event" / "2013-summit.ttl").read_text(encoding="utf-8")
    found = validate.shacl(turtle.read(text.replace("2013-10-09", "9 October")), shapes)
    (finding,) = [f for f in found if f.path.endswith("startDate")]
    assert finding.focus == "https://w3id.org/socprot/id/event/2013-summit"
    assert finding.shape == "https://w3id.org/socprot/shape/Event-start"
    assert finding.component.endswith("#DatatypeConstraintComponent")
    assert finding.value == '"9 October"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert finding.is_violation


def test_hygiene_takes_select_queries_only() -> None:
    query = queries.Query(Path("ask.rq"), "ASK { ?s ?p ?o }")
    with pytest.raises(BuildFailed, match=r"ask\.rq"):
        list(validate.hygiene(Store().query, [query]))
