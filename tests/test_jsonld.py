"""JSON-LD that a web developer can read, and that says exactly what the graph says."""

import json
from typing import Any

import pytest
from pyld import jsonld as pyld
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import Graph
from rdflib.compare import isomorphic

from socprot import context, export, jsonld
from socprot.bundle import Bundle
from socprot.context import Context
from socprot.namespaces import ID, PREFIXES, SP

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

SUMMIT = "event/2013-asean-summit-23"


def never(address: str, options: object) -> None:
    """A loader of documents that fails: everything must be in the document itself."""
    raise AssertionError(f"{address} would be fetched")


def by_pyld(document: bytes) -> set[Triple]:
    """The triples that another implementation of the specification reads."""
    options = {"format": "application/n-quads", "documentLoader": never}
    text = pyld.to_rdf(json.loads(document), options)
    return {quad.triple for quad in parse(text, RdfFormat.N_QUADS)}


def around(store: Store, name: str) -> list[Quad]:
    record = NamedNode(ID + name)
    return [
        Quad(q.subject, q.predicate, q.object)
        for q in store.quads_for_pattern(record, None, None)
    ]


@pytest.mark.parametrize("topic", [None, ID + SUMMIT])
@pytest.mark.parametrize(
    "name", [SUMMIT, "state/viet-nam", "instrument/ilo-c102", "unit/percent"]
)
def test_three_readers_read_what_was_written(
    published: Store, bundle: Bundle, name: str, topic: str | None
) -> None:
    quads = around(published, name)
    labels = [q for one in quads for q in about(published, one.object)]
    written = export.write([*quads, *labels], "jsonld", bundle.context, topic)
    wanted = {quad.triple for quad in [*quads, *labels]}
    assert {q.triple for q in parse(written, RdfFormat.JSON_LD)} == wanted
    assert by_pyld(written) == wanted
    plain = export.write([*quads, *labels], "ntriples")
    read = Graph().parse(data=written, format="json-ld")
    assert isomorphic(read, Graph().parse(data=plain, format="nt"))


def about(store: Store, thing: object) -> list[Quad]:
    if not isinstance(thing, NamedNode) or not thing.value.startswith(ID):
        return []
    return around(store, thing.value.removeprefix(ID))


def test_a_record_reads_like_plain_json(published: Store, bundle: Bundle) -> None:
    quads = around(published, SUMMIT)
    quads += [q for one in quads for q in about(published, one.object)]
    read = json.loads(export.write(quads, "jsonld", bundle.context, ID + SUMMIT))
    assert read["id"] == ID + SUMMIT
    assert read["label"] == "23rd ASEAN Summit"
    assert read["startDate"] == "2013-10-09"
    assert "Event" in read["type"]
    assert read["hostedBy"]["label"] == "Brunei Darussalam"
    assert {"Malaysia", "Thailand"} <= {one["label"] for one in read["hasParticipant"]}


def test_documents_use_the_published_context(published: Store, bundle: Bundle) -> None:
    whole = json.loads(bundle.context.document())["@context"]
    used = json.loads(export.write(around(published, SUMMIT), "jsonld", bundle.context))
    assert used["@context"].items() <= whole.items()
    assert len(json.dumps(used["@context"])) < len(json.dumps(whole)) / 3
    assert (bundle.path / context.NAME).read_bytes() == bundle.context.document()


def test_the_context_has_every_property_of_ours(
    published: Store, bundle: Bundle
) -> None:
    whole = json.loads(bundle.context.document())["@context"]
    names = {"@id": None, **whole}
    for quad in published.quads_for_pattern(None, None, None, None):
        iri = quad.predicate.value
        if iri.startswith(str(SP)):
            name = bundle.context.name(iri)
            assert name in names, iri
    assert whole["label"] == {
        "@id": "rdfs:label",
        "@language": "en",
    }
    assert whole["startDate"] == {"@id": "sp:startDate", "@type": "xsd:date"}


X = NamedNode("https://example.org/x")
XSD = PREFIXES["xsd"]


@pytest.mark.parametrize("usual", ["", "@id", "@en", XSD + "date", XSD + "integer"])
@pytest.mark.parametrize(
    "value",
    [
        Literal("text"),
        Literal("text", language="en"),
        Literal("tekst", language="nl"),
        Literal("7", datatype=NamedNode(XSD + "integer")),
        Literal("007", datatype=NamedNode(XSD + "integer")),
        Literal("-0", datatype=NamedNode(XSD + "integer")),
        Literal("12345678901234567890", datatype=NamedNode(XSD + "integer")),
        Literal("0.50", datatype=NamedNode(XSD + "decimal")),
        Literal("true", datatype=NamedNode(XSD + "boolean")),
        Literal("1", datatype=NamedNode(XSD + "boolean")),
        Literal("2013", datatype=NamedNode(XSD + "gYear")),
        Literal("2013-10-09", datatype=NamedNode(XSD + "date")),
        Literal("<b>", datatype=NamedNode(PREFIXES["rdf"] + "HTML")),
        NamedNode("https://example.org/y"),
        NamedNode("urn:isbn:0451450523"),
        NamedNode(str(SP) + "Event"),
    ],
    ids=str,
)
def test_each_value_survives_each_coercion(
    usual: str, value: Literal | NamedNode
) -> None:
    predicate = SP + "note"
    triple = Triple(X, NamedNode(predicate), value)
    written = jsonld.write([triple], Context({predicate: usual}))
    assert by_pyld(written) == {triple}
    assert {q.triple for q in parse(written, RdfFormat.JSON_LD)} == {triple}


@pytest.mark.parametrize("local", ["id", "type", "time", "label", "a-b", "included"])
def test_no_term_is_taken_for_another(local: str) -> None:
    triples = [
        Triple(X, NamedNode(SP + local), Literal("ours")),
        Triple(X, NamedNode(PREFIXES["rdfs"] + "label"), Literal("a label")),
    ]
    for kinds in ({}, {SP + local: ""}, {SP + local: "@id"}):
        assert by_pyld(jsonld.write(triples, Context(kinds))) == set(triples)


def test_a_thing_that_names_itself_is_told_once() -> None:
    loop = Triple(X, NamedNode(SP + "ledTo"), X)
    document: dict[str, Any] = json.loads(jsonld.write([loop], Context(), X.value))
    assert document["ledTo"] == {"id": X.value}
