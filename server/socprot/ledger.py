"""
A graph while it changes: its store and its lines of N-Quads, kept in step.

The default graph has what a named graph has that is a part of it. Meanwhile the store
is without the catalogue, which is told anew at the end, and has in a graph of its own
what follows but is not published.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from socprot import lines, namespaces
from socprot.splice import Sheet

DATA = NamedNode(namespaces.DATA)
ONTOLOGY = NamedNode(namespaces.ONTOLOGY)
INFERRED = NamedNode(namespaces.INFERRED)
CATALOGUE = NamedNode(namespaces.CATALOGUE)
HIDDEN = NamedNode(namespaces.GRAPH + "hidden")
_SHOWN = (DATA, ONTOLOGY, INFERRED)  # in the default graph, and so is the catalogue


def within(triple: Triple, graph: NamedNode) -> Quad:
    """A triple as a quad of a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


class Ledger:
    """The graph, and what is written of it.

    Attributes:
        removed, added: what of the default graph has changed, but for the catalogue.
        grown: by how many triples each graph has grown.
    """

    def __init__(
        self, content: bytes, store: Store, canonical: bytes, hidden: bytes = b""
    ) -> None:
        """Begin with the sorted N-Quads of a graph, and a store that holds them.

        Args:
            canonical: the canonical form of all named graphs but the catalogue.
            hidden: sorted N-Triples, which the store holds in their graph.
        """
        self.store = store
        self.removed: set[Triple] = set()
        self.added: set[Triple] = set()
        self.grown: Counter[str] = Counter()
        self._sheet = Sheet(content)
        self._canonical = Sheet(canonical)
        self._hidden = Sheet(hidden)
        self._told = set(self.find(None, CATALOGUE))
        store.remove_graph(CATALOGUE)
        # What only the catalogue says.
        self._alone = {t for t in self._told if not self._is_shown(t)}
        for triple in self._alone:
            store.remove(Quad(*triple))

    @classmethod
    def load(cls, content: bytes, canonical: bytes, hidden: bytes) -> "Ledger":
        """Load the N-Quads of a bundle, and N-Triples that are hidden."""
        more = b"".join(lines.moved(hidden.splitlines(keepends=True), HIDDEN.value))
        store = Store()
        # At once, or blank nodes would get other names; it was checked when written.
        store.bulk_load(content + more, RdfFormat.N_QUADS, lenient=True)
        return cls(content, store, canonical, hidden)

    def put(self, triple: Triple, graph: NamedNode, *, there: bool) -> None:
        """Have a triple without blank nodes in a graph, or not."""
        if not self._put(within(triple, graph), there):
            return
        if graph == HIDDEN:
            self._hidden.note(lines.of([triple]), there=there)
            return
        self.grown[graph.value] += 1 if there else -1
        written = lines.of([triple], graph.value)
        for sheet in (self._sheet, self._canonical):
            sheet.note(written, there=there)
        shown = self._is_shown(triple)
        if self._put(Quad(*triple), shown):
            self._sheet.note(lines.of([triple]), there=shown)
            undone, done = (
                (self.removed, self.added) if shown else (self.added, self.removed)
            )
            if triple in undone:
                undone.remove(triple)
            else:
                done.add(triple)

    def find(self, subject: object, *graphs: NamedNode) -> Iterator[Triple]:
        """What these graphs say of a subject."""
        for graph in graphs:
            for quad in self.store.quads_for_pattern(subject, None, None, graph):  # type: ignore[arg-type]
                yield quad.triple

    def hide(self) -> None:
        """Take out of the store what is not published."""
        self.store.remove_graph(HIDDEN)

    def tell(self, told: Iterable[Triple]) -> None:
        """Have a catalogue, in place of the one that there was."""
        now = set(told)
        alone = {triple for triple in now if Quad(*triple) not in self.store}
        for old, new, graph in (
            (self._told, now, CATALOGUE.value),
            (self._alone, alone, ""),
        ):
            self._sheet.note(lines.of(old - new, graph), there=False)
            self._sheet.note(lines.of(new - old, graph), there=True)
        self._told, self._alone = now, alone
        self.store.extend(within(triple, CATALOGUE) for triple in now)
        self.store.extend(Quad(*triple) for triple in alone)

    def content(self) -> bytes:
        """What is published, as sorted lines of N-Quads."""
        return self._sheet.content()

    def canonical(self) -> bytes:
        """The canonical form of all named graphs but the catalogue."""
        return self._canonical.content()

    def hidden(self) -> bytes:
        """What is hidden, as sorted lines of N-Triples."""
        return self._hidden.content()

    def _is_shown(self, triple: Triple) -> bool:
        return any(within(triple, graph) in self.store for graph in _SHOWN)

    def _put(self, quad: Quad, there: bool) -> bool:
        """Have a quad in the store, or not; return whether that is new."""
        if (quad in self.store) == there:
            return False
        (self.store.add if there else self.store.remove)(quad)
        return True
