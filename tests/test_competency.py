"""Each published question gives exactly the rows on file, in order.

A change of the graph that changes an answer shows here; `tests/answers.py` writes
the new answer, and its difference is part of the review.
"""

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from answers import answer

from socprot import files, queries
from socprot.bundle import Bundle

EXPECTED = Path(__file__).parent / "competency"
QUESTIONS = queries.load(files.root() / "queries" / "competency")
NUMBERS = [f"CQ-{number:02}" for number in range(1, len(QUESTIONS) + 1)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer(name: str, published: ox.Store) -> None:
    path = EXPECTED / f"{name}.tsv"
    command = f"socprot query {name} --format tsv > tests/competency/{name}.tsv"
    assert path.exists(), f"there is no answer on file: {command}"
    expected = path.read_text(encoding="utf-8")
    assert answer(published, QUESTIONS[name].text) == expected
    assert len(expected.splitlines()) > 1, "a question that nothing answers"


def test_every_answer_belongs_to_a_question() -> None:
    assert {path.stem for path in EXPECTED.glob("*.tsv")} == QUESTIONS.keys()


def test_the_command_writes_what_is_on_file(bundle: Bundle) -> None:
    command = [sys.executable, "-m", "socprot", "query", "members-on-day"]
    done = subprocess.run([*command, "--format", "tsv"], capture_output=True)
    assert done.stdout == (EXPECTED / "members-on-day.tsv").read_bytes()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_says_what_it_asks_its_number_and_its_theme(name: str) -> None:
    wanted = {"summary": "...", "question": NUMBERS[-1], "theme": "..."}
    missing = wanted.keys() - QUESTIONS[name].header.keys()
    lines = ", ".join(f"`#+ {key}: {wanted[key]}`" for key in sorted(missing))
    assert not missing, f"{name}.rq: add {lines}"


def test_the_numbers_run_from_one_on() -> None:
    given = [query.header.get("question", "none") for query in QUESTIONS.values()]
    assert sorted(given) == sorted(NUMBERS)


def test_the_guide_shows_the_header_of_a_question() -> None:
    guide = (files.root() / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = [line[4:] for line in guide.splitlines() if line.startswith("    #+ ")]
    asked = QUESTIONS["members-on-day"].text.splitlines()
    assert shown == [line for line in asked if line in shown]
    assert {line.split(":")[0] for line in shown} >= {"#+ question", "#+ theme"}
