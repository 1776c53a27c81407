"""
What takes a look at the whole of a graph: its subjects, its numbers.

It is taken of the graph without its catalogue, which tells most of it. Of a graph that
has changed a little, most of it follows from what it was before.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, QuerySolutions, Store, Triple

from socprot import lines, namespaces, subject, tally
from socprot.subject import State, Subject
from socprot.tally import Extended, Tally

_DATA = NamedNode(namespaces.DATA)
_SIZES = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


@dataclass(frozen=True)
class Measure:
    """What was found.

    Attributes:
        states: of each subject of the graphs that people write.
        tally: of the default graph.
        sizes: how many triples each named graph has.
    """

    states: Mapping[Subject, State]
    tally: Tally
    sizes: Mapping[str, int]

    def written(self) -> dict[str, Any]:
        """All of it as JSON has it."""
        return {
            "states": sorted(
                [of.graph, of.name, state.sha256, state.deprecated]
                for of, state in self.states.items()
            ),
            "tally": vars(self.tally),
            "sizes": dict(self.sizes),
        }

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> "Measure":
        """What `written` gave."""
        states = {
            Subject(graph, name): State(sha256, deprecated)
            for graph, name, sha256, deprecated in held["states"]
        }
        counted = Tally.read(held["tally"])
        return cls(states, counted, held["sizes"])


def whole(written: Sequence[bytes], store: Store) -> Measure:
    """Look at all of a graph.

    Args:
        written: its lines of N-Quads, sorted.
        store: the same, to be asked.
    """
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(tally.count, store)  # it leaves Python alone meanwhile
        states = subject.states(written)
    answer = store.query(_SIZES)
    assert isinstance(answer, QuerySolutions)
    found = {row["g"].value: int(row["n"].value) for row in answer}
    sizes = {name: found.get(name, 0) for name in namespaces.HASHED}
    return Measure(states, counting.result(), sizes)


def again(
    before: Measure,
    store: Store,
    removed: Set[Triple],
    added: Set[Triple],
    grown: Mapping[str, int],
    subjects: Iterable[NamedNode],
) -> Measure:
    """Look at what has changed in a graph, records and what follows from them.

    Args:
        store: the graph as it is now.
        removed, added: what of the default graph has changed.
        grown: by how many triples each graph has grown.
        subjects: of which something else is said in the graph of data.
    """
    # Its default graph is the union of all graphs that it has by now.
    counting = Extended(before.tally, tally.holds(store, None, added), removed)
    states = dict(before.states)
    for one in subjects:
        said = store.quads_for_pattern(one, None, None, _DATA)
        own = lines.of((quad.triple for quad in said), _DATA.value)
        states.pop(Subject("data", subject.name(one.value)), None)
        states |= subject.states(sorted(own))
    sizes = {name: size + grown.get(name, 0) for name, size in before.sizes.items()}
    return Measure(states, counting.with_(added), sizes)
