"""What a form offers for a parameter is in the graph, and leads to an answer."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from socprot import files, queries
from socprot.queries import Param, Query

QUESTIONS = queries.load(files.root() / "queries" / "competency")
PARAMS = [
    pytest.param(query, param, id=f"{name}-{param.name}")
    for name, query in QUESTIONS.items()
    for param in query.params.values()
]
TRIED = 12  # choices of each parameter, spread over all of them
DAY = queries.PREFIXES["xsd"] + "date"


def chosen(store: ox.Store, param: Param) -> list[str]:
    rows = store.query(param.choices)
    assert isinstance(rows, ox.QuerySolutions)
    values = [row["choice"] for row in rows]
    assert all(isinstance(value, type(param.default)) for value in values)
    return list(dict.fromkeys(value.value for value in values))  # type: ignore[union-attr]


def answers(store: ox.Store, query: Query, values: dict[str, str]) -> bool:
    rows = store.query(query.render(values))
    assert isinstance(rows, ox.QuerySolutions)
    return next(iter(rows), None) is not None


@pytest.mark.parametrize(("query", "param"), PARAMS)
def test_a_parameter_has_a_label_and_choices(
    query: Query, param: Param, published: ox.Store
) -> None:
    label, choices = f"`#+ label-{param.name}: ...`", f"`#+ choices-{param.name}: ...`"
    assert param.label != param.name, f"{query.name}.rq: add {label}"
    if param.datatype == DAY:  # any day may be asked for
        return
    assert param.choices, f"{query.name}.rq: add {choices}"
    found = chosen(published, param)
    assert param.value in found, f"{query.name}.rq: {choices} leaves the default out"


def combinations(
    store: ox.Store, query: Query, param: Param, value: str
) -> Iterator[dict[str, str]]:
    """The value with the defaults of the other parameters, then with other choices."""
    yield {param.name: value}
    for other in query.params.values():
        if other.name != param.name and other.choices:
            for choice in chosen(store, other):
                yield {param.name: value, other.name: choice}


@pytest.mark.parametrize(("query", "param"), PARAMS)
def test_a_choice_leads_to_an_answer(
    query: Query, param: Param, published: ox.Store
) -> None:
    if not param.choices:
        return
    found = chosen(published, param)
    for value in found[:: max(1, len(found) // TRIED)]:
        tried = combinations(published, query, param, value)
        assert any(answers(published, query, values) for values in tried), value


def test_no_header_speaks_of_a_parameter_that_is_not_there() -> None:
    for query in QUESTIONS.values():
        for key in query.header:
            head, _, name = key.partition("-")
            if head in ("label", "choices"):
                assert name in query.params, f"{query.name}: {key}"
