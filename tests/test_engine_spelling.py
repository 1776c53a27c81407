"""Values come back as they were written, wherever that can be told."""

import random
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)
from pyoxigraph import QueryResultsFormat as Rows

from socprot.engine import Request, source
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import Limits
from socprot.errors import AnswerTooLarge, QueryTimeout

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIX = f"PREFIX e: <http://e/> PREFIX xsd: <{XSD}> "
PREFIXES = PREFIX.replace("PREFIX", "\nPREFIX")
DATA = """
PREFIX e: <http://e/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
e:a e:count 01 ; e:price 1.50 ; e:wide "7"^^xsd:int ; e:on "1"^^xsd:boolean ;
    e:at "2020-01-01T24:00:00Z"^^xsd:dateTime ; e:span "P12M"^^xsd:duration ;
    e:name "01", "x\\ty\\n\\"z\\"\\\\"@en ;
    e:odd "x"^^xsd:integer ; e:of [ e:part 03 ] .
e:b e:count 1 ; e:price 1.5 ; e:wide 7 ; e:on true ; e:seen 8 .
e:c e:count "1"^^xsd:int, "01"^^xsd:int ; e:only +5 .
GRAPH e:g { e:a e:count 001 . e:d e:inside 08 }
"""
FORMATS = {
    "application/sparql-results+json": Rows.JSON,
    "application/sparql-results+xml": Rows.XML,
    "text/tab-separated-values": Rows.TSV,
}
SLOW = "{ SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"
JSON = "application/sparql-results+json"
# Each with whether every spelling is to be found.
QUERIES = {
    "SELECT ?s ?p ?x { ?s ?p ?x }": True,
    "SELECT ?s ?x ?y { ?s e:p ?x ; e:q ?y }": True,
    "SELECT ?s ?x ?y { ?s e:p ?x OPTIONAL { ?s e:q ?y } }": True,
    "SELECT ?p ?x { e:a ?p ?x FILTER(?x > 0) }": True,
    "SELECT ?x { e:b e:p ?x }": True,
    "SELECT ?p ?x { ?s ?p ?x }": False,
    "SELECT ?s ?x { ?s e:p|e:q ?x }": False,
    "SELECT ?s ?x { { ?s e:p ?x } UNION { ?s e:q ?x } }": False,
    "SELECT ?s ?x { { SELECT ?x { ?s e:p ?x } } ?s e:q ?y }": False,
    "SELECT ?s ?x { ?s e:q ?y { SELECT ?s ?x { ?s e:p ?x } } }": False,
    "SELECT ?s ?x ?z { ?s e:p ?x BIND(?x AS ?z) }": False,
}
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    path = tmp_path_factory.mktemp("spelling") / "data.trig"
    path.write_text(DATA)
    engine = EmbeddedEngine([path], Limits(workers=1, buffer_bytes=2000)).ready()
    yield engine
    engine.close()


def ask(engine: EmbeddedEngine, query: str, media_type: str, **more: object) -> bytes:
    kinds = ("rows", "boolean", "triples")
    given = Request(PREFIX + query, dict.fromkeys(kinds, media_type), **more)  # type: ignore[arg-type]
    return engine.answer(given).read()


def cells(engine: EmbeddedEngine, query: str, **more: object) -> list[str]:
    """The literals of an answer, numbers without quotes where these are integers."""
    body = ask(engine, query, "application/sparql-results+xml", **more)
    terms = [term for row in parse_query_results(body, Rows.XML) for term in row]
    return sorted(
        term.value if term.datatype.value == f"{XSD}integer" else f"{term.value} else"
        for term in terms
        if isinstance(term, Literal)
    )


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_of_rows_has_them(engine: EmbeddedEngine, media_type: str) -> None:
    body = ask(engine, "SELECT * { e:a ?p ?o }", media_type)
    rows = parse_query_results(body, FORMATS[media_type])
    quads = parse(DATA, RdfFormat.TRIG)
    written = {
        quad.object
        for quad in quads
        if quad.subject.value == "http://e/a" and quad.object.value != "001"
    }
    assert len(written) == 10
    assert {o for row in rows if isinstance(o := row["o"], Literal)} == {
        term for term in written if isinstance(term, Literal)
    }


def test_csv_has_them(engine: EmbeddedEngine) -> None:
    body = ask(engine, "SELECT ?x ?y ?z { e:a e:price ?x ; e:count ?y }", "text/csv")
    assert body == b"x,y,z\r\n1.50,01,\r\n"


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE ?s { ?s ?p ?o }",
    ],
)
def test_graphs_have_them(engine: EmbeddedEngine, query: str, media_type: str) -> None:
    made = parse(ask(engine, query, media_type), GRAPHS[media_type])
    data = DATA.partition("GRAPH")[0].replace('"1"^^xsd:int, "01"^^xsd:int', "1")
    written = parse(data, RdfFormat.TURTLE)
    assert literals(made) == literals(written)


