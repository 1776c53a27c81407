"""A record as RDF: with what points to it, its sources and what corrects it."""

import json

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse
from reading import FORMATS
from serving import Server

from socprot.namespaces import DATA, DOC, ID, PREFIXES, SP
from socprot.web.explore.account import MOST

LABEL = NamedNode(PREFIXES["rdfs"] + "label")
SOURCE = NamedNode(PREFIXES["dcterms"] + "source")
ABOUT = NamedNode(SP + "about")


def read(server: Server, name: str, suffix: str = "nt") -> set[Triple]:
    reply = server.get(f"/doc/{name}.{suffix}")
    assert reply.status == 200, reply.text
    kind = RdfFormat.from_extension(suffix)
    assert kind is not None
    return {quad.triple for quad in parse(reply.body, kind)}


NAMES = ["event/2013-asean-summit-23", "state/viet-nam", "instrument/ilo-c102"]


@pytest.mark.parametrize("name", NAMES)
def test_all_around_a_record_is_told(
    graph: Server, published: Store, name: str
) -> None:
    told = read(graph, name)
    record, data = NamedNode(ID + name), NamedNode(DATA)
    wanted = {q.triple for q in published.quads_for_pattern(record, None, None)}
    pointing = {q.triple for q in published.quads_for_pattern(None, None, record, data)}
    assert pointing
    assert len(pointing) < MOST
    wanted |= pointing
    fully = {t.subject for t in pointing if t.predicate == ABOUT}
    fully |= {t.object for t in wanted if t.predicate == SOURCE and t.subject == record}
    assert fully
    for thing in fully:
        assert isinstance(thing, NamedNode)
        found = published.quads_for_pattern(thing, None, None, data)
        wanted |= {quad.triple for quad in found}
    named = {t.object for t in wanted if t.subject == record}
    named |= {t.subject for t in pointing}
    for thing in named:
        if isinstance(thing, NamedNode):
            found = published.quads_for_pattern(thing, LABEL, None)
            wanted |= {quad.triple for quad in found}
    assert wanted <= told
    # What is told beyond that is true all the same, but for the document itself.
    document = NamedNode(DOC + name)
    true = {quad.triple for quad in published}
    assert {t.subject for t in told - true} == {document}
    license = NamedNode(PREFIXES["dcterms"] + "license")
    assert any(t.subject == document and t.predicate == license for t in told)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_tells_the_same_bytes_every_time(graph: Server, name: str) -> None:
    plain = read(graph, name)
    for suffix, (media_type, _) in FORMATS.items():
        assert read(graph, name, suffix) == plain
        by_accept = graph.get(f"/doc/{name}", media_type)
        assert by_accept.media_type == media_type
        by_name = graph.get(f"/doc/{name}?format={suffix}")  # past the answer cache
        assert by_accept.body == by_name.body == graph.get(f"/doc/{name}.{suffix}").body


def test_turtle_is_in_the_form_of_the_sources(graph: Server) -> None:
    text = graph.get("/doc/event/2013-asean-summit-23.ttl").text
    assert "PREFIX event: <https://w3id.org/socprot/id/event/>\n" in text
    assert "\nevent:2013-asean-summit-23\n    a lode:Event ;\n" in text
    assert "\n    sp:city place:bandar-seri-begawan ;\n" in text


def test_json_is_framed_around_the_record(graph: Server) -> None:
    found = graph.get("/doc/event/2013-asean-summit-23", "application/ld+json").json()
    assert (found["id"], found["label"]) == (
        ID + "event/2013-asean-summit-23",
        "23rd ASEAN Summit",
    )
    whole = graph.get("/context.jsonld")
    assert whole.media_type == "application/ld+json"
    context = found["@context"]
    assert isinstance(context, dict)
    assert context.items() <= json.loads(whole.body)["@context"].items()
    etag = whole.headers["ETag"]
    assert graph.get("/context.jsonld", If_None_Match=etag).status == 304


def test_a_record_that_everything_names_is_told_within_bounds(graph: Server) -> None:
    name = "dataset/verification"
    told = read(graph, name)
    links = {t for t in told if t.object == NamedNode(ID + name)}
    assert MOST <= len(links) <= MOST + 1  # and the document
    (comment,) = (
        t.object
        for t in told
        if t.predicate == NamedNode(PREFIXES["rdfs"] + "comment")
        and t.subject == NamedNode(DOC + name)
    )
    assert "/sparql" in str(comment)
