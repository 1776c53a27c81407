"""What the reasoner is for: nothing without it, the right rows with it.

The rows are on file beside the query.
"""

from pathlib import Path

import pyoxigraph as ox
import pytest
from answers import answer

from socprot import queries

CASES = Path(__file__).parent / "reasoning"
QUERIES = queries.load(CASES)


@pytest.mark.parametrize("name", QUERIES)
def test_follows(name: str, published: ox.Store, asserted: list[ox.NamedNode]) -> None:
    without = answer(published, QUERIES[name].text, asserted)
    assert len(without.splitlines()) == 1, "the header alone"
    expected = (CASES / f"{name}.tsv").read_text(encoding="utf-8")
    assert answer(published, QUERIES[name].text) == expected
    assert len(expected.splitlines()) > 1
