"""The dataset of a query with several default graphs, where each triple counts once.

SPARQL 1.1 (section 13.2.1) makes one graph of several FROM by an RDF merge; the engine
reads them one after the other instead, so that a triple that two graphs share would be
found, and counted, twice.
"""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Store


def merged(
    store: Store, default_graphs: Iterable[NamedNode], named_graphs: Iterable[NamedNode]
) -> Store:
    """A store of its own for one query: the union of some graphs, and other graphs."""
    dataset = Store()
    for graph in default_graphs:
        dataset.extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in store.quads_for_pattern(None, None, None, graph)
        )
    for graph in named_graphs:
        dataset.extend(store.quads_for_pattern(None, None, None, graph))
    return dataset
