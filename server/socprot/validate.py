"""
Check a graph against the shapes (SHACL) and the hygiene queries.

pySHACL does the checking. It is given rdflib's own graph (over a pyoxigraph store it
takes a hundred times as long), and in it only what a shape can look at.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    Triple,
)

from socprot.errors import BuildFailed
from socprot.namespaces import PREFIXES
from socprot.queries import Query

if TYPE_CHECKING:
    import rdflib

_SH, _RDF, _RDFS = PREFIXES["sh"], PREFIXES["rdf"], PREFIXES["rdfs"]
VIOLATION = _SH + "Violation"

_AT_ONCE = 2  # queries

_PROPERTY = NamedNode(_SH + "property")
_TARGETS = {
    _SH + "targetClass",
    _SH + "targetNode",
    _SH + "targetObjectsOf",
    _SH + "targetSubjectsOf",
}

# Shapes that use these may look at any triple, so nothing can be left out for them.
_FAR_SIGHTED = ("closed", "sparql", "js", "rule", "target", "expression")


@dataclass(frozen=True, order=True)
class Finding:
    """What one constraint says about one node.

    Attributes:
        focus, shape, component, severity: IRIs; the component is the constraint's.
        message: what the shape says to the curator.
        path: the IRI of the property, where it is one.
        value: the value that is wrong, as in N-Triples; "" where one is missing.
    """

    focus: str
    shape: str
    component: str
    severity: str
    message: str
    path: str = ""
    value: str = ""

    @property
    def is_violation(self) -> bool:
        return self.severity == VIOLATION

    @property
    def row(self) -> tuple[str, ...]:
        """Node, property and value, as a hygiene query that finds the same has them."""
        path = f"<{self.path}>" if self.path else ""
        return tuple(term for term in (f"<{self.focus}>", path, self.value) if term)


def shacl(data: Iterable[Quad], shapes: Sequence[Quad]) -> list[Finding]:
    """Check `data` against `shapes`, and return what is found, in a stable order."""
    from pyshacl import validate

    # rdflib logs a traceback for each ill-typed literal; the shapes say it better.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    seen = _visible(shapes)
    _, report, _ = validate(
        _graph(quad for quad in data if seen is None or quad.predicate.value in seen),
        shacl_graph=_graph(aimed(shapes)),
        inplace=True,  # nobody needs the graph afterwards
    )
    if not hasattr(report, "subjects"):
        raise BuildFailed(f"the shapes cannot be used: {report}")
    return sorted(set(_findings(report)))


def aimed(shapes: Sequence[Quad]) -> list[Quad]:
    """Aim property shapes at the targets of their node shapes.

    A shape is then evaluated once for all its focus nodes, and not once for each of
    them; the results are the same. What another shape refers to is left as it is.
    """
    properties: dict[object, list[Quad]] = {}
    targets: dict[object, list[Quad]] = {}
    mentioned = {quad.object for quad in shapes if quad.predicate != _PROPERTY}
    for quad in shapes:
        if quad.predicate == _PROPERTY:
            properties.setdefault(quad.subject, []).append(quad)
        elif quad.predicate.value in _TARGETS:
            targets.setdefault(quad.subject, []).append(quad)
    moved: set[Quad] = set()
    added: set[Quad] = set()
    for shape, aims in targets.items():
        if shape in mentioned:
            continue
        for link in properties.get(shape, []):
            if isinstance(link.object, NamedNode):
                moved.add(link)
                added |= {Quad(link.object, q.predicate, q.object) for q in aims}
    return [quad for quad in shapes if quad not in moved] + sorted(added, key=str)


def _visible(shapes: Iterable[Quad]) -> set[str] | None:
    """The predicates that these shapes look at; None where it may be any."""
    paths = {_RDF + "type", _RDFS + "subClassOf"}
    for quad in shapes:
        predicate = quad.predicate.value
        if predicate in {_SH + word for word in _FAR_SIGHTED}:
            return None
        # A path is an IRI or a structure of them; so are the other properties that a
        # constraint compares with. All of these are objects somewhere in the shapes.
        if isinstance(quad.object, NamedNode):
            paths.add(quad.object.value)
    return paths


def _graph(quads: Iterable[Quad]) -> "rdflib.Graph":
    """Copy into rdflib, without touching the spelling of literals."""
    import rdflib
    from rdflib.term import BNode, Node, URIRef

    known: dict[object, Node] = {}

    def term(of: NamedNode | BlankNode | Literal | Triple) -> Node:
        if of not in known:
            if isinstance(of, NamedNode):
                known[of] = URIRef(of.value)
            elif isinstance(of, BlankNode):
                known[of] = BNode(of.value)
            elif isinstance(of, Literal):
                datatype = None if of.language else URIRef(of.datatype.value)
                known[of] = rdflib.Literal(
                    of.value, of.language, _plain(datatype), normalize=False
                )
        return known[of]

    graph = rdflib.Graph(bind_namespaces="none")
    for subject, predicate, value, _ in quads:
        graph.add((term(subject), term(predicate), term(value)))
    return graph


def _plain(datatype: "rdflib.URIRef | None") -> "rdflib.URIRef | None":
    """A string without a datatype and an xsd:string are the same, but not to rdflib."""
    return None if datatype == PREFIXES["xsd"] + "string" else datatype


def _findings(report: "rdflib.Graph") -> Iterator[Finding]:
    from rdflib import RDF, SH, URIRef

    for result in report.subjects(RDF.type, SH.ValidationResult):
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        messages = sorted(str(m) for m in report.objects(result, SH.resultMessage))
        yield Finding(
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.sourceShape)),
            str(report.value(result, SH.sourceConstraintComponent)),
            str(report.value(result, SH.resultSeverity)),
            " ".join(messages),
            str(path) if isinstance(path, URIRef) else "",
            value.n3() if value is not None and hasattr(value, "n3") else "",
        )


@dataclass(frozen=True)
class Fault:
    """A row that a hygiene query found, though it should find none.

    Attributes:
        row: the terms by variable, in the order of the query, as in N-Triples.
    """

    query: Query
    row: Mapping[str, str]


def hygiene(ask: Callable[[str], Any], queries: Iterable[Query]) -> list[Fault]:
    """Ask the hygiene queries, several at a time; return every row that they find.

    Raises:
        BuildFailed: one is no SELECT query.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # the store works beside Python
        found = pool.map(lambda query: list(_faults(ask, query)), queries)
        return [fault for faults in found for fault in faults]


def _faults(ask: Callable[[str], Any], query: Query) -> Iterator[Fault]:
    try:
        answer = ask(query.text)
    except SyntaxError as error:
        raise BuildFailed(
            f"{query.path.name} is not SPARQL: {error.msg} (line {error.lineno})."
        ) from None
    if not isinstance(answer, QuerySolutions):
        raise BuildFailed(f"{query.path.name} must be a SELECT query.")
    names = [variable.value for variable in answer.variables]
    for row in answer:
        found = {name: str(row[name]) for name in names if row[name] is not None}
        yield Fault(query, found)
