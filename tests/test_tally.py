"""What is counted of a graph that changes is what is counted of it anew."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from socprot import namespaces
from socprot.tally import LINKS, Extended, Tally, count, holds

_TYPE = namespaces.PREFIXES["rdf"] + "type"

ours = [f"{namespaces.ID}event/{name}" for name in ("one", "one/part", "two")]
things = st.sampled_from([NamedNode(iri) for iri in (*ours, "https://example.org/x")])
classes = [NamedNode(str(namespaces.SP) + name) for name in ("Act", "Event")]
literals = [Literal("1"), Literal("1", language="en"), Literal(1), Literal(True)]
values = things | st.sampled_from([*classes, *literals])
names = [str(namespaces.SP.host), str(namespaces.SP.date), min(LINKS), _TYPE]
properties = st.sampled_from([NamedNode(name) for name in names])
graphs = st.sets(st.builds(Triple, things, properties, values), max_size=12)


def of(triples: set[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


def counted(triples: set[Triple]) -> Tally:
    return count(of(triples))


@given(graphs, st.lists(graphs, max_size=3))
def test_triples_that_come_beside_a_graph(
    graph: set[Triple], rounds: list[set[Triple]]
) -> None:
    counting = Extended(counted(graph), holds(of(graph)))
    for more in rounds:
        assert counting.with_(more) == counted(graph | more)


@given(graphs, graphs)
def test_triples_that_go_and_come(before: set[Triple], after: set[Triple]) -> None:
    gone, new = before - after, after - before
    counting = Extended(counted(before), holds(of(after), but=new), gone)
    assert counting.with_(new) == counted(after)


@given(graphs)
def test_a_tally_is_written_and_read(graph: set[Triple]) -> None:
    tally = counted(graph)
    assert Tally.read(vars(tally)) == tally
    assert tally.copy() == tally
