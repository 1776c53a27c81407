"""Mistakes of a curator in the real graph: each is told once, with line and remedy."""

import shutil
from pathlib import Path

import pytest

from socprot import files, touched
from socprot.errors import BuildFailed

EVENT = "data/event/2015-jakarta-seminar.ttl"
# What stands there, what is written by mistake, the line of it, and what is told.
MISTAKES = {
    "a misspelt property": (
        "sp:city place:jakarta ;",
        "sp:cty place:jakarta ;",
        19,
        "not defined (sp:cty). [undefined-term] Did you mean sp:city",
    ),
    "a misspelt class": (
        "    a sp:Event ;",
        "    a sp:Event ;\n    a sp:Evnt ;",
        15,
        "not defined (sp:Evnt). [undefined-term] Did you mean sp:Event",
    ),
    "a misspelt record": (
        "place:jakarta",
        "place:jakrta",
        19,
        "(sp:city, place:jakrta). [dangling-link] Did you mean place:jakarta",
    ),
    "a day that is not": (
        '"2015-11-25"',
        '"2015-13-25"',
        40,
        "sh:or] There is no such day: correct it.",
    ),
    "a month that is not": (
        '"2015-11-25"^^xsd:date',
        '"2015-13"^^xsd:gYearMonth',
        40,
        '(sp:startDate, "2015-13"^^xsd:gYearMonth). [month-or-year-misspelt]',
    ),
    "a year that is not": (
        '"2015-11-25"^^xsd:date',
        '"20x5"^^xsd:gYear',
        40,
        '(sp:startDate, "20x5"^^xsd:gYear). [month-or-year-misspelt]',
    ),
    "no date at all": (
        '"2015-11-25"',
        '"25 November"',
        40,
        "sh:or] Write the value in one of these forms.",
    ),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real sources."""
    root = tmp_path_factory.mktemp("mistakes")
    for part in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(files.root() / part, root / part)
    return root


@pytest.fixture
def root(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOCPROT_ROOT", str(copied))
    return copied


def told(root: Path, text: str) -> str:
    """What the check of the event says, if this is written in its file."""
    path = root / EVENT
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        with pytest.raises(BuildFailed) as caught:
            touched.run([path])
    finally:
        path.write_text(before, encoding="utf-8")
    return str(caught.value)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_problem(root: Path, name: str) -> None:
    old, new, line, words = MISTAKES[name]
    text = (root / EVENT).read_text(encoding="utf-8")
    assert old in text
    message = told(root, text.replace(old, new, 1))
    assert message.startswith(f"{EVENT}:{line}: event:2015-jakarta-seminar: ")
    assert words in message
    assert "\n" not in message, "one mistake, one problem"


def test_a_record_without_a_source_is_one_problem(root: Path) -> None:
    lines = (root / EVENT).read_text(encoding="utf-8").splitlines(keepends=True)
    message = told(root, "".join(one for one in lines if "dcterms:source" not in one))
    assert message.startswith(f"{EVENT}:13: event:2015-jakarta-seminar: ")
    assert "[record-without-source]" in message
    assert "\n" not in message


def test_an_end_before_the_start_is_told_of_the_line_of_the_end(root: Path) -> None:
    text = (root / EVENT).read_text(encoding="utf-8")
    message = told(root, text.replace('"2015-11-26"', '"2015-11-21"', 1))
    assert (
        f"{EVENT}:20: event:2015-jakarta-seminar: Things that end before they begin "
        '(sp:endDate, "2015-11-21"^^xsd:date, '
    ) in message
