"""The ontology and the shapes as pages: every term, every rule, every diagram."""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import Server

from socprot import files
from socprot.bundle import Bundle
from socprot.namespaces import ONTOLOGY, SHAPES, SP

OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"


@pytest.fixture(scope="module")
def real(bundle: Bundle) -> Iterator[Server]:
    """The site around the published graph."""
    running = Server("bundle", Path(bundle.path))
    yield running
    assert running.stop() == 0, "".join(running.log)


@pytest.fixture(scope="module")
def ontology(real: Server) -> str:
    return real.get("/ns", "text/html").text


@pytest.fixture(scope="module")
def shapes(real: Server) -> str:
    return real.get("/shape", "text/html").text


def subjects_of(store: ox.Store, graph: str, *types: str) -> set[str]:
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    return {
        str(quad.subject.value)  # type: ignore[union-attr]
        for one in types
        for quad in store.quads_for_pattern(
            None, kind, ox.NamedNode(one), ox.NamedNode(graph)
        )
    }


def section(text: str, name: str) -> str:
    return text.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_every_term_is_told_once(ontology: str, published: ox.Store) -> None:
    names = ("Class", "ObjectProperty", "DatatypeProperty")
    terms = subjects_of(published, ONTOLOGY, *(OWL + name for name in names))
    assert len(terms) > 300
    for iri in terms:
        assert ontology.count(f'id="{iri.removeprefix(str(SP))}"') == 1, iri


def test_a_subject_is_a_file(ontology: str) -> None:
    stems = {
        path.stem
        for path in (files.root() / "ontology").glob("*.ttl")
        if re.search(r"^sp:\w+$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(re.findall(r'<h2 id="subject-([^"]+)"', ontology)) == stems


def test_a_term_says_what_it_means_and_where_it_is_used(ontology: str) -> None:
    told = section(ontology, "organisedBy")
    assert "organised by" in told
    assert 'href="/ns#Event"' in told
    assert re.search(r"[\d,]+ times, for instance in <a href=\"/id/event/", told)


def test_the_count_of_a_class_is_that_of_the_data(
    ontology: str, published: ox.Store, bundle: Bundle
) -> None:
    rows = published.query(
        f"SELECT (COUNT(?s) AS ?n) {{ GRAPH <https://w3id.org/socprot/graph/data> "
        f"{{ ?s a <{SP}Correction> }} }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    (row,) = rows
    assert f"{int(row['n'].value):,} times" in section(ontology, "Correction")


def test_a_diagram_has_a_table_of_the_same(ontology: str) -> None:
    body = ontology.partition('id="subject-event"')[2].partition("<h2")[0]
    picture, _, table = body.partition("<details>")
    assert picture.count("<svg") == 2  # for a wide and for a narrow screen
    assert "sp:Event" in picture
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", table)
    assert ("event", "involves", "agent") in rows
    assert len(rows) == int(re.findall(r"(\d+) rows", table)[0])


def test_every_scheme_is_listed_with_its_size(
    ontology: str, published: ox.Store
) -> None:
    skos = "http://www.w3.org/2004/02/skos/core#"
    schemes = subjects_of(published, ONTOLOGY, skos + "ConceptScheme")
    listed = ontology.partition('<h2 id="schemes"')[2]
    assert listed.count("<li>") >= len(schemes)
    concepts = sum(int(n) for n in re.findall(r"(\d+) concepts", listed))
    assert concepts == len(subjects_of(published, ONTOLOGY, skos + "Concept"))


def test_every_rule_is_told_once_with_its_message(
    shapes: str, published: ox.Store
) -> None:
    rules = subjects_of(published, SHAPES, SH + "PropertyShape")
    assert len(rules) > 100
    for iri in rules:
        name = iri.rpartition("/")[2]
        assert shapes.count(f'id="{name}"') == 1, iri
        (message,) = (
            str(quad.object.value)  # type: ignore[union-attr]
            for quad in published.quads_for_pattern(
                ox.NamedNode(iri), ox.NamedNode(SH + "message"), None
            )
            if quad.graph_name == ox.NamedNode(SHAPES)
        )
        assert message in unescape(section(shapes, name)), iri


def test_a_rule_that_leaves_a_choice_names_it(shapes: str) -> None:
    told = section(shapes, "Event-start")
    assert "<dt>one of</dt><dd><code>day or month or year</code></dd>" in told


def test_a_shape_and_a_rule_have_pages(real: Server, shapes: str) -> None:
    shape = real.get("/shape/Event", "text/html").text
    assert "<h1>Shape Event</h1>" in shape
    assert 'id="Event-start"' in shape
    rule = real.get("/shape/Event-start", "text/html").text
    assert "<h1>Shape Event-start</h1>" in rule
    assert rule.count('class="term-box"') == 1
    assert real.get("/shape/NoSuchShape", "text/html").status == 404


def test_a_shape_alone_has_what_it_is_made_of(
    real: Server, published: ox.Store
) -> None:
    """Nothing in it hangs in the air, and nothing of other shapes is in it."""
    graph = ox.NamedNode(SHAPES)
    whole = {q.triple for q in published.quads_for_pattern(None, None, None, graph)}
    defined = {triple.subject for triple in whole}
    body = real.get("/shape/Event.ttl").body
    told = {quad.triple for quad in ox.parse(body, ox.RdfFormat.TURTLE)}
    subjects = {triple.subject for triple in told}
    for triple in told:
        anonymous = isinstance(triple.object, ox.BlankNode)
        if anonymous or triple.object in defined:
            assert triple.object in subjects
    named = {s for s in subjects if isinstance(s, ox.NamedNode)}
    assert ox.NamedNode("https://w3id.org/socprot/shape/Event") in named
    assert ox.NamedNode("https://w3id.org/socprot/shape/Act") not in named
    for subject in named:
        said = [t for t in told if t.subject == subject]
        assert len(said) == sum(1 for t in whole if t.subject == subject)


@pytest.mark.parametrize(
    ("path", "graph"),
    [("/ns", ONTOLOGY), ("/shape", SHAPES), ("/graph/shapes", SHAPES)],
)
def test_terms_are_json_ld_with_short_names(
    real: Server, published: ox.Store, path: str, graph: str
) -> None:
    document = real.get(f"{path}.jsonld").json()
    assert document["@context"]
    assert not re.search(r'"https?://[^"]*":', json.dumps(document["@graph"]))
    read = ox.parse(json.dumps(document), ox.RdfFormat.JSON_LD)
    known = published.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    assert canonical(quad.triple for quad in read) == canonical(q.triple for q in known)


def canonical(triples: Iterable[ox.Triple]) -> ox.Dataset:
    """Equal for equal graphs, whatever their blank nodes are called."""
    found = ox.Dataset(ox.Quad(*triple) for triple in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def test_other_files_have_an_ontology_page_too(files: Server) -> None:
    assert files.get("/ns", "text/html").status == 200
    assert files.get("/shape", "text/html").status == 200
