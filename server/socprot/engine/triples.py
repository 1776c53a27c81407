"""Write graphs, the answer to CONSTRUCT and DESCRIBE: each triple once, grouped."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from socprot.engine.outlet import Outlet, too_many_rows
from socprot.errors import NotAcceptable
from socprot.namespaces import PREFIXES

FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE = NamedNode(_RDF + "type")
_PLAIN = (
    NamedNode(_RDF + "langString"),
    NamedNode("http://www.w3.org/2001/XMLSchema#string"),
)
# RDF 1.1 XML Syntax, section 5.1: what may not be a property element, and rdf:li, which
# would be read as something else.
_NO_ELEMENTS = (
    "RDF ID about parseType resource nodeID datatype Description li aboutEach "
    "aboutEachPrefix bagID"
)
_RESERVED = {_RDF + name for name in _NO_ELEMENTS.split()}
# Namespaces in XML 1.0: an NCName at the end, which the writer splits off.
_START = (
    r"A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF"
    r"\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_ENDS_IN_NAME = rf"[{_START}][{_START}0-9.\-\u00B7\u0300-\u036F\u203F-\u2040]*\Z"
_HEADER = re.compile(rb"(?:@prefix [^\n]*\n)+")
_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG)
# Of these, a part may be well formed; and comments may stand at their end.
_LINES = (*_WITH_PREFIXES, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)


def write(
    answer: Iterable[Triple],
    media_type: str,
    prefixes: Mapping[str, str],
    rows: int,
    outlet: Outlet,
) -> None:
    """Write a graph.

    Raises:
        AnswerTooLarge: it has too many triples.
        NotAcceptable: it cannot be written in this format.
    """
    triples = sorted(_graph(answer, rows), key=_order)
    rdf_format = FORMATS[media_type]
    used = None
    if rdf_format == RdfFormat.RDF_XML:
        _check_names(triples)
        used = _used(PREFIXES, triples)
    elif rdf_format in _WITH_PREFIXES:
        used = _used({**PREFIXES, **prefixes}, triples)
    data = serialize(triples, format=rdf_format, prefixes=used) or b""
    if rdf_format in _WITH_PREFIXES:
        data = _tidy(data)
    if rdf_format in _LINES and not outlet.holds(len(data)):
        # Cut at the end of a line, the rest would be well formed.
        data += f"# complete: {len(triples):,} triples\n".encode()
    outlet.write(data)


def _tidy(turtle: bytes) -> bytes:
    """Sort the prefixes, which the writer leaves in any order, and set them apart."""
    match = _HEADER.match(turtle)
    if match is None:
        return turtle
    header = b"\n".join(sorted(match.group().splitlines()))
    return header + b"\n\n" + turtle[match.end() :]


def _graph(answer: Iterable[Triple], rows: int) -> Iterable[Triple]:
    """Every triple once: the template may make one many times, a graph has it once."""
    graph: dict[Triple, None] = {}
    for triple in answer:
        graph[triple] = None
        if len(graph) > rows:
            raise too_many_rows(rows)
    return graph


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    """By subject, its types first."""
    is_other = triple.predicate != _TYPE
    return str(triple.subject), is_other, str(triple.predicate), str(triple.object)


def _used(prefixes: Mapping[str, str], triples: list[Triple]) -> dict[str, str]:
    """The prefixes that shorten something, one per namespace: the last one."""
    iris = sorted(set(_iris(triples)))
    used: dict[str, str] = {}
    for name, namespace in prefixes.items():
        place = bisect_left(iris, namespace)
        if namespace and place < len(iris) and iris[place].startswith(namespace):
            used[namespace] = name
    return {name: namespace for namespace, name in used.items()}


def _iris(triples: list[Triple]) -> Iterator[str]:
    """What a prefix may shorten; rdf:type and plain strings have forms of their own."""
    for triple in triples:
        if triple.predicate != _TYPE:
            yield triple.predicate.value
        for term in (triple.subject, triple.object):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal) and term.datatype not in _PLAIN:
                yield term.datatype.value


def _check_names(triples: list[Triple]) -> None:
    """RDF/XML makes an element of each predicate, so it must end in an XML name."""
    for predicate in {triple.predicate.value for triple in triples}:
        if predicate in _RESERVED or not re.search(_ENDS_IN_NAME, predicate):
            raise NotAcceptable(
                f"RDF/XML cannot write the property <{predicate}>;"
                " ask for text/turtle instead."
            )