def literals(quads: Iterable[Quad]) -> list[tuple[str, str]]:
    found = ((quad.predicate.value, quad.object) for quad in quads)
    return sorted((name, str(o)) for name, o in found if isinstance(o, Literal))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # One spelling is all that the pattern can have found ...
        ("SELECT ?x { e:a e:count ?x }", ["01"]),
        ("SELECT ?x { e:b e:count ?x }", ["1"]),
        ("SELECT ?s ?x { ?s e:wide ?x }", ["7", "7 else"]),
        ("SELECT ?s ?x { ?s e:wide ?x } ORDER BY ?s LIMIT 1", ["7 else"]),
        ("SELECT DISTINCT ?x { ?s e:only ?x }", ["+5"]),
        ("SELECT ?x (COUNT(*) AS ?n) { ?s e:only ?x } GROUP BY ?x", ["+5", "1"]),
        ("SELECT ?x { ?s e:of/e:part ?x }", ["03"]),
        ("SELECT ?x { [] e:part ?x }", ["03"]),
        ("SELECT ?x { e:a e:of [ e:part ?x ] FILTER(?x = 3) }", ["03"]),
        ("SELECT ?x { { SELECT ?x { ?s e:part ?x } } }", ["03"]),
        ("SELECT ?x { ?s e:part ?x MINUS { ?s e:none ?x } }", ["03"]),
        ("SELECT ?s ?x { ?s e:seen ?y OPTIONAL { ?s e:count ?x } }", ["1"]),
        ("SELECT ?x { { e:a e:count ?x } UNION { e:x e:count ?x } }", ["01"]),
        ("SELECT ?x { GRAPH e:g { e:a e:count ?x } }", ["001"]),
        ("SELECT ?g ?x { GRAPH ?g { ?s e:count ?x } }", ["001"]),
        # ... or there are several, in the triples it may stand for.
        ("SELECT ?x { ?s e:wide ?x }", ["7", "7"]),
        ("SELECT DISTINCT ?x { ?s e:price ?x }", ["1.5 else"]),
        ("SELECT ?x { e:c e:count ?x }", ["1"]),
        ("SELECT ?s ?x { { SELECT ?x { ?s e:wide ?x } } ?s e:seen 8 }", ["7", "7"]),
        # What the query computes or says is not in the data, whatever it equals.
        ("SELECT ?x { BIND(5 AS ?x) }", ["5"]),
        ("SELECT ?x { VALUES ?x { 5 } }", ["5"]),
        ("SELECT ?x { ?s e:only ?x VALUES ?x { 5 } }", ["5"]),
        ("SELECT (?y + 0 AS ?x) { ?s e:only ?y }", ["5"]),
        ("SELECT (MAX(?y) AS ?x) { ?s e:only ?y }", ["5"]),
        ("SELECT ?x { 5 e:none? ?x }", ["5"]),
        ("SELECT ?x { 5 (e:none|^e:none/e:no*)* ?x }", ["5"]),
        ("SELECT ?x { VALUES ?y { 5 } ?x e:none* ?y }", ["5"]),
        ("SELECT (STR(?y) AS ?x) { ?s e:only ?y }", ["5 else"]),
    ],
)  # fmt: skip
def test_a_spelling_is_that_of_the_triples_matched(
    engine: EmbeddedEngine, query: str, expected: list[str]
) -> None:
    assert cells(engine, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("CONSTRUCT { e:x e:is ?x } WHERE { e:a e:count ?x }", "01"),
        ("CONSTRUCT { ?s e:is ?x } WHERE { ?s e:only ?x }", "+5"),
        ("CONSTRUCT { ?s e:only 5 } WHERE { ?s e:only ?x }", "5"),
        ("CONSTRUCT { ?s e:only 5, ?x } WHERE { ?s e:only ?x }", "5"),
        ("CONSTRUCT { ?s e:only ?x } WHERE { ?s e:seen 8 BIND(5 AS ?x) }", "5"),
        ("CONSTRUCT { ?s e:is [], ?x ; e:at e:b } WHERE { ?s e:only ?x }", "+5"),
    ],
)
def test_a_template_says_what_is_made_of_them(
    engine: EmbeddedEngine, query: str, expected: str
) -> None:
    made = parse(ask(engine, query, "application/n-triples"), RdfFormat.N_TRIPLES)
    terms = [quad.object for quad in made]
    assert [t.value for t in terms if isinstance(t, Literal)] == [expected]


