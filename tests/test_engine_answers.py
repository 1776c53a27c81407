"""Answers in every format: exact, well formed, and readable by others."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
from rdflib.compare import isomorphic

from socprot.engine import Answer, Request
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import Limits
from socprot.engine.source import Source
from socprot.errors import (
    AnswerTooLarge,
    BadRequest,
    GraphMissing,
    NotAcceptable,
    QueryStopped,
    QuerySyntaxError,
    UnknownPrefix,
)
from socprot.on_disk import Draft

DATA = Path(__file__).parent / "engine" / "data.trig"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
RDF_XML = "application/rdf+xml"
PREFIX = "PREFIX e: <http://e/> "
LABELS = PREFIX + "SELECT ?x { e:a e:label ?x } ORDER BY ?x"


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    engine = EmbeddedEngine([DATA], Limits(workers=1, buffer_bytes=2000)).ready()
    yield engine
    engine.close()


def ask(
    engine: EmbeddedEngine, query: str, media_type: str, **options: object
) -> Answer:
    kinds = ("rows", "boolean", "triples")
    request = Request(query, dict.fromkeys(kinds, media_type), **options)  # type: ignore[arg-type]
    return engine.answer(request)


def rows(engine: EmbeddedEngine, query: str, **options: object) -> list[list[str]]:
    answer = ask(engine, query, CSV, **options).read().decode()
    return list(csv.reader(io.StringIO(answer, newline="")))[1:]


def values(engine: EmbeddedEngine, media_type: str) -> list[str]:
    """The labels of e:a as another reader of the format finds them."""
    body = ask(engine, LABELS, media_type).read()
    if media_type == JSON:
        bindings = json.loads(body)["results"]["bindings"]
        return [binding["x"]["value"] for binding in bindings]
    if media_type == XML:
        literal = "{http://www.w3.org/2005/sparql-results#}literal"
        return [
            found.text or "" for found in ElementTree.fromstring(body).iter(literal)
        ]
    if media_type == CSV:
        return [row[0] for row in csv.reader(io.StringIO(body.decode(), newline=""))][
            1:
        ]
    result = rdflib.query.Result.parse(io.BytesIO(body), format="tsv")
    return [str(row[0]) for row in result]


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
def test_literals_survive_every_format(engine: EmbeddedEngine, media_type: str) -> None:
    expected = ["A", "  space  ", "carriage\rreturn", 'comma,quote"', "line\nfeed"]
    assert sorted(values(engine, media_type)) == sorted([*expected, "tab\tend"])


def test_csv_is_that_of_the_standard(engine: EmbeddedEngine) -> None:
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("x,y" UNDEF) ("q\\"" <http://e/>) } }'
    body = ask(engine, query, CSV).read()
    assert body == b'a,b\r\n"x,y",\r\n"q""",http://e/\r\n'


def test_tsv_abbreviates_only_what_turtle_would(engine: EmbeddedEngine) -> None:
    query = PREFIX + "SELECT ?x { e:a e:number ?x }"
    lines = ask(engine, query, TSV).read().decode().splitlines()
    assert sorted(lines) == sorted(
        [
            "?x",
            "1",
            "1.5",
            '"INF"^^<http://www.w3.org/2001/XMLSchema#double>',
            "true",
            '"x"^^<http://e/type>',
        ]
    )


@pytest.mark.parametrize("media_type", [XML, RDF_XML])
def test_xml_refuses_what_it_cannot_carry(
    engine: EmbeddedEngine, media_type: str
) -> None:
    for character in ("0001", "FFFE"):
        where = f'{{ ?s ?p ?o FILTER(?o = "\\u{character}") }}'
        query = f"SELECT ?o {where}" if media_type == XML else f"CONSTRUCT {where}"
        query = query.replace("CONSTRUCT", "CONSTRUCT { ?s ?p ?o } WHERE")
        with pytest.raises(NotAcceptable, match=rf"U\+{character}.*ask for"):
            ask(engine, query, media_type).read()


@pytest.mark.parametrize(
    "name", ["http://e/1", "http://e/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#li"]
)
def test_rdf_xml_refuses_properties_it_cannot_name(
    engine: EmbeddedEngine, name: str
) -> None:
    query = f"CONSTRUCT {{ <http://s> <{name}> 1 }} WHERE {{}}"
    with pytest.raises(NotAcceptable, match=re.escape(name)):
        ask(engine, query, RDF_XML)
    assert name in ask(engine, query, "application/n-triples").read().decode()


# rdflib's own reader of JSON-LD uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        (TURTLE, "turtle"),
        (RDF_XML, "xml"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/n-quads", "nt"),  # it names no graph
        ("application/trig", "turtle"),
    ],
)
def test_graphs_are_the_same_in_every_format(
    engine: EmbeddedEngine, media_type: str, parser: str
) -> None:
    query = (
        PREFIX + "CONSTRUCT { ?s ?p ?o . [] e:of ?s } WHERE"
        " { ?s ?p ?o FILTER(?s = e:a) }"
    )
    expected = rdflib.Graph().parse(
        data=ask(engine, query, "application/n-triples").read(), format="nt"
    )
    assert len(expected) > 10
    answer = ask(engine, query, media_type)
    assert answer.media_type == media_type
    graph = rdflib.Graph().parse(data=answer.read(), format=parser)
    # Every row makes a blank node of its own, with a label of its own.
    assert len(graph) == len(expected)
    for both in (graph, expected):
        both.remove((None, rdflib.URIRef("http://e/of"), None))
    assert isomorphic(graph, expected)


