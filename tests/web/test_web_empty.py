"""Why an answer is empty: the patterns that are found, and what is said of them."""

import json
from urllib.parse import urlencode

import pytest
from serving import Server

from socprot.suggestion import near_terms
from socprot.web.sparql.patterns import declared, patterns, prologue

PROLOGUE = (
    "PREFIX sp: <https://w3id.org/socprot/ns#>\n"
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * { ?s ?p ?o }", ["?s ?p ?o"]),
        ("ASK { ?s a e:x ; e:p 1 , \"x\"@en . ?t e:q true }",
         ["?s a e:x", "?s e:p 1", '?s e:p "x"@en', "?t e:q true"]),
        ("SELECT * { ?s e:a/^e:b*|(e:c+) ?o . }", ["?s e:a/^e:b*|(e:c+) ?o"]),
        ("SELECT * { VALUES ?x { 1 } ?s e:p ?x FILTER(?x > 1 && ?s = e:y) ?s e:q ?z }",
         ["?s e:p ?x", "?s e:q ?z"]),
        ("ASK { OPTIONAL { ?s e:p '1'^^e:t } { ?a e:b ?c } UNION { ?d e:e ?f } }",
         ["?s e:p '1'^^e:t", "?a e:b ?c", "?d e:e ?f"]),
        ("SELECT * { GRAPH ?g { ?s e:p ?o } }", ["?s e:p ?o"]),
        ("SELECT * { BIND(1 + 2 AS ?x) ?s e:p ?x }", ["?s e:p ?x"]),
        ("SELECT * { ?s e:p [ e:q ?o ] }", []),
        ("SELECT * {", []),
        ("nonsense", []),
        ("SELECT * { ?s e:p", []),
        ("SELECT * { ?s ( ", []),
    ],
)  # fmt: skip
def test_patterns_are_found(query: str, found: list[str]) -> None:
    assert [pattern.text for pattern in patterns(query)][: len(found) or None] == found


def test_the_prologue_is_found() -> None:
    assert prologue(PROLOGUE + "SELECT * {}") == PROLOGUE
    assert prologue("# SELECT\nASK {}") == "# SELECT\n"


def test_declared_prefixes_are_found() -> None:
    query = (
        "BASE <b:> PREFIX : <c:> # PREFIX x: <y:>\nprefix a: <d:> PREFIX a: <e:> ASK {}"
    )
    assert declared(query) == {"": "c:", "a": "e:"}


SP = "https://w3id.org/socprot/ns#"
KNOWN = [
    "http://linkedevents.org/ontology/Event",
    "http://purl.org/dc/terms/source",
    "http://www.w3.org/ns/dcat#startDate",
    f"{SP}Event",
    f"{SP}eventType",
    f"{SP}startDate",
    f"{SP}Source",
]


@pytest.mark.parametrize(
    ("meant", "found"),
    [
        (f"{SP}Evnt", f"{SP}Event"),
        (f"{SP}startdate", f"{SP}startDate"),
        (f"{SP}startDat", f"{SP}startDate"),
        (f"{SP}source", f"{SP}Source"),
        ("http://w3id.org/socprot/ns#Event", f"{SP}Event"),
        ("http://purl.org/dc/elements/1.1/source", "http://purl.org/dc/terms/source"),
        ("http://purl.org/dc/terms/sourc", "http://purl.org/dc/terms/source"),
        ("http://linkedevents.org/ontology/event", KNOWN[0]),
    ],
)
def test_terms_of_the_same_vocabulary_come_first(meant: str, found: str) -> None:
    assert near_terms(meant, KNOWN)[0] == found
    assert near_terms("urn:x#zzzz", KNOWN) == []


def findings(server: Server, query: str) -> list[dict[str, object]]:
    parameters = urlencode({"query": PROLOGUE + query, "explain": "empty"})
    found: list[dict[str, object]] = json.loads(
        server.get(f"/sparql?{parameters}").body
    )["findings"]
    return found


def test_a_pattern_that_nothing_matches_is_named(server: Server) -> None:
    query = "SELECT * {\n ?s a sp:Body .\n ?e sp:date ?d ; a sp:Body }"
    (finding,) = findings(server, "SELECT * {\n ?s a sp:Body .\n ?b a sp:date }")
    assert finding["term"] == "?b a sp:date"
    assert finding["line"] == 5
    (finding,) = findings(server, query)
    assert "all of them together" in str(finding["problem"])


def test_a_misspelt_class_is_one_of_ours(server: Server) -> None:
    (finding,) = findings(server, "SELECT * { ?s a sp:Evnt }")
    assert finding["suggestions"][0] == "sp:Event"  # type: ignore[index]


def test_suggestions_are_written_as_the_query_would(server: Server) -> None:
    query = "PREFIX e: <https://w3id.org/socprot/id/event/> ASK { e:2013-sumit ?p ?o }"
    (finding,) = findings(server, query)
    assert finding["suggestions"][0] == "e:2013-summit"  # type: ignore[index]


def test_a_literal_of_the_wrong_type_in_a_pattern(server: Server) -> None:
    """Although the text occurs elsewhere as what the query has."""
    query = 'SELECT * { ?s sp:date "2013-10-09" }'
    (finding,) = findings(server, query)
    assert finding["suggestions"] == ['"2013-10-09"^^xsd:date']
    query = 'SELECT * { ?s rdfs:label "23RD summit"@en }'
    (finding,) = findings(server, query)
    assert finding["suggestions"] == ['"23rd Summit"@en']
