"""The directory: names, dates and facets, as the graph has them."""

import pyoxigraph as ox
import pytest

from socprot import directory
from socprot.bundle import Bundle
from socprot.directory import Directory, Entry, full, short


@pytest.fixture(scope="module")
def held(bundle: Bundle) -> Directory:
    """The directory of the published graph."""
    return directory.read(bundle.path / directory.FILE)


def test_names_are_short() -> None:
    for iri, name in (
        ("https://w3id.org/socprot/id/event/2013-a", "event/2013-a"),
        ("https://w3id.org/socprot/ns#Act", "sp:Act"),
        ("http://example.org/x", "http://example.org/x"),
    ):
        assert short(iri) == name
        assert full(name) == iri


def test_every_record_and_concept_is_in_it(
    held: Directory, published: ox.Store
) -> None:
    found = published.query(
        "SELECT DISTINCT ?thing { ?thing a ?class "
        'FILTER(STRSTARTS(STR(?thing), "https://w3id.org/socprot/id/")) }'
    )
    assert {short(row[0].value) for row in found} == held.entries.keys()


def test_a_convention_has_its_names(held: Directory) -> None:
    entry = held.entries["instrument/ilo-c102"]
    assert entry.acronyms == ["C102"]
    assert "Convention concerning minimum standards of social security" in entry.others
    assert entry.facets["type"] == ["document-type/ilo-convention"]
    assert entry.kind == "instrument"


def test_dates_are_those_of_the_graph(held: Directory) -> None:
    seminar = held.entries["event/2014-bangkok-seminar"]
    assert (seminar.first, seminar.last) == ("2014-11-17", "2014-11-18")
    assert seminar.year == 2014
    # Where no end is known, the start is no more precise than it was stated.
    conference = held.entries["event/1922-ilc-4"]
    assert (conference.first, conference.last) == ("1922-01-01", "")
    assert conference.start == "1922"


def test_labels_follow_the_reader(held: Directory) -> None:
    named = [e for e in held.entries.values() if e.kind == "instrument"]
    japanese = next(entry for entry in named if "ja" in entry.labels)
    assert japanese.label("ja") == japanese.labels["ja"] != japanese.label("en")
    assert japanese.label("vi") == japanese.label("en")  # English where it is not held
    assert Entry("x/y", {"vi": "Luật"}).label("ja") == "Luật"  # and any, before none
    assert Entry("x/y").label() == "y"
    assert held.languages[0] == "en"
    assert {"ja", "vi", "id"} <= set(held.languages)


@pytest.mark.parametrize("facet", directory.facet_queries())
def test_facets_are_what_the_graph_answers(
    held: Directory, published: ox.Store, facet: str
) -> None:
    """Each value of each facet: as many records of a kind as SPARQL counts."""
    query = directory.facet_queries()[facet].text
    body = query.partition("WHERE {")[2].rpartition("}")[0]
    prologue = query.partition("SELECT")[0]
    counted = published.query(
        f"{prologue}SELECT ?value (COUNT(DISTINCT ?record) AS ?n) "
        f'WHERE {{ {body} FILTER(STRSTARTS(STR(?record), "{directory.ID}")) }} '
        "GROUP BY ?value"
    )
    expected = {short(row["value"].value): int(row["n"].value) for row in counted}
    found: dict[str, int] = {}
    for entry in held.entries.values():
        for value in entry.facets.get(facet, ()):
            found[value] = found.get(value, 0) + 1
    assert found == expected
    assert found


def test_every_value_of_a_facet_has_a_name(held: Directory) -> None:
    for entry in held.entries.values():
        for values in entry.facets.values():
            for value in values:
                assert value in held.entries or value in held.terms, value


def test_writing_and_reading_are_inverse(held: Directory, bundle: Bundle) -> None:
    content = (bundle.path / directory.FILE).read_bytes()
    assert directory.write(held) == content


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"entries": [{"x": 1}]}'])
def test_what_is_no_directory_is_refused(bundle: Bundle, tmp_path, content) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "directory.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        directory.read(path)