def test_turtle_is_readable_and_the_same_every_time(engine: EmbeddedEngine) -> None:
    query = (
        "PREFIX mine: <http://e/> PREFIX unused: <http://u/> PREFIX bad: <>"
        "PREFIX owl: <http://www.w3.org/2002/07/owl#>"
        "CONSTRUCT { ?s a owl:Thing ; mine:next ?o } WHERE { ?s mine:next ?o }"
    ).replace("PREFIX bad: <>", "")
    assert ask(engine, query, TURTLE).read().decode() == (
        "@prefix mine: <http://e/> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "\n"
        "mine:a a owl:Thing ;\n\tmine:next mine:b .\n"
        "mine:b a owl:Thing ;\n\tmine:next mine:c .\n"
        "mine:c a owl:Thing ;\n\tmine:next mine:a .\n"
    )


def test_a_graph_is_a_set(engine: EmbeddedEngine) -> None:
    query = PREFIX + "CONSTRUCT { e:x e:y e:z } WHERE { ?s ?p ?o }"
    body = ask(engine, query, "application/n-triples").read()
    assert body == b"<http://e/x> <http://e/y> <http://e/z> .\n"


def test_describe_and_ask(engine: EmbeddedEngine) -> None:
    answer = ask(engine, "DESCRIBE <http://e/b>", "application/n-triples")
    assert answer.form == "DESCRIBE"
    assert answer.read() == b"<http://e/b> <http://e/next> <http://e/c> .\n"
    assert json.loads(ask(engine, "ASK {}", JSON).read())["boolean"] is True
    assert (
        b"<boolean>false</boolean>"
        in ask(engine, "ASK { 1 2 3 }".replace("1 2", "?x <http://e/no>"), XML).read()
    )


def test_small_answers_are_whole_and_large_ones_are_streamed(
    engine: EmbeddedEngine,
) -> None:
    small = ask(engine, LABELS, JSON)
    assert small.size == len(small.read())
    large = ask(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f }", JSON)
    assert large.size is None
    chunks = list(large.chunks)
    assert len(chunks) > 1
    assert len(json.loads(b"".join(chunks))["results"]["bindings"]) > 100


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
def test_the_row_cap_is_exact_in_every_format(media_type: str) -> None:
    tricky = '},{"x":{},{' + "<result>\\n\\r\\n\\t,"
    tricky = tricky.replace('"', '\\"')
    query = (
        "SELECT ?x ?y { VALUES ?n { 1 2 3 4 5 6 7 8 9 10 }"
        f' BIND(IF(?n < 9, "{tricky}", ?u) AS ?x) }}'
    )
    for cap, ok in ((10, True), (9, False)):
        engine = EmbeddedEngine([DATA], Limits(workers=1, rows=cap)).ready()
        try:
            if ok:
                ask(engine, query, media_type)
            else:
                with pytest.raises(AnswerTooLarge, match=r"9 rows.*LIMIT"):
                    ask(engine, query, media_type)
        finally:
            engine.close()


def test_caps_on_bytes_and_triples() -> None:
    limits = Limits(workers=1, rows=7, answer_bytes=300)
    with closing(EmbeddedEngine([DATA], limits).ready()) as engine:
        with pytest.raises(AnswerTooLarge, match=r"300 bytes.*/export/"):
            ask(engine, LABELS, XML)
        with pytest.raises(AnswerTooLarge, match="7 rows"):
            ask(engine, "CONSTRUCT WHERE { ?s ?p ?o }", TURTLE)


def test_a_cap_in_the_middle_raises_from_the_chunks() -> None:
    limits = Limits(workers=1, answer_bytes=500_000, buffer_bytes=1000)
    with closing(EmbeddedEngine([DATA], limits).ready()) as engine:
        answer = ask(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON)
        with pytest.raises(QueryStopped, match="500,000 bytes"):
            answer.read()
        assert rows(engine, PREFIX + "SELECT ?o { e:b e:next ?o }") == [["http://e/c"]]


# ---- the dataset ---------------------------------------------------------------

GRAPHS = (
    "SELECT ?in ?g { { ?x <http://e/in> ?in }"
    " UNION { GRAPH ?g { ?x <http://e/in> ?in } } }"
)
ONE, TWO = "http://e/one", "http://e/two"


