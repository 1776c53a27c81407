"""
A graph while it changes: its store and its lines of N-Quads, kept in step.

The default graph has what a named graph has that is a part of it. Meanwhile the store
is without the catalogue, which is told anew at the end, and has in a graph of its own
what follows but is not published. Loaded for a change, which takes half the time so, it
has no default graph of its own but is asked for the union of all graphs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from socprot import lines, namespaces
from socprot.splice import Sheet
from socprot.tally import Pattern, holds

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
        store: the named graphs but the shapes.
        removed, added: what of the default graph has changed, but for the catalogue.
        grown: by how many triples each graph has grown.
    """

    def __init__(
        self,
        content: bytes,
        store: Store,
        canonical: bytes,
        hidden: bytes = b"",
        told: bytes | None = None,
    ) -> None:
        """Begin with the sorted N-Quads of a graph, and a store that holds them.

        Args:
            canonical: the canonical form of all named graphs but the catalogue.
            hidden: sorted N-Triples, which the store holds in their graph.
            told: the catalogue in `content` as N-Triples, which the store is without,
                as it is without a default graph of its own; None where it has one,
                and there is no catalogue yet.
        """
        self.store = store
        self._is_union = told is not None
        self.removed: set[Triple] = set()
        self.added: set[Triple] = set()
        self.grown: Counter[str] = Counter()
        self._sheet = Sheet(content)
        self._canonical = Sheet(canonical)
        self._hidden = Sheet(hidden)
        self._told = {quad.triple for quad in lines.quads([told or b""])}
        # What only the catalogue says.
        self._alone = {t for t in self._told if not self._is_shown(t)}

    @classmethod
    def load(
        cls, content: bytes, canonical: bytes, hidden: bytes, told: bytes
    ) -> "Ledger":
        """Load what a bundle holds, for a change; see the arguments of the class."""
        store = Store()
        # All was checked when it was written. Blank nodes get other names; what has
        # some does not change.
        store.bulk_load(canonical, RdfFormat.N_QUADS, lenient=True)
        store.bulk_load(hidden, RdfFormat.N_TRIPLES, to_graph=HIDDEN, lenient=True)
        store.remove_graph(NamedNode(namespaces.SHAPES))
        return cls(content, store, canonical, hidden, told)

    def put(self, triple: Triple, graph: NamedNode, *, there: bool) -> None:
        """Have a triple without blank nodes in a graph, or not."""
        quad, was_shown = within(triple, graph), self._is_shown(triple)
        if (quad in self.store) == there:
            return
        (self.store.add if there else self.store.remove)(quad)
        if graph == HIDDEN:
            self._hidden.note(lines.of([triple]), there=there)
            return
        self.grown[graph.value] += 1 if there else -1
        written = lines.of([triple], graph.value)
        for sheet in (self._sheet, self._canonical):
            sheet.note(written, there=there)
        is_shown = self._is_shown(triple)
        if is_shown != was_shown:
            self._sheet.note(lines.of([triple]), there=is_shown)
            undone, done = (
                (self.removed, self.added) if is_shown else (self.added, self.removed)
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
        alone = {triple for triple in now if not self._is_shown(triple)}
        for old, new, graph in (
            (self._told, now, CATALOGUE.value),
            (self._alone, alone, ""),
        ):
            self._sheet.note(lines.of(old - new, graph), there=False)
            self._sheet.note(lines.of(new - old, graph), there=True)
        self._told, self._alone = now, alone
        self.store.extend(within(triple, CATALOGUE) for triple in now)
        if not self._is_union:
            self.store.extend(Quad(*triple) for triple in alone)

    def merge(self) -> None:
        """Give the store a default graph of its own, if it has none: where a triple is
        in two graphs, a query would find it twice in their union."""
        if self._is_union:
            self.store.extend([Quad(*quad.triple) for quad in self.store])
            self._is_union = False

    def ask(self, query: str) -> Any:
        """The answer to a query."""
        return self.store.query(query, use_default_graph_as_union=self._is_union)

    def holds(self, but: Set[Triple] = frozenset()) -> Callable[[Pattern], bool]:
        """Tells whether the default graph, without the catalogue, has such a triple."""
        return holds(self.store, None if self._is_union else DefaultGraph(), but)

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
