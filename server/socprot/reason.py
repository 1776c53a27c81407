"""
The OWL 2 RL closure of the graph: what follows from it, and is worth saying.

Each rule is a SPARQL Update in `rules/`, named as in the specification, and is applied
until nothing new follows: that takes a second where `owlrl`, which is written in
Python, takes minutes. `tests/test_reason.py` shows for each rule, and for the whole
ontology with a graph, that `owlrl` finds the same.

An axiom for which there is no rule here stops the build rather than being ignored.
Specification: https://www.w3.org/TR/owl2-profiles/ section 4.3.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import cycle
from typing import TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    Store,
    Triple,
)

from socprot import turtle
from socprot.errors import BuildFailed
from socprot.namespaces import PREFIXES
from socprot.problem import Problem, refuse

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

_RDF, _RDFS, _OWL, _XSD = (PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd"))
_LANGUAGE = (_RDF, _RDFS, _OWL, _XSD)
_FIRST, _REST = NamedNode(_RDF + "first"), NamedNode(_RDF + "rest")
_NIL, _TYPE = NamedNode(_RDF + "nil"), NamedNode(_RDF + "type")
_SUB_PROPERTY = NamedNode(_RDFS + "subPropertyOf")
_CHAIN = NamedNode(_OWL + "propertyChainAxiom")
_TRANSITIVE = NamedNode(_OWL + "TransitiveProperty")
_REFLEXIVE = {
    NamedNode(_OWL + "equivalentClass"),
    NamedNode(_OWL + "equivalentProperty"),
    NamedNode(_OWL + "sameAs"),
    NamedNode(_RDFS + "subClassOf"),
    NamedNode(_RDFS + "subPropertyOf"),
}
_EVERYTHING = {NamedNode(_OWL + "Thing"), NamedNode(_RDFS + "Resource")}
_NOTHING = NamedNode(_OWL + "Nothing")

# The words of OWL that the rules know, and those that have no consequence.
_WORDS = """
AnnotationProperty AsymmetricProperty Class DatatypeProperty FunctionalProperty
InverseFunctionalProperty IrreflexiveProperty NamedIndividual Nothing ObjectProperty
Ontology SymmetricProperty Thing TransitiveProperty deprecated differentFrom
disjointWith equivalentClass equivalentProperty imports inverseOf priorVersion
propertyChainAxiom propertyDisjointWith sameAs versionIRI versionInfo
"""
_KNOWN = frozenset(_OWL + word for word in re.findall(r"\w+", _WORDS))


def close(asserted: Iterable[Quad]) -> list[Triple]:
    """Return the triples that follow and are not trivial, in a stable order.

    Raises:
        BuildFailed: the graph contradicts itself, or uses an axiom without a rule.
    """
    return [triple for triple in follow(asserted) if not is_trivial(triple)]


def follow(asserted: Iterable[Quad]) -> list[Triple]:
    """Return all triples that follow, in a stable order.

    Raises:
        BuildFailed: as `close`.
    """
    store = Store()
    store.bulk_extend(asserted)
    given = set(store)
    refuse_unknown(given)
    groups = [_read(group) for group in ("1-schema", "2-property", "3-class")]
    groups[1] += [*_chains(store), *_transitive(store)]
    quiet = -1  # how many groups have found nothing since one last did
    for group in cycle(groups):
        size = len(store)
        _apply(store, group)
        quiet = quiet + 1 if len(store) == size else 0
        if quiet == len(groups) - 1:
            break
    if problems := list(contradictions(store)):
        raise refuse(problems)
    return sorted((q.triple for q in store if q not in given), key=str)


def is_trivial(triple: Triple) -> bool:
    """Whether a triple says nothing: it holds of any graph, or only of the notation."""
    subject, predicate, value = triple
    if not isinstance(subject, NamedNode) or isinstance(value, BlankNode):
        return True
    if subject.value.startswith(_LANGUAGE) or _NOTHING in (subject, value):
        return True
    if predicate in _REFLEXIVE and subject == value:
        return True
    if value in _EVERYTHING:
        return True
    is_type = predicate == _TYPE and isinstance(value, NamedNode)
    return is_type and value.value.startswith(_LANGUAGE)


def names() -> frozenset[str]:
    """The names of all rules."""
    groups = ("1-schema", "2-property", "3-class", "inconsistent")
    return frozenset(
        file.name.partition(".")[0] for group in groups for file in _folder(group)
    )


def _folder(name: str) -> list[Traversable]:
    folder = resources.files("socprot").joinpath("rules", name)
    return sorted(folder.iterdir(), key=lambda file: file.name)


def _read(group: str) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in _folder(group)]


def _apply(store: Store, rules: Iterable[str]) -> None:
    """Apply rules until nothing new follows from them."""
    size = -1
    while size < len(store):
        size = len(store)
        for rule in rules:
            store.update(rule)


def _chains(store: Store) -> Iterator[str]:
    """Write each property chain as the property path that it is (prp-spo2)."""
    for axiom in store.quads_for_pattern(None, _CHAIN, None):
        steps = "/".join(str(step) for step in _list(store, axiom.object))
        yield f"INSERT {{ ?x {axiom.subject} ?y }} WHERE {{ ?x {steps} ?y }}"


def _transitive(store: Store) -> Iterator[str]:
    """Write each transitive property as a path too: one step, not many (prp-trp)."""
    for axiom in store.quads_for_pattern(None, _TYPE, _TRANSITIVE):
        own = axiom.subject
        yield f"INSERT {{ ?x {own} ?y }} WHERE {{ ?x {own}+ ?y }}"


def _list(store: Store, cell: Term) -> Iterator[Term]:
    while cell != _NIL and isinstance(cell, NamedNode | BlankNode):
        yield _only(store, cell, _FIRST)
        cell = _only(store, cell, _REST)


def _only(store: Store, subject: NamedNode | BlankNode, predicate: NamedNode) -> Term:
    (quad,) = store.quads_for_pattern(subject, predicate, None)
    return quad.object


def refuse_unknown(given: Iterable[Quad]) -> None:
    """Refuse words of OWL for which there is no rule.

    Raises:
        BuildFailed: there are some.
    """
    used = {
        term.value
        for _, predicate, value, _ in given
        for term in (predicate, value if predicate == _TYPE else None)
        if isinstance(term, NamedNode) and term.value.startswith(_OWL)
    }
    if unknown := sorted(turtle.name(word) for word in used - _KNOWN):
        raise BuildFailed(
            f"the ontology uses {', '.join(unknown)}, for which socprot.reason has no "
            "rule: say it in SHACL, or add the rule to server/socprot/rules/."
        )


def contradictions(store: Store) -> Iterator[Problem]:
    """What a closed graph says and cannot be."""
    for file in _folder("inconsistent"):
        text = file.read_text(encoding="utf-8")
        answer = store.query(text)
        assert isinstance(answer, QuerySolutions)
        law = text.partition("\n")[0].removeprefix("# ").partition(": ")[2]
        for row in answer:
            terms = [_shown(term) for term in row]
            yield Problem(
                "",
                None,
                terms[0],
                f"The graph contradicts itself ({', '.join(terms)}): {law}",
                file.name.removesuffix(".rq"),
                "Correct one of the statements, or the axiom in ontology/.",
            )


def _shown(term: object) -> str:
    return turtle.name(term.value) if isinstance(term, NamedNode) else str(term)
