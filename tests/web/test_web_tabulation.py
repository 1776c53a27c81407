"""The answer to a question as a table: names lead to their records, dates are words."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store
from reading import page
from serving import Server

from socprot import files, queries
from socprot.namespaces import ID, PREFIXES

QUESTIONS = queries.load(files.root() / "queries" / "competency")
LABEL = NamedNode(PREFIXES["rdfs"] + "label")
MARK = " = "
LINK = re.compile(r'<a href="/id/([^"]*)"[^>]*>(.*?)</a>')


def cells(text: str) -> list[dict[str, str]]:
    """The cells of the table of an answer, by the variable of their column."""
    before, _, rest = text.partition("<tbody>")
    names = re.findall(r'title="\?(\w+)"', before.rpartition("<thead>")[2])
    return [
        dict(zip(names, re.findall(r"<td[^>]*>(.*?)</td>", row), strict=True))
        for row in re.findall(r"<tr>(.*?)</tr>", rest.partition("</tbody>")[0])
    ]


@pytest.fixture(scope="module")
def marked(published: Store) -> Store:
    """The graph with the IRI of its record at the end of each label."""
    store = Store()
    store.bulk_extend(map(_marked, published))
    return store


def _marked(quad: Quad) -> Quad:
    label = quad.object
    if quad.predicate != LABEL or not isinstance(label, Literal):
        return quad
    told = f"{label.value}{MARK}{quad.subject.value}"
    return Quad(
        quad.subject,
        quad.predicate,
        Literal(told, language=label.language),
        quad.graph_name,
    )


def meant(store: Store, query: str) -> set[tuple[str, str, str]]:
    """The records whose names each column holds: the query finds marked ones."""
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return {
        (name, *part.rsplit(MARK, 1))
        for row in answer
        for name, term in zip(names, row, strict=True)
        if isinstance(term, Literal) and MARK in term.value
        for part in (term.value, *term.value.split("; "))
        if MARK in part
    }


@pytest.mark.parametrize("name", QUESTIONS)
def test_names_lead_to_the_records_that_are_meant(
    graph: Server, marked: Store, name: str
) -> None:
    truth = meant(marked, QUESTIONS[name].text)
    rows = cells(page(graph, f"/query/{name}").text)
    held = {column for column, _, _ in truth}
    found = {
        (column, unescape(label), ID + unquote(record))
        for row in rows
        for column in held & row.keys()
        for record, label in LINK.findall(row[column])
        if not record.startswith("observation/")  # told by its IRI: it has no name
    }
    assert found
    assert found <= truth


def test_most_names_lead_somewhere(graph: Server) -> None:
    for name, column in (
        ("coverage-by-state", "state"),
        ("social-security-ratifications", "state"),
        ("social-security-ratifications", "instrument"),
        ("ratified-in-asean", "instrument"),  # a source bears the same name
        ("who-paid-for-events", "payer"),
        ("later-standards", "sources"),  # several in one cell
        ("declaration-adoption", "sources"),
        ("disagreements", "correction"),
    ):
        for row in cells(page(graph, f"/query/{name}").text):
            assert LINK.search(row[column]), (name, row)


def test_a_record_is_called_by_its_name(graph: Server) -> None:
    row = cells(page(graph, "/query/open-questions").text)[0]
    assert row["question"].startswith('<a href="/id/open-question/')
    assert "/id/" not in row["question"].partition(">")[2]


def test_dates_are_words_and_sorted_as_dates(graph: Server) -> None:
    text = page(graph, "/query/members-on-day").text
    assert '<td class="date" data-order="1967-08-08">8 August 1967</td>' in text
    assert '<table class="sortable">' in text
    yes_or_no = cells(page(graph, "/query/parts-of-convention").text)
    assert {row["meansTested"] for row in yes_or_no} <= {"yes", "no", ""}


def test_names_follow_the_reader_and_rows_do_not(graph: Server) -> None:
    path = "/query/adopted-in-year?year=1930"
    japanese = page(graph, path, Accept_Language="ja")
    assert japanese.headers["Content-Language"] == "ja, en"
    assert "Accept-Language" in japanese.headers["Vary"]
    assert '<span lang="ja"><a href="/id/instrument/ilo-c029">' in japanese.text
    assert japanese.headers["ETag"] != page(graph, path).headers["ETag"]
    assert page(graph, path + "&lang=ja").text.count('lang="ja"') > 0
    rows = graph.get(path, "text/csv", Accept_Language="ja")
    assert rows.headers["Content-Language"] is None
    assert rows.headers["ETag"] == graph.get(path, "text/csv").headers["ETag"]
    assert graph.get(path + "&lang=tlh", "text/html").status == 400
    options = page(graph, "/query/parties-to-treaties", Accept_Language="ja").text
    assert '<option value="' in options
