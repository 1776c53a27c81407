"""A parameter is a one-value VALUES line: its default is its type."""

from pathlib import Path

import pytest

from socprot import files, queries
from socprot.errors import BadParameter, BuildFailed

TEXT = """\
#+ summary: What happened?
#+ question: CQ-01
PREFIX state: <https://w3id.org/socprot/id/state/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT * {
  VALUES ?year { 2013 }
  VALUES ?day { "2013-10-09"^^xsd:date }
  VALUES ?state { state:philippines }
  VALUES ?name { "x"@en }
  VALUES ?page { <https://example.org/a> }
  VALUES ?several { 1 2 }
}
"""
QUERY = queries.Query(Path("what.rq"), TEXT)


def test_header() -> None:
    assert QUERY.name == "what"
    assert QUERY.summary == "What happened?"
    assert QUERY.header["question"] == "CQ-01"


def test_parameters() -> None:
    assert {name: param.value for name, param in QUERY.params.items()} == {
        "year": "2013",
        "day": "2013-10-09",
        "state": "https://w3id.org/socprot/id/state/philippines",
        "name": "x",
        "page": "https://example.org/a",
    }


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("day", "2012-02-29", '"2012-02-29"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("state", "malaysia", "<https://w3id.org/socprot/id/state/malaysia>"),
        ("state", "body/asean", "<https://w3id.org/socprot/id/body/asean>"),
        ("state", "state:malaysia", "<https://w3id.org/socprot/id/state/malaysia>"),
        ("state", "https://example.org/x", "<https://example.org/x>"),
        ("name", '"} #\n\\', '"\\"} #\\n\\\\"@en'),
    ],
)
def test_values_are_safely_quoted(name: str, value: str, written: str) -> None:
    assert f"VALUES ?{name} {{ {written} }}" in QUERY.render({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year", "MMXIII"),
        ("year", "2013 } ?s ?p ?o . {"),
        ("year", "٢٠١٣"),
        ("day", "2013-02-30"),
        ("state", "a b"),
        ("state", "state/a b"),
        ("state", "/malaysia"),
        ("page", "malaysia"),
        ("page", "https://example.org/>"),
        ("several", "1"),
        ("colour", "red"),
    ],
)
def test_bad_values_are_refused(name: str, value: str) -> None:
    with pytest.raises(BadParameter, match=name):
        QUERY.render({name: value})


def test_defaults_leave_the_text_alone() -> None:
    assert QUERY.render({}) == TEXT


def test_names_are_unique(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.rq").write_text(TEXT)
    with pytest.raises(BuildFailed, match=r"x\.rq"):
        queries.load(tmp_path)


def test_every_query_says_what_it_is_for() -> None:
    for folder in {path.parent for path in (files.root() / "queries").rglob("*.rq")}:
        found = queries.load(folder)
        assert not [one for one in found if "summary" not in found[one].header]
