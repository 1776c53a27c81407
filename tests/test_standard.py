"""Published questions asked in the standard vocabularies have the same answers."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from socprot import files, queries

IN_STANDARD = queries.load(Path(__file__).parent / "standard")
IN_OURS = queries.load(files.root() / "queries" / "competency")


def rows(store: ox.Store, query: str, columns: list[str]) -> set[tuple[str, ...]]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return {tuple(str(row[column]) for column in columns) for row in solutions}


@pytest.mark.parametrize("name", IN_STANDARD)
def test_same_answer(name: str, published: ox.Store) -> None:
    query = IN_STANDARD[name].text
    solutions = published.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = [variable.value for variable in solutions.variables]
    found = rows(published, query, columns)
    assert found == rows(published, IN_OURS[name].text, columns) != set()
