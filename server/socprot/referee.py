"""
The OWL RL closure as `owlrl`, the reference implementation, materialises it.

It takes minutes for the whole graph where `socprot.reason` takes seconds, so it is not
run for every build: `socprot check --owlrl` runs it and compares.
"""

from collections.abc import Iterable
from itertools import islice

from pyoxigraph import Quad, RdfFormat, Store, Triple, parse, serialize

from socprot import reason
from socprot.errors import BuildFailed

_SHOWN = 5


def close(asserted: Iterable[Quad]) -> set[Triple]:
    """Return the triples that `owlrl` infers and that are not trivial."""
    import owlrl  # type: ignore[import-untyped]
    import rdflib

    given = {quad.triple for quad in asserted}
    text = serialize(given, format=RdfFormat.N_TRIPLES) or b""
    graph = rdflib.Graph().parse(data=text, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    lines = (
        f"{s.n3()} {p.n3()} {o.n3()} .\n"
        for s, p, o in graph
        if not isinstance(s, rdflib.Literal)
    )
    found = {quad.triple for quad in parse("".join(lines), RdfFormat.N_TRIPLES)}
    return {triple for triple in found - given if not reason.is_trivial(triple)}


def compare(asserted: Iterable[Quad], closure: Iterable[Triple]) -> int:
    """Return how many triples follow, if `owlrl` infers just what `closure` has.

    Raises:
        BuildFailed: it does not; the message shows where they differ.
    """
    ours, theirs = _as_stored(closure), _as_stored(close(asserted))
    if ours != theirs:
        raise BuildFailed(
            f"owlrl infers {len(theirs - ours):,} triples that the rules do not, and "
            f"the rules {len(ours - theirs):,} that owlrl does not; for instance: "
            + "; ".join(str(triple) for triple in islice(ours ^ theirs, _SHOWN))
            + ". Correct the rule in server/socprot/rules/ that is at fault."
        )
    return len(theirs)


def _as_stored(triples: Iterable[Triple]) -> set[Triple]:
    """Spell numbers as the store does, in which the rules work: 71.8810 is 71.881."""
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in triples)
    return {quad.triple for quad in store}
