"""Every Turtle file is in the one canonical form; `socprot fmt` puts it right."""

from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from rdflib import Graph
from rdflib.compare import isomorphic

from socprot import files, turtle
from socprot.errors import NotCanonical, NotTurtle

PARTS: tuple[files.Part, ...] = ("ontology", "data", "shapes")
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize("part", PARTS)
def test_every_file_is_canonical(part: files.Part) -> None:
    wrong = []
    for path in files.turtle(part):
        text = path.read_text(encoding="utf-8")
        want = turtle.canonical(text)
        if text != want:
            wrong += [f"{path}:", *unified_diff(text.split("\n"), want.split("\n"))]
    assert not wrong, "\n".join(wrong[:40])


def test_one_triple_is_one_line() -> None:
    text = """
    PREFIX sp: <https://w3id.org/socprot/ns#>
    PREFIX label: <http://www.w3.org/2000/01/rdf-schema#>
    <https://w3id.org/socprot/id/open-question/b> sp:n 2, 10 ; sp:a true ;
      label:label "b"@en ; a sp:B , sp:A ; sp:list ( 1 "x" ) .
    <https://w3id.org/socprot/id/event/a/part> sp:a <https://example.org/x> .
    """
    assert turtle.canonical(text) == (
        "PREFIX open-question: <https://w3id.org/socprot/id/open-question/>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "PREFIX sp: <https://w3id.org/socprot/ns#>\n"
        "\n"
        "<https://w3id.org/socprot/id/event/a/part>\n"
        "    sp:a <https://example.org/x> ;\n"
        ".\n"
        "\n"
        "open-question:b\n"
        "    a sp:A ;\n"
        "    a sp:B ;\n"
        '    rdfs:label "b"@en ;\n'
        "    sp:a true ;\n"
        '    sp:list ( 1 "x" ) ;\n'
        "    sp:n 10 ;\n"
        "    sp:n 2 ;\n"
        ".\n"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<a:> <b:> <c:> . # note\n", 1),
        ("<a:> <b:> 'x' .\n# it's a note\n<d:> <e:> <f:> .\n", 2),
        ('# kept\n<a:> <b:> """\n\n""" ;\n# note\n<c:> 1 .\n', 5),
        ("<a:> <b:> [] .\n", None),
        ("[] <b:> <c:> .\n", None),
        ("(1) <b:> <c:> .\n", None),
        ("<a:> <b:> _:x ; <c:> _:x .\n", None),
        (f"_:x <{RDF}first> 1 ; <{RDF}rest> _:x .\n", None),
        ("<a:> <b:> <<( <x:> <y:> <z:> )>> .\n", None),
    ],
)
def test_refuses_what_it_would_lose(text: str, line: int | None) -> None:
    with pytest.raises(NotCanonical) as caught:
        turtle.canonical(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "line"), [("<a:> <b:>\n<c:>\n; .x", 3), ("\n<a:> x:b <c:> .", 2)]
)
def test_says_where_it_is_no_turtle(text: str, line: int) -> None:
    with pytest.raises(NotTurtle) as caught:
        turtle.canonical(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("# a licence\n<a:> <b:> <c:> .\n", "# a licence\n"),
        ("# a licence\r\n<a:> <b:> <c:> .\r\n", "# a licence\n"),
        ("<a:> <b:> <c:x#y> .\n", "<c:x#y>"),
        ("<a:> <b:> '# no comment' .\n", '"# no comment"'),
        ('<a:> <b:> """two  \n lines""" .\n', "two  \n lines"),
        (f'<a:> <b:> "01"^^<{XSD}integer> .\n', '"01"^^xsd:integer'),
        (f'<a:> <b:> "1.50"^^<{XSD}decimal> .\n', "1.50"),
        ('<a:> <b:> """say ""\\"x\\"""" .\n', '"say \\"\\"\\"x\\""'),
    ],
)
def test_nothing_else_is_lost_either(text: str, kept: str) -> None:
    result = turtle.canonical(text)
    assert kept in result
    assert turtle.canonical(result) == result


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.sampled_from([None, "en", "fr-CH"]),
)
def test_any_text_comes_back(text: str, language: str | None) -> None:
    triple = Triple(
        NamedNode("a:a"), NamedNode("a:b"), Literal(text, language=language)
    )
    written = turtle.write([triple])
    assert [quad.triple for quad in turtle.read(written)] == [triple]
    assert turtle.canonical(written) == written


@pytest.mark.parametrize("part", PARTS)
def test_rdflib_reads_the_same(part: files.Part) -> None:
    for path in files.turtle(part)[::50]:
        text = path.read_text(encoding="utf-8")
        there = Graph().parse(data=text, format="turtle")
        back = Graph().parse(data=turtle.canonical(text), format="turtle")
        assert isomorphic(there, back), path


def test_named_graphs_are_trig(tmp_path: Path) -> None:
    triple = Triple(NamedNode("a:a"), NamedNode("a:b"), NamedNode("a:c"))
    text = turtle.write_graphs({"<a:g>": [triple], "DEFAULT": [triple]})
    assert text.startswith("GRAPH <a:g> {\n")
    assert "\n{\n" in text


def test_the_prefixes_are_those_that_are_declared() -> None:
    text = """
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        <https://w3id.org/socprot/id/event/a> a owl:Thing ;
          owl:sameAs <https://example.org/x> , 1 , true , "01"^^xsd:integer .
    """
    about = "<https://example.org/x> <https://example.org/p> rdf:type ."
    for one in (text, text + about):
        written = turtle.write(turtle.read(one))
        declared = [
            line.split()[1] for line in written.splitlines() if "PREFIX" in line
        ]
        assert [
            f"{name}:"
            for name in turtle.prefixes(quad.triple for quad in turtle.read(one))
        ] == declared
    assert "rdf:" in declared
