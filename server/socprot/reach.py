"""
What can be reached from a record in so many steps along its links.

With depth 0 that is the record alone; with depth 1 also each record and concept that it
names; with depth 2 also what those name, and so on. Only links forward are followed, so
that a meeting brings the states that took part, but not every other meeting of a state.
"""

from collections.abc import Callable, Collection, Iterable

from pyoxigraph import NamedNode, Quad

from socprot import namespaces
from socprot.errors import BadParameter, NotFound

# Tells what is said of some things, with the graph in which it is said.
Describe = Callable[[Collection[str]], Iterable[Quad]]

ASSERTED = (namespaces.DATA, namespaces.ONTOLOGY)


def iri(name: str) -> str:
    """The IRI of a record: `name` is `<kind>/<slug>`, `<kind>:<slug>` or the IRI."""
    if name.startswith(namespaces.ID):
        return name
    return namespaces.ID + name.replace(":", "/", 1)


def reach(
    start: str, depth: int, describe: Describe, most: int | None = None
) -> list[Quad]:
    """Collect what is said of a record and of all that is within reach.

    Args:
        start: the IRI of the record.
        most: how many things there may be.

    Raises:
        NotFound: nothing is said of the record.
        BadParameter: there are too many things within reach.
    """
    found: list[Quad] = []
    seen: set[str] = set()
    frontier = {start}
    for _ in range(depth + 1):
        if most is not None and len(seen) + len(frontier) > most:
            raise BadParameter(
                f"More than {most:,} things are within {depth} steps; take a smaller "
                "depth, or a whole graph from /export/."
            )
        quads = list(describe(sorted(frontier)))
        if not found and not quads:
            name = start.removeprefix(namespaces.ID)
            raise NotFound(f"there is no record {name}: write it as event/<slug>.")
        found += quads
        seen |= frontier
        named = {q.object.value for q in quads if isinstance(q.object, NamedNode)}
        frontier = {name for name in named if name.startswith(namespaces.ID)} - seen
        if not frontier:
            break
    return found


def within(quads: Iterable[Quad], inferred: bool) -> Describe:
    """Look things up in a graph that was read."""
    chosen = {*ASSERTED, namespaces.INFERRED} if inferred else {*ASSERTED}
    graphs = {NamedNode(graph) for graph in chosen}
    index: dict[str, list[Quad]] = {}
    for quad in quads:
        if quad.graph_name in graphs and isinstance(quad.subject, NamedNode):
            index.setdefault(quad.subject.value, []).append(quad)
    return lambda things: [q for thing in things for q in index.get(thing, ())]
