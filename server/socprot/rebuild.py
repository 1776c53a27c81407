"""
A build that does only what changed, and gives the bytes that a full one would give.

It starts from the bundle in use and what was kept in it (`kept`): it reads the records
and tables that changed (`changes`), amends the closure (`amend`), asks the shapes about
the nodes that this can touch (`aim`), and does anew what is quick: counts, hygiene
queries, hashes. It ends with a good bundle, with what is wrong, or says that it cannot
tell (`Unusable`); then the full build has the word. What it finds wrong is all that a
full build would find: findings go into the bundle, so that both must have the same.
"""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from socprot import (
    aim,
    amend,
    changes,
    check,
    derive,
    files,
    kept,
    measure,
    namespaces,
    pack,
    queries,
    reason,
    sources,
    tables,
    turtle,
    validate,
)
from socprot.bundle import Bundle, Inputs
from socprot.distribution import CANONICAL
from socprot.kept import Kept, Unusable
from socprot.ledger import DATA, HIDDEN, INFERRED, ONTOLOGY, Ledger, within
from socprot.problem import refuse
from socprot.splice import Mismatch

_TYPE = NamedNode(namespaces.PREFIXES["rdf"] + "type")
_SUB_PROPERTY = NamedNode(namespaces.PREFIXES["rdfs"] + "subPropertyOf")
_SUB_CLASS = NamedNode(namespaces.PREFIXES["rdfs"] + "subClassOf")


def run(before: Bundle, inputs: Inputs) -> dict[str, bytes]:
    """Build what has changed since a bundle; return the files of the new one.

    Raises:
        Unusable: only a full build can tell.
        BuildFailed: something is wrong, and this is all of it.
    """
    held = kept.read(before.path)
    if held.software != inputs.software:
        raise Unusable("the software has changed")
    with ThreadPoolExecutor(2) as pool:
        # The store works beside Python: it is loaded while other things are read.
        loading = pool.submit(_load, before, held)
        change = changes.since(held, inputs.sources)
        ontology, shapes = _read("ontology"), _read("shapes")
        if not aim.is_near_sighted(shapes):
            raise Unusable("a shape may look far")
        import pyshacl  # noqa: F401  # it is needed later, and takes a while to come

        ledger = loading.result()
        given = _Given(ledger, change, ontology)
        _amend(ledger, given, change)
        ledger.hide()
        packing = pool.submit(_pack, ledger, change, held.measure)
        findings = _judge(ledger, given, ontology, shapes, held.findings)
        whole = packing.result()
        hygiene = queries.load(files.root() / "queries" / "hygiene").values()
        asking = pool.submit(validate.hygiene, whole.ask, hygiene)
        keep = Kept(
            inputs.software,
            inputs.sources,
            change.parts,
            ledger.hidden().decode(),
            findings,
            whole.measure,
            whole.told.decode(),
        )
        contents = pack.contents(inputs.hash, whole, keep)
        faults = asking.result()
    if faults or any(finding.is_violation for finding in findings):
        # Where things are written down is looked for only now that it must be told.
        places = check.Places(sources.read(), tables.read())
        raise refuse(check.problems(findings, faults, places))
    return contents


def _read(part: files.Part) -> list[Quad]:
    texts = (path.read_text(encoding="utf-8") for path in files.turtle(part))
    return [quad for text in texts for quad in turtle.read(text)]


def _load(before: Bundle, held: Kept) -> Ledger:
    content, canonical = (
        _verified(before.path / name, before.manifest[digest])
        for name, digest in ((before.graph, "sha256"), (CANONICAL, "canonical"))
    )
    hidden, told = held.hidden.encode(), held.told.encode()
    return Ledger.load(content, canonical, hidden, told)


