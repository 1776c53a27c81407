"""
How values were written, where that is not how the engine keeps them.

It keeps numbers, booleans, times and durations as values, and gives each back in one
spelling: "01" as "1", and as an `xsd:integer` what was an `xsd:int`. Of a graph that
has nothing of the kind, such as our own, nothing is kept here.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

MANY = 100_000  # spellings, each once; with more, all are left to the engine
_BATCH = 20_000  # quads that are looked at together
_PLAIN = (Literal("").datatype, Literal("", language="en").datatype)
_ANY = NamedNode("x:any")


class Spellings:
    """What the values of a graph were written as, and where.

    The places are a graph of their own: the triples whose value was written otherwise
    there or elsewhere, with what was written as a text in place of the value.
    """

    def __init__(self, values: dict[Literal, Literal]) -> None:
        """Begin with each spelling and the value that the engine makes of it."""
        self._values = values
        self._spelt: dict[Literal, list[Literal]] = {}
        for spelling, value in values.items():
            self._spelt.setdefault(value, [value]).append(spelling)
        self._places = Store()

    def __contains__(self, term: object) -> bool:
        """Whether this, from the engine, may have been written otherwise."""
        return term in self._spelt

    def note(self, quads: Iterable[Quad]) -> None:
        """Take note of what is written where."""
        self._places.extend(
            Quad(quad.subject, quad.predicate, _text(quad.object), quad.graph_name)
            for quad in quads
            if isinstance(quad.object, Literal)
            and (quad.object in self._values or quad.object in self._spelt)
        )

    def of(
        self,
        value: Literal,
        subject: NamedNode | BlankNode | None = None,
        predicate: NamedNode | None = None,
        graph: NamedNode | BlankNode | DefaultGraph | None = None,
    ) -> Iterator[Literal]:
        """How a value is written in the triples with these parts; None is any."""
        for spelling in self._spelt[value]:
            place = subject, predicate, _text(spelling), graph
            if next(self._places.quads_for_pattern(*place), None):
                yield spelling


def others(quads: Iterable[Quad]) -> dict[Literal, Literal]:
    """Each spelling that the engine does not keep, and what it makes of it.

    Where there are too many, it is a few too many.
    """
    values: dict[Literal, Literal] = {}
    quads = iter(quads)
    while batch := list(islice(quads, _BATCH)):
        values.update(_changed({quad.object for quad in batch if _has_value(quad)}))
        if len(values) > MANY:
            break
    return values


def _text(term: object) -> Literal:
    return Literal(str(term))


def _has_value(quad: Quad) -> bool:
    term = quad.object
    return isinstance(term, Literal) and term.datatype not in _PLAIN


def _changed(terms: Iterable[object]) -> Iterator[tuple[Literal, Literal]]:
    """Those that a store gives back in another form."""
    numbered = [term for term in terms if isinstance(term, Literal)]
    store = Store()
    store.extend(
        Quad(NamedNode(f"x:{number}"), _ANY, term)
        for number, term in enumerate(numbered)
    )
    for quad in store:
        term = numbered[int(quad.subject.value[2:])]
        if quad.object != term:
            yield term, quad.object
