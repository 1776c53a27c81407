"""
Rows as RDF, for a caller who wants the answer to a question as triples.

Written in the vocabulary that the W3C made for the results of its tests
(https://www.w3.org/2001/sw/DataAccess/tests/result-set): a result set has variables and
solutions, a solution its place in the order and its bindings. Nothing of a row is lost,
its order and datatypes included, and SPARQL libraries read it.
"""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from socprot.namespaces import PREFIXES
from socprot.negotiation import Choice
from socprot.web.rows import Row, Rows, Term

_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_PREFIXES = {"rs": _RS, "xsd": PREFIXES["xsd"]}


def write(result: Rows, choice: Choice) -> bytes:
    """The rows, or the yes or no, in an RDF format."""
    form = RdfFormat.from_media_type(choice.format.media_type)
    return serialize(triples(result), format=form, prefixes=_PREFIXES) or b""


def triples(result: Rows) -> Iterator[Triple]:
    """The same as triples."""
    whole = BlankNode("answer")
    yield Triple(whole, _TYPE, _rs("ResultSet"))
    if result.boolean is not None:
        yield Triple(whole, _rs("boolean"), Literal(result.boolean))
        return
    for name in result.variables:
        yield Triple(whole, _rs("resultVariable"), Literal(name))
    for place, row in enumerate(result.rows, 1):
        solution = BlankNode(f"row{place}")
        yield Triple(whole, _rs("solution"), solution)
        yield Triple(solution, _rs("index"), Literal(place))
        yield from _bindings(solution, place, row)


def _bindings(solution: BlankNode, place: int, row: Row) -> Iterator[Triple]:
    for number, (name, term) in enumerate(row.items()):
        binding = BlankNode(f"row{place}x{number}")
        yield Triple(solution, _rs("binding"), binding)
        yield Triple(binding, _rs("variable"), Literal(name))
        yield Triple(binding, _rs("value"), _term(term))


def _term(term: Term) -> NamedNode | Literal | BlankNode:
    if term.kind == "uri":
        return NamedNode(term.value)
    if term.kind == "bnode":
        return BlankNode("b" + term.value.encode().hex())
    if term.language:
        return Literal(term.value, language=term.language)
    if term.datatype:
        return Literal(term.value, datatype=NamedNode(term.datatype))
    return Literal(term.value)


def _rs(name: str) -> NamedNode:
    return NamedNode(_RS + name)
