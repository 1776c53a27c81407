"""
A bundle's graph while it changes: its store and its lines of N-Quads, kept in step.

The default graph has what a named graph has that is a part of it. What follows but is
not published is in a graph of its own, in the store alone, until all is known.
"""

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from socprot import lines, namespaces

DATA = NamedNode(namespaces.DATA)
ONTOLOGY = NamedNode(namespaces.ONTOLOGY)
INFERRED = NamedNode(namespaces.INFERRED)
CATALOGUE = NamedNode(namespaces.CATALOGUE)
HIDDEN = NamedNode(namespaces.GRAPH + "hidden")
_SHOWN = (DATA, ONTOLOGY, INFERRED)  # in the default graph too


def within(triple: Triple, graph: NamedNode) -> Quad:
    """A triple as a quad of a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


class Ledger:
    """The graph, and what is written of it."""

    def __init__(self, content: bytes, hidden: str) -> None:
        """Load the N-Quads of a bundle, and N-Triples that are hidden."""
        self._written = content.splitlines(keepends=True)
        self._hidden = set(hidden.encode().splitlines(keepends=True))
        self._gone: set[bytes] = set()
        self._new: set[bytes] = set()
        self.store = Store()
        more = b"".join(lines.moved(self._hidden, HIDDEN.value))
        # At once, or blank nodes would get other names; it was checked when written.
        self.store.bulk_load(content + more, RdfFormat.N_QUADS, lenient=True)

    def put(self, triple: Triple, graph: NamedNode, *, there: bool) -> None:
        """Have a triple in a graph, or not."""
        if not self._put(within(triple, graph), there):
            return
        if graph == HIDDEN:
            (line,) = lines.of([triple])
            (self._hidden.add if there else self._hidden.discard)(line)
        else:
            self._note(triple, graph.value, there)
            self._show(triple)

    def find(self, subject: object, *graphs: NamedNode) -> Iterator[Triple]:
        """What these graphs say of a subject."""
        for graph in graphs:
            for quad in self.store.quads_for_pattern(subject, None, None, graph):  # type: ignore[arg-type]
                yield quad.triple

    def leave(self) -> None:
        """Take out the catalogue, which is made anew, and what is hidden."""
        described = list(self.find(None, CATALOGUE))
        self.store.remove_graph(CATALOGUE)
        self.store.remove_graph(HIDDEN)
        for triple in described:
            self._note(triple, CATALOGUE.value, False)
            self._show(triple)

    def lines(self) -> list[bytes]:
        """All lines of what is published."""
        left = [line for line in self._written if line not in self._gone]
        return [*left, *self._new]

    def hidden(self) -> str:
        """What is hidden, as sorted lines of N-Triples."""
        return b"".join(sorted(self._hidden)).decode()

    def _put(self, quad: Quad, there: bool) -> bool:
        """Have a quad in the store, or not; return whether that is new."""
        if (quad in self.store) == there:
            return False
        (self.store.add if there else self.store.remove)(quad)
        return True

    def _show(self, triple: Triple) -> None:
        there = any(within(triple, graph) in self.store for graph in _SHOWN)
        if self._put(Quad(*triple), there):
            self._note(triple, "", there)

    def _note(self, triple: Triple, graph: str, there: bool) -> None:
        (line,) = lines.of([triple], graph)
        if there and line in self._gone:
            self._gone.remove(line)  # it was written, and stays
        elif there:
            self._new.add(line)
        elif line in self._new:
            self._new.remove(line)
        else:
            self._gone.add(line)