def _verified(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unusable(f"the bundle is broken: {error}") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unusable("the bundle is broken")
    return content


class _Given:
    """What is stated now, and the dates derived from it: what the reasoner starts from.

    Attributes:
        removed, added: what of it has changed.
    """

    def __init__(
        self, ledger: Ledger, change: changes.Change, ontology: Sequence[Quad]
    ) -> None:
        self._ledger = ledger
        self._change = change
        self._order = [q for q in ontology if q.predicate == _SUB_PROPERTY]
        self._dates: dict[object, set[Triple]] = {}
        subjects = {triple.subject for triple in change.removed | change.added}
        before, after = set(), set()
        for subject in subjects:
            before |= self._derive(ledger.find(subject, DATA, ONTOLOGY))
            after |= self.dates(subject)
        self.removed = change.removed | (before - after)
        self.added = change.added | (after - before)

    def __contains__(self, triple: Triple) -> bool:
        return self._is_stated(triple) or self.is_date(triple)

    def is_date(self, triple: Triple) -> bool:
        """Whether it is one of the derived dates."""
        return triple.predicate in derive.DERIVED and triple in self.dates(
            triple.subject
        )

    def of(self, subject: object) -> list[Triple]:
        """What is stated of a subject."""
        found = [
            t for t in self._ledger.find(subject, DATA) if t not in self._change.removed
        ]
        found += self._ledger.find(subject, ONTOLOGY)
        found += [t for t in self._change.added if t.subject == subject]
        return found

    def dates(self, subject: object) -> set[Triple]:
        """What is derived of a subject."""
        if subject not in self._dates:
            self._dates[subject] = self._derive(self.of(subject))
        return self._dates[subject]

    def _derive(self, stated: Iterable[Triple]) -> set[Triple]:
        quads = (Quad(*triple) for triple in stated)
        return set(derive.intervals(quads, self._order))

    def _is_stated(self, triple: Triple) -> bool:
        store = self._ledger.store
        if triple in self._change.added or within(triple, ONTOLOGY) in store:
            return True
        return triple not in self._change.removed and within(triple, DATA) in store


def _amend(ledger: Ledger, given: _Given, change: changes.Change) -> None:
    """Change the graph, and what follows in it."""
    graphs = (DATA, ONTOLOGY, INFERRED, HIDDEN)
    closed = amend.Closed(ledger.store, graphs)
    amend.amend(closed, given.removed, given.added, given.__contains__)
    affected = given.removed | given.added | closed.removed | closed.added
    if any(isinstance(o, BlankNode) for t in affected for o in (t.subject, t.object)):
        raise Unusable("the change touches blank nodes")
    follows = {t for t in affected if t in closed and t not in given}
    dates = {t for t in affected if given.is_date(t)}
    # From here on the store is another one, and nothing above may be asked again.
    for triple in affected:
        hidden = triple in follows and reason.is_trivial(triple)
        ledger.put(triple, HIDDEN, there=hidden)
        shown = triple in dates or (triple in follows and not hidden)
        ledger.put(triple, INFERRED, there=shown)
    for triple in change.removed:
        ledger.put(triple, DATA, there=False)
    for triple in change.added:
        ledger.put(triple, DATA, there=True)


def _pack(
    ledger: Ledger, change: changes.Change, before: measure.Measure
) -> pack.Whole:
    """Describe the graph as it is now."""
    touched = {triple.subject for triple in change.removed | change.added}
    try:
        found = measure.again(
            before,
            ledger.store,
            ledger.removed,
            ledger.added,
            ledger.grown,
            [one for one in touched if isinstance(one, NamedNode)],
        )
        return pack.whole(ledger, found, sources.read_dataset())
    except Mismatch as error:
        raise Unusable(f"a line is not as expected: {error}") from error


def _judge(
    ledger: Ledger,
    given: _Given,
    ontology: Sequence[Quad],
    shapes: Sequence[Quad],
    before: Sequence[validate.Finding],
) -> list[validate.Finding]:
    """Ask the shapes about what the change can touch; the other findings stay.

    That is whatever has changed, and what links to something of another class now.
    """
    changed = given.removed | given.added
    focus = {t.subject for t in changed if isinstance(t.subject, NamedNode)}
    for node in {t.subject for t in changed if t.predicate == _TYPE}:
        for graph in (DATA, ONTOLOGY):
            linking = ledger.store.quads_for_pattern(None, None, node, graph)
            focus |= {q.subject for q in linking if isinstance(q.subject, NamedNode)}
    own = {t for node in focus for t in ledger.find(node, DATA, ONTOLOGY)}
    dates = {t for node in focus for t in given.dates(node)}
    values = {t.object for t in own if isinstance(t.object, NamedNode)}
    types = {
        Quad(*triple)
        for node in focus | values
        for triple in ledger.find(node, DATA, ONTOLOGY)
        if triple.predicate == _TYPE
    }
    order = [quad for quad in ontology if quad.predicate == _SUB_CLASS]
    seen = {*(Quad(*triple) for triple in own | dates), *types, *order}
    found = validate.shacl(seen, aim.at(focus, shapes, types, ontology))
    names = {node.value for node in focus}
    return sorted({*found, *(one for one in before if one.focus not in names)})
