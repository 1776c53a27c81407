"""Why an answer is empty: the patterns that are found, and what is said of them."""

import json
from urllib.parse import urlencode

import pytest
from serving import Server

from socprot.web.patterns import patterns, prologue

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