def test_the_dataset_of_the_request_counts(engine: EmbeddedEngine) -> None:
    graph = {"default_graphs": ("http://e/g",)}
    assert cells(engine, "SELECT ?x { e:d e:inside ?x }", **graph) == ["08"]
    # In which of two graphs it was found is not told.
    assert cells(engine, "SELECT ?x { e:a e:count ?x }", **graph) == ["1"]
    both = "SELECT ?x FROM e:g { e:d e:inside ?x }"
    assert cells(engine, both) == ["08"]


def test_a_query_that_is_too_much_is_answered_plainly(engine: EmbeddedEngine) -> None:
    """It would take seconds to understand, or is beyond SPARQL 1.1."""
    many = " ".join(map(str, range(9_000)))
    long = f"SELECT ?x {{ ?s e:only ?x FILTER(?x NOT IN ({many.replace(' ', ', ')})) }}"
    assert cells(engine, long) == []
    assert cells(
        engine, f"SELECT ?x {{ ?s e:only ?x VALUES ?y {{ {many} }} }} LIMIT 1"
    ) == ["5"]
    deep = "{" * 100 + "?s e:only ?x" + "}" * 100
    assert cells(engine, f"SELECT ?x {deep}") == ["5"]
    assert cells(engine, 'SELECT ?x { ?s e:only ?x FILTER("a"^^xsd:int != 1) }') == []


def test_a_long_answer_has_them_and_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.nt"
    triples = (f'<e:{n}> <e:p> "0{n}"^^<{XSD}integer> .\n' for n in range(3000))
    path.write_text("".join(triples))
    limits = Limits(workers=1, buffer_bytes=2000, rows=2500)
    with closing(EmbeddedEngine([path], limits).ready()) as engine:
        answer = ask(engine, "SELECT ?s ?x { ?s ?p ?x } LIMIT 2500", "text/csv")
        told = dict(line.split(",") for line in answer.decode().splitlines()[1:])
        assert told == {f"e:{n}": f"0{n}" for n in range(3000) if f"e:{n}" in told}
        assert len(told) == 2500
        with pytest.raises(AnswerTooLarge):
            ask(engine, "SELECT ?s ?x { ?s ?p ?x } LIMIT 2501", JSON)
        with pytest.raises(QueryTimeout):
            ask(engine, f"SELECT ?x {{ ?s ?p ?x {SLOW} }}", JSON, timeout=0.3)


def test_too_many_are_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data.trig"
    path.write_text(DATA)
    assert source.load(source.Source(files=(str(path),))).respelling
    monkeypatch.setattr(source, "MANY", 9)
    graph = source.load(source.Source(files=(str(path),)))
    assert graph.respelling is None
    assert "its own spellings" in graph.remark


def test_what_is_answered_is_true_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rdflib, which tells terms apart as they are written, is the referee.

    Each row is a row of rdflib's too, but for values that are as the engine spells
    them; and where all of a graph is asked for, no value is.
    """
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dice = random.Random(4)
    ways = [f'"{n}"^^xsd:integer' for n in ("1", "01", "+1", "2", "02")]
    ways += ['"1"^^xsd:int', '"01"^^xsd:int', '"1.0"^^xsd:decimal', "1.5"]
    for number in range(6):
        spelt = {
            f"e:{dice.choice('ab')} e:{dice.choice('pqr')}": dice.choice(ways)
            for _ in range(7)  # a triple in two spellings is one to the engine
        }
        path = tmp_path / f"{number}.ttl"
        triples = (f"{place} {way} .\n" for place, way in spelt.items())
        path.write_text("\n".join((PREFIXES, *triples)))
        graph = rdflib.Graph().parse(path)
        with closing(EmbeddedEngine([path], Limits(workers=1)).ready()) as engine:
            for query, exact in QUERIES.items():
                told = rows(ask(engine, query, JSON))
                true = rows(graph.query(PREFIX + query).serialize(format="json"))
                assert told == true or not exact
                assert set(map(plain, told)) == set(map(plain, true))
                for row in told:
                    assert any(is_that(row, other) for other in true), (query, row)


def rows(body: bytes | None) -> list[list[Any]]:
    """The rows of an answer in JSON, in an order of their own."""
    parsed = parse_query_results(body, Rows.JSON)
    return sorted(([row[v] for v in parsed.variables] for row in parsed), key=str)


def plain(row: list[Any]) -> str:
    """A row as the engine spells it."""
    store = Store()
    name = NamedNode("e:x")
    for number, term in enumerate(row):
        store.add(Quad(NamedNode(f"e:{number}"), name, term or name))
    return str(sorted(str(quad) for quad in store))


def is_that(row: list[Any], other: list[Any]) -> bool:
    """Whether a row is another, or says of a value no more than which it is."""
    return all(
        mine == theirs
        or (plain([mine]) == plain([theirs]) and str(mine) in plain([mine]))
        for mine, theirs in zip(row, other, strict=True)
    )
