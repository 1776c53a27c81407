"""
The OWL 2 RL closure of the graph: what follows from it, and is worth saying.

`reasonable` does the work, 50 to 100 times faster than `owlrl`. It leaves out property
chains (prp-spo2) and the domains and ranges of terms (scm-dom*, scm-rng*); these are
applied here, in turn with it, until nothing new follows. `tests/test_reason.py` shows
for each rule, and for the whole ontology with a graph, that `owlrl` finds the same.

Specification: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from socprot.namespaces import PREFIXES

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

_RDF, _RDFS, _OWL, _XSD = (PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd"))
_LANGUAGE = (_RDF, _RDFS, _OWL, _XSD)
_FIRST, _REST = NamedNode(_RDF + "first"), NamedNode(_RDF + "rest")
_NIL, _TYPE = NamedNode(_RDF + "nil"), NamedNode(_RDF + "type")
_CHAIN = NamedNode(_OWL + "propertyChainAxiom")
_REFLEXIVE = {
    NamedNode(_OWL + "equivalentClass"),
    NamedNode(_OWL + "equivalentProperty"),
    NamedNode(_OWL + "sameAs"),
    NamedNode(_RDFS + "subClassOf"),
    NamedNode(_RDFS + "subPropertyOf"),
}
_EVERYTHING = {NamedNode(_OWL + "Thing"), NamedNode(_RDFS + "Resource")}
_NOTHING = NamedNode(_OWL + "Nothing")


def close(asserted: Iterable[Quad]) -> list[Triple]:
    """Return the triples that follow and are not trivial, in a stable order."""
    given = {quad.triple for quad in asserted}
    codes = _Codes()
    store = Store()
    store.bulk_extend(Quad(*codes.encode(triple)) for triple in given)
    rules = [*_rules(), *_chains(store)]
    reasoner = _reasoner(quad.triple for quad in store)
    known: set[object] = set()
    while True:
        results = [result for result in reasoner.reason() if result not in known]
        known.update(results)
        store.bulk_extend(_plain(results))
        added = {
            triple
            for rule in rules
            for triple in _constructed(store, rule)
            if Quad(*triple) not in store
        }
        if not added:
            break
        store.bulk_extend(Quad(*triple) for triple in added)
        reasoner.from_graph([_rdflib(triple) for triple in added])
    found = {codes.decode(quad.triple) for quad in store} - given
    return sorted((triple for triple in found if not is_trivial(triple)), key=str)


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


class _Codes:
    """IRIs that stand for literals and blank nodes while the reasoner works.

    It would change the spelling of the ones and the names of the others.
    """

    def __init__(self) -> None:
        self._code: dict[Term, NamedNode] = {}
        self._term: dict[NamedNode, Term] = {}

    def encode(self, triple: Triple) -> Triple:
        subject, predicate, value = triple
        return Triple(self._coded(subject), predicate, self._coded(value))

    def _coded(self, term: Term) -> NamedNode:
        if isinstance(term, NamedNode):
            return term
        if term not in self._code:
            code = NamedNode(f"urn:socprot:term:{len(self._code)}")
            self._code[term], self._term[code] = code, term
        return self._code[term]

    def decode(self, triple: Triple) -> Triple:
        subject, predicate, value = triple
        found = self._term.get(value, value)
        source = self._term.get(subject, subject)
        # What follows about a literal is no RDF; it is dropped as trivial.
        if isinstance(source, Literal):
            source = BlankNode()
        return Triple(source, predicate, found)


def _rules() -> Iterator[str]:
    for file in sorted(resources.files("socprot").joinpath("rules").iterdir(), key=str):
        yield file.read_text(encoding="utf-8")


def _chains(store: Store) -> Iterator[str]:
    """Write each property chain as the property path that it is (prp-spo2)."""
    for axiom in store.quads_for_pattern(None, _CHAIN, None):
        steps = "/".join(str(step) for step in _list(store, axiom.object))
        yield f"CONSTRUCT {{ ?x {axiom.subject} ?y }} WHERE {{ ?x {steps} ?y }}"


def _list(store: Store, cell: Term) -> Iterator[Term]:
    while cell != _NIL:
        yield _only(store, cell, _FIRST)
        cell = _only(store, cell, _REST)


def _only(store: Store, subject: Term, predicate: NamedNode) -> Term:
    (quad,) = store.quads_for_pattern(subject, predicate, None)  # type: ignore[arg-type]
    return quad.object


def _constructed(store: Store, rule: str) -> QueryTriples:
    answer = store.query(rule)
    assert isinstance(answer, QueryTriples)
    return answer


def _reasoner(triples: Iterable[Triple]) -> Any:
    from reasonable import PyReasoner  # type: ignore[import-untyped]  # it has no types

    reasoner = PyReasoner()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asserted.ttl"  # it reads no N-Triples by that name
        serialize(triples, path, RdfFormat.N_TRIPLES)
        reasoner.load_file(str(path))
    return reasoner


def _plain(results: Sequence[tuple[str, str, str]]) -> Iterator[Quad]:
    """Turn rdflib's terms, which are all IRIs here, into pyoxigraph's."""
    from rdflib import URIRef

    nodes: dict[str, NamedNode] = {}
    for result in results:
        if all(isinstance(term, URIRef) for term in result):
            for term in result:
                if term not in nodes:
                    nodes[term] = NamedNode(term)
            subject, predicate, value = (nodes[term] for term in result)
            yield Quad(subject, predicate, value)


def _rdflib(triple: Triple) -> tuple[object, ...]:
    from rdflib import URIRef

    return tuple(URIRef(term.value) for term in triple)
