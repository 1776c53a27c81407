"""What must never be true of the published graph: each query finds nothing."""

import pytest
from pyoxigraph import Store

from socprot import files, queries, validate

CHECKS = queries.load(files.root() / "queries" / "hygiene")


@pytest.mark.parametrize("name", CHECKS)
def test_finds_nothing(name: str, published: Store) -> None:
    faults = list(validate.hygiene(published.query, [CHECKS[name]]))
    assert not faults, CHECKS[name].summary


@pytest.mark.parametrize("name", CHECKS)
def test_says_what_to_do(name: str) -> None:
    assert {"summary", "remedy"} <= CHECKS[name].header.keys()
