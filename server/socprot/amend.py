"""
The closure of a changed graph, from the closure before: only what the change reaches.

Delete and rederive (Gupta, Mumick, Subrahmanian 1993): what rested on a removed triple
goes; of that, what still follows otherwise comes back; then what follows from the new
triples is added. The rules are those of `rules/` that speak of things, read in both
directions. Where the change touches an axiom, or the graph says that two names are the
same thing, the reasoner must do it all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from socprot import reason
from socprot.errors import BuildFailed
from socprot.kept import Unusable
from socprot.namespaces import PREFIXES

_RDF, _RDFS, _OWL = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))
_TYPE = NamedNode(_RDF + "type")
# The rules that are written down here too; with any other, this module is no use.
_NAMES = """
scm-dom scm-eqc scm-eqp scm-rng scm-sco scm-spo
eq prp-fp
prp-inv prp-spo1 prp-symp cax-sco prp-dom prp-rng
cax-dw cls-nothing2 eq-diff1 prp-asyp prp-pdw
"""  # of axioms, which do not change; of what is the same; of things; contradictions
RULES = frozenset(_NAMES.split())
_SAME = "sameAs", "FunctionalProperty", "InverseFunctionalProperty"
_FIRST, _REST = NamedNode(_RDF + "first"), NamedNode(_RDF + "rest")
_AXIOM_CLASSES = {
    NamedNode(f"{_OWL}{kind}Property")
    for kind in ("Symmetric", "Transitive", "Asymmetric", "Irreflexive")
}
_AXIOMS = {_FIRST, _REST} | {
    NamedNode(_RDFS + name)
    for name in ("subClassOf", "subPropertyOf", "domain", "range")
}
_MOST = 20_000  # triples that may go or come

Match = Callable[[Any, Any, Any], Iterator[Triple]]


class Closed:
    """A closed graph: a store in which some graphs are it, and what differs by now."""

    def __init__(self, store: Store, graphs: Iterable[NamedNode]) -> None:
        self._store = store
        self._graphs = list(graphs)
        self._extra = Store()
        self.added: set[Triple] = set()
        self.removed: set[Triple] = set()

    def was(self, triple: Triple) -> bool:
        """Whether the store has it."""
        return any(
            Quad(triple.subject, triple.predicate, triple.object, graph) in self._store
            for graph in self._graphs
        )

    def __contains__(self, triple: Triple) -> bool:
        if triple in self.added:
            return True
        return triple not in self.removed and self.was(triple)

    def match(self, subject: Any, predicate: Any, value: Any) -> Iterator[Triple]:
        """The triples with these terms; None stands for any term."""
        for graph in self._graphs:
            for quad in self._store.quads_for_pattern(subject, predicate, value, graph):
                if not self.removed or quad.triple not in self.removed:
                    yield quad.triple
        if self.added:
            for quad in self._extra.quads_for_pattern(subject, predicate, value):
                yield quad.triple

    def add(self, triple: Triple) -> None:
        """Add a triple that is not there."""
        self.removed.discard(triple)
        if not self.was(triple):
            self.added.add(triple)
            self._extra.add(Quad(*triple))


@dataclass
class Axioms:
    """What the ontology says, by property and class, as rules are read forwards.

    Attributes:
        wider: properties and classes, with those above them.
        inverse: properties, with their inverses; a symmetric one has itself.
        chains: the head and the steps of each chain, by each property in it.
    """

    wider: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    narrower: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    inverse: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    domain: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    range: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    with_domain: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    with_range: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))
    transitive: set[Any] = field(default_factory=set)
    chains: dict[Any, list[tuple[Any, list[Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    made: dict[Any, list[list[Any]]] = field(default_factory=lambda: defaultdict(list))


def axioms(graph: Closed) -> Axioms:
    """Read the axioms of a closed graph.

    Raises:
        Unusable: some are of a kind that this module does not follow.
    """
    if reason.names() != RULES:
        raise Unusable("there are rules that cannot be followed by change")
    for name in _SAME:
        word = NamedNode(_OWL + name)
        found = chain(graph.match(None, word, None), graph.match(None, _TYPE, word))
        if next(found, None) is not None:
            raise Unusable(f"the graph says something of owl:{name}")
    read = Axioms()
    for name in ("subClassOf", "subPropertyOf"):
        for low, _, high in graph.match(None, NamedNode(_RDFS + name), None):
            if low != high:
                read.wider[low].add(high)
                read.narrower[high].add(low)
    for one, _, other in graph.match(None, NamedNode(_OWL + "inverseOf"), None):
        read.inverse[one].add(other)
        read.inverse[other].add(one)
    symmetric = NamedNode(_OWL + "SymmetricProperty")
    for own, _, _ in graph.match(None, _TYPE, symmetric):
        read.inverse[own].add(own)
    for own, _, kind in graph.match(None, NamedNode(_RDFS + "domain"), None):
        read.domain[own].add(kind)
        read.with_domain[kind].add(own)
    for own, _, kind in graph.match(None, NamedNode(_RDFS + "range"), None):
        read.range[own].add(kind)
        read.with_range[kind].add(own)
    transitive = NamedNode(_OWL + "TransitiveProperty")
    read.transitive = {t.subject for t in graph.match(None, _TYPE, transitive)}
    chained = NamedNode(_OWL + "propertyChainAxiom")
    for head, _, cell in graph.match(None, chained, None):
        steps = list(_list(graph, cell))
        read.made[head].append(steps)
        for step in set(steps):
            read.chains[step].append((head, steps))
    return read


def amend(
    graph: Closed,
    removed: Iterable[Triple],
    added: Iterable[Triple],
    is_given: Callable[[Triple], bool],
) -> None:
    """Close a graph again, after some triples have gone and others have come.

    Args:
        graph: as it was; `graph.removed` and `graph.added` say afterwards what differs.
        removed: what was given and is not any more.
        added: what is given now and was not.
        is_given: whether a triple is given now, old or new.

    Raises:
        Unusable: the change touches an axiom, reaches far or makes a contradiction.
    """
    read = axioms(graph)
    added = list(added)
    gone = {triple for triple in removed if not is_given(triple)}
    queue = list(gone)
    for triple in _bounded(queue):
        # The graph is still as it was: everything that may have rested on it is found.
        for following in set(_follow(triple, read, graph.match)):
            if following not in gone and not is_given(following):
                gone.add(following)
                queue.append(following)
    graph.removed = gone
    queue = [triple for triple in added if triple not in graph]
    for triple in queue:
        graph.add(triple)
    for triple in [t for t in gone if t in graph.removed]:
        if _is_derived(triple, read, graph):
            graph.add(triple)
            queue.append(triple)
    for triple in _bounded(queue):
        for following in set(_follow(triple, read, graph.match)):
            if following not in graph:
                graph.add(following)
                queue.append(following)
    _refuse_contradictions(graph)


def _bounded(queue: list[Triple]) -> Iterator[Triple]:
    """Go through a growing list.

    Raises:
        Unusable: it grows too long, or comes to an axiom.
    """
    for number, triple in enumerate(queue):
        _, predicate, value = triple
        if number > _MOST:
            raise Unusable("the change reaches far")
        if predicate in _AXIOMS or predicate.value.startswith(_OWL):
            raise Unusable(f"the change touches an axiom: {triple}")
        if predicate == _TYPE and value in _AXIOM_CLASSES:
            raise Unusable(f"the change touches an axiom: {triple}")
        yield triple


def _follow(triple: Triple, read: Axioms, match: Match) -> Iterator[Triple]:
    """What follows from a triple in one step, with others that match."""
    subject, predicate, value = triple
    assert isinstance(predicate, NamedNode)
    for wide in read.wider.get(predicate, ()):  # prp-spo1
        yield Triple(subject, wide, value)
    for kind in read.domain.get(predicate, ()):  # prp-dom
        yield Triple(subject, _TYPE, kind)
    if predicate == _TYPE:
        for wide in read.wider.get(value, ()):  # cax-sco
            yield Triple(subject, _TYPE, wide)
    for head, steps in read.chains.get(predicate, ()):  # prp-spo2
        for place, step in enumerate(steps):
            if step == predicate:
                yield from (
                    Triple(start, head, end)
                    for start in _walk({subject}, steps[:place][::-1], match, back=True)
                    for end in _walk({value}, steps[place + 1 :], match)
                )
    if predicate in read.transitive:  # prp-trp
        for before in match(None, predicate, subject):
            yield Triple(before.subject, predicate, value)
    if isinstance(value, Literal):
        return
    for other in read.inverse.get(predicate, ()):  # prp-inv, prp-symp
        yield Triple(value, other, subject)
    for kind in read.range.get(predicate, ()):  # prp-rng
        yield Triple(value, _TYPE, kind)
    if predicate in read.transitive:
        for after in match(value, predicate, None):
            yield Triple(subject, predicate, after.object)


def _is_derived(triple: Triple, read: Axioms, graph: Closed) -> bool:
    """Whether a triple follows in one step from what is there."""
    subject, predicate, value = triple

    def some(*pattern: Any) -> bool:
        return next(graph.match(*pattern), None) is not None

    if any(Triple(subject, p, value) in graph for p in read.narrower[predicate]):
        return True
    if predicate == _TYPE:
        kinds = read.narrower[value]
        if any(Triple(subject, _TYPE, kind) in graph for kind in kinds):
            return True
        if any(some(subject, p, None) for p in read.with_domain[value]):
            return True
        if any(some(None, p, subject) for p in read.with_range[value]):
            return True
    for steps in read.made.get(predicate, ()):
        if value in _walk({subject}, steps, graph.match):
            return True
    if predicate in read.transitive:
        found = graph.match(subject, predicate, None)
        between = (t.object for t in found if not isinstance(t.object, Literal))
        if any(Triple(term, predicate, value) in graph for term in between):
            return True
    if isinstance(value, Literal):
        return False
    return any(Triple(value, p, subject) in graph for p in read.inverse[predicate])


def _walk(
    terms: set[Any], steps: list[Any], match: Match, back: bool = False
) -> set[Any]:
    """Where a path leads to, or, backwards, where it may come from."""
    for step in steps:
        if back:
            terms = {t.subject for term in terms for t in match(None, step, term)}
        else:
            subjects = (term for term in terms if not isinstance(term, Literal))
            terms = {t.object for term in subjects for t in match(term, step, None)}
    return terms


def _list(graph: Closed, cell: Any) -> Iterator[Any]:
    while isinstance(cell, BlankNode):
        (first,) = {t.object for t in graph.match(cell, _FIRST, None)}
        (cell,) = {t.object for t in graph.match(cell, _REST, None)}
        yield first


def _refuse_contradictions(graph: Closed) -> None:
    """Look for contradictions about what is new; the graph before had none.

    Raises:
        Unusable: there is one, or a word of OWL without a rule; the full build tells.
    """
    near = {term for t in graph.added for term in (t.subject, t.object)}
    store = Store()
    for term in near:
        if not isinstance(term, Literal):
            store.extend(Quad(*triple) for triple in graph.match(term, None, None))
    for name in ("disjointWith", "propertyDisjointWith", "differentFrom"):
        store.extend(Quad(*t) for t in graph.match(None, NamedNode(_OWL + name), None))
    for kind in _AXIOM_CLASSES:
        store.extend(Quad(*triple) for triple in graph.match(None, _TYPE, kind))
    try:
        reason.refuse_unknown(Quad(*triple) for triple in graph.added)
    except BuildFailed as error:
        raise Unusable(str(error)) from error
    if any(reason.contradictions(store)):
        raise Unusable("the graph contradicts itself")
