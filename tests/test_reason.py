"""The closure is the one that `owlrl` computes, rule by rule and as a whole."""

from pathlib import Path

import pytest
from checkout import MINI
from pyoxigraph import Quad

from socprot import files, reason, referee, turtle
from socprot.errors import BuildFailed

PREFIXES = """
PREFIX : <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
RULES = {
    "cax-eqc": ":A owl:equivalentClass :B . :x a :A . :y a :B .",
    "cax-sco": ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A .",
    "eq-rep": ":x owl:sameAs :y . :x :p :z . :z :p :x . :y :q :w . :p owl:sameAs :r .",
    "eq-trans": ":x owl:sameAs :y . :y owl:sameAs :z . :x :p 1 .",
    "prp-dom": ":p rdfs:domain :A . :A rdfs:subClassOf :B . :x :p 1 .",
    "prp-eqp": ":p owl:equivalentProperty :q . :x :p :y . :a :q :b .",
    "prp-fp": ":p a owl:FunctionalProperty . :x :p :y , :z . :y :q 1 .",
    "prp-ifp": ":p a owl:InverseFunctionalProperty . :x :p :z . :y :p :z . :y :q 1 .",
    "prp-inv": ":p owl:inverseOf :q . :x :p :y . :a :q :b .",
    "prp-inv-self": ":p owl:inverseOf :p . :x :p :y .",
    "prp-rng": ":p rdfs:range :A . :A rdfs:subClassOf :B . :x :p :y .",
    "prp-rng-literal": ":p rdfs:range xsd:integer . :x :p 1 .",
    "prp-spo1": ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :x :p :y , 1 .",
    "prp-spo2": ":p owl:propertyChainAxiom ( :q :r ) . :x :q :y . :y :r :z , 5 .",
    "prp-spo2-three": (
        ":p owl:propertyChainAxiom ( :q :r :s ) . :x :q :y . :y :r :z . :z :s :w ."
    ),
    "prp-spo2-recursive": (
        ":p owl:propertyChainAxiom ( :p :q ) . :x :p :y . :y :q :z . :z :q :w ."
    ),
    "prp-spo2-of-chains": (
        ":p owl:propertyChainAxiom ( :q :q ) . :r owl:propertyChainAxiom ( :p :p ) ."
        ":s owl:inverseOf :r . :t rdfs:subPropertyOf :q ."
        ":a :q :b . :b :t :c . :c :q :d . :d :t :e ."
    ),
    "prp-symp": ":p a owl:SymmetricProperty . :x :p :y .",
    "prp-trp": ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d , :a .",
    "scm-dom": (
        ":p rdfs:domain :A . :A rdfs:subClassOf :B . :q rdfs:subPropertyOf :p ."
        ":x :q 1 ."
    ),
    "scm-rng": (
        ":p rdfs:range :A . :A rdfs:subClassOf :B . :q rdfs:subPropertyOf :p ."
        ":x :q :y ."
    ),
    "scm-eqc": ":A rdfs:subClassOf :B . :B rdfs:subClassOf :A . :x a :A .",
    "scm-eqp": ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p . :x :p :y .",
}
CONTRADICTIONS = {
    "cax-dw": ":A owl:disjointWith :B . :x a :A , :B .",
    "cls-nothing2": ":x a owl:Nothing .",
    "eq-diff1": ":x owl:sameAs :y . :y owl:differentFrom :x .",
    "prp-asyp": ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .",
    "prp-irp": ":p a owl:IrreflexiveProperty . :x :p :x .",
    "prp-pdw": ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .",
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_as_owlrl(rule: str) -> None:
    text = PREFIXES + RULES[rule]
    expected = referee.close(turtle.read(text))
    assert set(reason.close(turtle.read(text))) == expected
    assert expected or rule in ("prp-rng-literal",)


def test_the_whole_ontology_as_owlrl() -> None:
    """The real axioms over the frozen example of each: `owlrl` is slow on more."""
    paths = [
        path
        for path in files.turtle("ontology")
        if path.parent.name != "concept-scheme"
    ]
    paths += sorted((MINI / "data").rglob("*.ttl"))
    quads = [q for path in paths for q in turtle.read(path.read_text(encoding="utf-8"))]
    closure = reason.close(quads)
    assert referee.compare(quads, closure) == len(closure)
    with pytest.raises(BuildFailed, match="that the rules do not"):
        referee.compare(quads, closure[1:])


@pytest.mark.parametrize("rule", CONTRADICTIONS)
def test_a_contradiction_stops_the_build(rule: str) -> None:
    with pytest.raises(BuildFailed, match="contradicts itself"):
        reason.close(turtle.read(PREFIXES + CONTRADICTIONS[rule]))


def test_a_contradiction_about_a_literal_is_told_too() -> None:
    text = ":p owl:propertyDisjointWith :q . :a :p 'x'@en ; :q 'x'@en ."
    with pytest.raises(BuildFailed, match=r'contradicts itself .*"x"@en'):
        reason.close(turtle.read(PREFIXES + text))


def test_an_axiom_without_a_rule_is_not_ignored() -> None:
    text = PREFIXES + ":A owl:hasKey ( :p ) ."
    with pytest.raises(BuildFailed, match="owl:hasKey"):
        reason.close(turtle.read(text))


def test_the_result_is_sorted_and_new() -> None:
    given = turtle.read(PREFIXES + RULES["prp-trp"])
    found = reason.close(given)
    assert found == sorted(found, key=str)
    assert not {Quad(*triple) for triple in found} & set(given)


def test_rules_are_named_after_the_specification(tmp_path: Path) -> None:
    rules = Path(reason.__file__).with_name("rules")
    for path in rules.rglob("*.r[qu]"):
        assert path.read_text(encoding="utf-8").startswith(f"# {path.stem}"), path
