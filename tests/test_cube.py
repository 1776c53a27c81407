"""The statistics are a well-formed RDF Data Cube: its integrity constraints hold.

https://www.w3.org/TR/vocab-data-cube/#wf-rules
"""

from pathlib import Path

import pyoxigraph as ox
import pytest

from socprot import queries

CONSTRAINTS = queries.load(Path(__file__).parent / "cube")


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_holds(name: str, published: ox.Store) -> None:
    violated = published.query(CONSTRAINTS[name].text)
    assert isinstance(violated, ox.QueryBoolean)
    assert not bool(violated), CONSTRAINTS[name].summary


def test_there_is_something_to_check(published: ox.Store) -> None:
    asked = "ASK { ?o a <http://purl.org/linked-data/cube#Observation> }"
    assert bool(published.query(asked))