@pytest.mark.parametrize(
    ("source", "default", "named", "expected"),
    [
        ("", (), (), [[ONE, ONE], [TWO, TWO]]),
        (f"FROM <{ONE}>", (), (), [[ONE, ""]]),
        (f"FROM NAMED <{ONE}>", (), (), [[ONE, ONE]]),
        ("", (ONE,), (), [[ONE, ""]]),
        ("", (), (TWO,), [[TWO, TWO]]),
        ("", (ONE, TWO), (TWO,), [[ONE, ""], [TWO, ""], [TWO, TWO]]),
        (f"FROM <{ONE}>", (TWO,), (), [[TWO, ""]]),
        (f"FROM NAMED <{ONE}>", (TWO,), (), [[TWO, ""]]),
        (f"FROM <{ONE}> FROM NAMED <{ONE}>", (), (TWO,), [[TWO, TWO]]),
        ("FROM <http://e/nowhere>", (), (), []),
        ("", ("http://e/nowhere",), (), []),
        ("FROM <file:///etc/passwd>", (), (), []),
        (f"FROM <{ONE}> FROM <{TWO}>", (), (), [[ONE, ""], [TWO, ""]]),
    ],
)
def test_the_dataset_of_the_request_replaces_that_of_the_query(
    engine: EmbeddedEngine,
    source: str,
    default: tuple[str, ...],
    named: tuple[str, ...],
    expected: list[list[str]],
) -> None:
    query = GRAPHS.replace("{ {", source + " { {", 1)
    found = rows(engine, query, default_graphs=default, named_graphs=named)
    assert sorted(found) == expected


def test_a_triple_in_two_default_graphs_counts_once(engine: EmbeddedEngine) -> None:
    query = "SELECT (COUNT(*) AS ?n) # { ?s <http://e/next> ?o }"
    source = f"FROM <{ONE}> FROM <http://e/\\u0074wo>\n"
    assert rows(engine, query.replace("# ", source)) == [["1"]]
    both = {"default_graphs": (ONE, TWO, ONE)}
    assert rows(engine, query.replace("# ", ""), **both) == [["1"]]


def test_a_relative_graph_is_refused(engine: EmbeddedEngine) -> None:
    with pytest.raises(BadRequest, match="<one>"):
        rows(engine, GRAPHS, default_graphs=("one",))


# ---- what goes wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * { ?s ?p", (1, 17)),
        ("SELECT * { ?s ?p ?o }\nLIMT 10", (2, 1)),
        ("SELECT * {\n?s ?p '\u00e9\U0001f600' FILTER ?o }", (2, 19)),
        ("SELECT *\n{ ?s ?p 'x }", (2, 9)),
        ("ASK { ?s <relative> ?o }", None),
        ("", (1, 1)),
        ("SELEKT * {}", None),
    ],
)
def test_a_syntax_error_has_a_place(
    engine: EmbeddedEngine, query: str, place: tuple[int, int] | None
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        ask(engine, query, JSON)
    assert caught.value.line is not None
    if place:
        assert (caught.value.line, caught.value.column) == place
    assert len(str(caught.value)) < 300


def test_an_unknown_prefix_is_named(engine: EmbeddedEngine) -> None:
    with pytest.raises(UnknownPrefix, match="nope:") as caught:
        ask(engine, "SELECT *\n{ ?s nope:p 'oh:no' }", JSON)
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_an_unknown_function_is_named(engine: EmbeddedEngine) -> None:
    with pytest.raises(BadRequest, match="http://f"):
        ask(engine, "SELECT (<http://f>(1) AS ?x) {}", JSON)


def test_a_format_that_does_not_fit_is_refused(engine: EmbeddedEngine) -> None:
    with pytest.raises(NotAcceptable, match=r"SELECT.*text/csv"):
        ask(engine, LABELS, TURTLE)
    with pytest.raises(NotAcceptable):
        engine.answer(Request("ASK {}", {"rows": JSON}))


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("broken.ttl", "<a> <b> .", "broken"),
        ("missing.ttl", None, "cannot be read"),
        ("what.txt", "", "not RDF by its name"),
    ],
)
def test_a_bad_source_is_refused_at_the_start(
    tmp_path: Path, name: str, text: str | None, why: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(GraphMissing, match=why):
        EmbeddedEngine([path]).ready()


def test_a_missing_bundle_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(GraphMissing, match=r"graph\.nq"):
        EmbeddedEngine(tmp_path).ready()


def test_a_bundle_is_read_from_memory_or_from_disk(tmp_path: Path) -> None:
    line = "<http://e/s> <http://e/p> <http://e/o>"
    text = f"{line} .\n{line} <http://e/g> .\n"
    (tmp_path / "graph.nq").write_text(text)
    query = "SELECT ?g { ?s ?p ?o GRAPH ?g { ?s ?p ?o } }"
    with closing(EmbeddedEngine(tmp_path, Limits(workers=1)).ready()) as in_memory:
        assert rows(in_memory, query) == [["http://e/g"]]

    with Draft(tmp_path) as draft:
        stored = Source.stored(draft.finish(text.encode()))
        with closing(EmbeddedEngine(stored, Limits(workers=1)).ready()) as on_disk:
            assert rows(on_disk, query) == [["http://e/g"]]
