"""What is amended is what the reasoner would have found from the start."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from socprot import reason, turtle
from socprot.amend import RULES, Closed, amend
from socprot.errors import BuildFailed
from socprot.kept import Unusable
from socprot.ledger import within

BASE = "https://example.org/"
AXIOMS = """
PREFIX : <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:p rdfs:subPropertyOf :q ; rdfs:domain :A ; rdfs:range :B .
:q rdfs:domain :Q .
:i owl:inverseOf :p .
:s a owl:SymmetricProperty ; rdfs:range :S .
:t a owl:TransitiveProperty ; rdfs:subPropertyOf :q .
:c owl:propertyChainAxiom ( :p :t ) ; rdfs:domain :C .
:r owl:propertyChainAxiom ( :r :q ) .
:n owl:inverseOf :n2 . :n rdfs:subPropertyOf :t .
:A rdfs:subClassOf :Top . :B rdfs:subClassOf :Top . :Top rdfs:subClassOf owl:Thing .
:X owl:disjointWith :Y .
:a1 a owl:AsymmetricProperty . :a2 owl:propertyDisjointWith :a3 .
"""
ONTOLOGY = {quad.triple for quad in turtle.read(AXIOMS)}
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
GIVEN, FOLLOWING = NamedNode("urn:given"), NamedNode("urn:following")

things = st.sampled_from([NamedNode(BASE + name) for name in "vwxyz"])
values = things | st.sampled_from([Literal("1"), Literal("2", language="en")])
PROPERTIES = "p q i s t c r n n2 a1 a2 a3"
CLASSES = "A B C X Y Top"
properties = st.sampled_from([NamedNode(BASE + name) for name in PROPERTIES.split()])
classes = st.sampled_from([NamedNode(BASE + name) for name in CLASSES.split()])
triples = st.builds(Triple, things, properties, values) | st.builds(
    Triple, things, st.just(TYPE), classes
)
graphs = st.sets(triples, max_size=14)


def follow(stated: set[Triple]) -> set[Triple]:
    return set(reason.follow(Quad(*triple) for triple in stated | ONTOLOGY))


def amended(before: set[Triple], after: set[Triple]) -> set[Triple]:
    """Everything that holds after a change, by way of what held before."""
    store = Store()
    store.extend(within(triple, GIVEN) for triple in before | ONTOLOGY)
    store.extend(within(triple, FOLLOWING) for triple in follow(before))
    closed = Closed(store, [GIVEN, FOLLOWING])
    held = {quad.triple for quad in store}
    stated = after | ONTOLOGY
    amend(closed, before - after, after - before, stated.__contains__)
    assert not closed.added & held
    assert closed.removed <= held
    return (held - closed.removed) | closed.added


@settings(max_examples=200)
@given(graphs, graphs)
def test_a_change_gives_what_a_fresh_start_gives(
    before: set[Triple], after: set[Triple]
) -> None:
    try:
        follow(before)
    except BuildFailed:
        assume(False)
    try:
        expected = follow(after) | after | ONTOLOGY
    except BuildFailed:
        with pytest.raises(Unusable, match="contradicts"):
            amended(before, after)
    else:
        assert amended(before, after) == expected


@settings(max_examples=100)
@given(graphs, st.data())
def test_one_triple_less(stated: set[Triple], data: st.DataObject) -> None:
    assume(stated)
    try:
        follow(stated)
    except BuildFailed:
        assume(False)
    less = stated - {data.draw(st.sampled_from(sorted(stated, key=str)))}
    assert amended(stated, less) == follow(less) | less | ONTOLOGY


@pytest.mark.parametrize(
    "axiom",
    [
        ":p <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> :t",
        ":x <http://www.w3.org/2002/07/owl#sameAs> :y",
        ":p a <http://www.w3.org/2002/07/owl#TransitiveProperty>",
        ":x <http://www.w3.org/2002/07/owl#hasKey> :y",
    ],
)
def test_an_axiom_is_left_to_the_reasoner(axiom: str) -> None:
    more = {q.triple for q in turtle.read(f"PREFIX : <{BASE}>\n{axiom} .")}
    with pytest.raises(Unusable, match="axiom"):
        amended(set(), more)


def test_of_what_is_the_same_nothing_is_amended() -> None:
    same = turtle.read(f"<{BASE}x> <http://www.w3.org/2002/07/owl#sameAs> <{BASE}y> .")
    with pytest.raises(Unusable, match="sameAs"):
        amended({quad.triple for quad in same}, set())


def test_every_rule_is_written_down_here_too() -> None:
    assert reason.names() == RULES
