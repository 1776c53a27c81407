"""Which patterns of a query its variables come from, as far as that can be told."""

import logging
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode
from rdflib.paths import MulPath, Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Literal as Value
from rdflib.term import URIRef, Variable

_PATIENCE = 0.5  # seconds of processor time

Part: TypeAlias = str | NamedNode | BlankNode | DefaultGraph | Literal | None
"""The name of a variable; a term; or None, which is anything."""


@dataclass(frozen=True)
class Pattern:
    """What a triple pattern asks of the triple that a value is the object of."""

    subject: Part
    predicate: Part
    graph: Part


@dataclass
class Columns:
    """A query, understood.

    Attributes:
        patterns: by the name of a variable, those whose object it is.
        computed: variables that may have values that are in no triple.
        template: what a CONSTRUCT makes, each as subject, predicate and object.
        nested: whether two variables of one name may be two.
    """

    patterns: dict[str, list[Pattern]] = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)
    template: list[tuple[Part, ...]] = field(default_factory=list)
    nested: bool = False


def understood(query: str, *, whole: bool) -> Columns | None:
    """Look at a query; None where it is too complicated for that.

    Args:
        whole: whether its default graph is that of the store.
    """
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)
    try:
        algebra = translateQuery(parseQuery(query)).algebra
        return _Reader(algebra, whole=whole).columns
    except Exception:  # of many kinds, also where an engine that knows more understands
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def prepare() -> None:
    """Import what a first query would: a worker can open no file any more.

    rdflib would also warn of every value in a query that its datatype does not allow.
    """
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    query = "SELECT (COUNT(*) AS ?n) { ?s <x:p>/<x:q>* ?o } GROUP BY ?s"
    _Reader(translateQuery(parseQuery(query)).algebra, whole=True)


def _give_up(_number: int, _frame: object) -> None:
    raise TimeoutError


class _Reader:
    """Goes through the algebra of a query (SPARQL 1.1 Query, section 18.2)."""

    def __init__(self, algebra: Any, *, whole: bool) -> None:
        self.columns = Columns()
        self._projections = 0
        self._samples: dict[Variable, Variable] = {}
        default = DefaultGraph() if whole and not algebra.datasetClause else None
        if algebra.name == "DescribeQuery":  # whatever it is, by triples that there are
            self.columns.patterns["o"] = [Pattern("s", "p", default)]
            self.columns.template = [("s", "p", "o")]
            return
        self._read(algebra.p, default)
        self.columns.nested = self._projections > 1
        if algebra.name == "ConstructQuery":
            made = algebra.template
            if made is None:  # CONSTRUCT WHERE
                made = [
                    triple for bgp in _all(algebra.p, "BGP") for triple in bgp.triples
                ]
            self.columns.template = [tuple(map(_part, triple)) for triple in made]

    def _read(self, node: Any, graph: Part) -> None:
        if not isinstance(node, CompValue):
            return
        match node.name:
            case "BGP":
                for subject, predicate, value in node.triples:
                    self._triple(subject, predicate, value, graph)
            case "Graph":
                graph = _part(node.term)
            case "Project":
                self._projections += 1
            case "AggregateJoin":
                self._samples |= {
                    one.res: one.vars
                    for one in node.A
                    if one.name == "Aggregate_Sample"
                }
            case "values":
                self.columns.computed |= {str(name) for row in node.res for name in row}
        for inner in ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2"):
            self._read(node.get(inner), graph)
        # A variable that is grouped by is, to rdflib, a sample of itself.
        if node.name == "Extend" and self._samples.get(node.expr) != node.var:
            self.columns.computed.add(str(node.var))

    def _triple(self, subject: Any, predicate: Any, value: Any, graph: Part) -> None:
        ends = [end for end in (subject, value) if isinstance(end, Variable)]
        if isinstance(predicate, Path):
            if _may_be_empty(predicate):
                self.columns.computed |= set(map(str, ends))
            for end in ends:
                self._note(end, Pattern(None, None, graph))
        elif isinstance(value, Variable):
            self._note(value, Pattern(_part(subject), _part(predicate), graph))

    def _note(self, variable: Variable, pattern: Pattern) -> None:
        self.columns.patterns.setdefault(str(variable), []).append(pattern)


def _all(node: Any, name: str) -> Iterator[Any]:
    """The nodes of one kind in an algebra without expressions."""
    if isinstance(node, CompValue):
        if node.name == name:
            yield node
        for inner in ("p", "p1", "p2"):
            yield from _all(node.get(inner), name)


def _part(term: Any) -> Part:
    if isinstance(term, Variable):
        return str(term)
    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, Value):
        return Literal(str(term))  # never looked at, but that it is one
    return None


def _may_be_empty(path: Any) -> bool:
    """Whether both ends of a path may be the same, and thus in no triple."""
    if isinstance(path, MulPath) and path.zero:
        return True
    parts = [*getattr(path, "args", ()), *vars(path).values()]
    return any(_may_be_empty(part) for part in parts if isinstance(part, Path))
