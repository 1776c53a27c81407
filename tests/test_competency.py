"""Each published question gives exactly the rows on file, in order.

A change of the graph that changes an answer shows here; `tests/answers.py` writes
the new answer, and its difference is part of the review.
"""

from pathlib import Path

import pyoxigraph as ox
import pytest
from answers import answer

from socprot import files, queries

EXPECTED = Path(__file__).parent / "competency"
QUESTIONS = queries.load(files.root() / "queries" / "competency")


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer(name: str, published: ox.Store) -> None:
    expected = (EXPECTED / f"{name}.tsv").read_text(encoding="utf-8")
    assert answer(published, QUESTIONS[name].text) == expected
    assert len(expected.splitlines()) > 1, "a question that nothing answers"


def test_every_answer_belongs_to_a_question() -> None:
    assert {path.stem for path in EXPECTED.glob("*.tsv")} == QUESTIONS.keys()


def test_forty_questions_have_numbers() -> None:
    numbers = sorted(query.header["question"] for query in QUESTIONS.values())
    assert numbers == [f"CQ-{number:02}" for number in range(1, 41)]
