"""
Check what the change of a few records touches, and nothing else.

That is the records themselves, what they link to and what links to them: the shapes are
asked about those that changed and those that link there, the hygiene queries about the
neighbourhood and what follows in it. What is wrong far away, or only with the whole
closure, the full check finds; it is what a release and every build rest on.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from socprot import (
    aim,
    check,
    derive,
    files,
    namespaces,
    queries,
    reason,
    sources,
    tables,
    validate,
)
from socprot.errors import BadParameter
from socprot.namespaces import PREFIXES
from socprot.problem import refuse

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SUB_CLASS = NamedNode(PREFIXES["rdfs"] + "subClassOf")
# What must be known of every record: whether it exists, and what no two may share.
_OF_ALL = {
    _TYPE,
    NamedNode(PREFIXES["rdfs"] + "label"),
    NamedNode(namespaces.SP.address),
}


def run(paths: Sequence[Path]) -> int:
    """Check these files of data/, and return how many records were looked at.

    Raises:
        BadParameter: one is no record of data/.
        BuildFailed: something is wrong with them, or because of them.
    """
    read = sources.read()
    changed = _records(read, paths)
    converted = _tables(read, changed)
    data = [*read.quads(namespaces.DATA), *tables.triples(converted)]
    ontology = list(read.quads(namespaces.ONTOLOGY))
    linking = {
        q.subject
        for q in data
        if q.object in changed and isinstance(q.subject, NamedNode)
    }
    near = changed | linking | {q.object for q in data if q.subject in changed}
    full = [q for q in data if q.subject in near]
    small = [*full, *(q for q in data if q.predicate in _OF_ALL)]
    derived = [Quad(*t) for t in derive.intervals(full, ontology)]
    places = check.Places(read, converted)
    shapes = list(read.quads(namespaces.SHAPES))
    types = [q for q in small if q.predicate == _TYPE]
    aimed = aim.at(changed | linking, shapes, types, ontology)
    typed = (q for q in [*data, *ontology] if q.predicate in (_TYPE, _SUB_CLASS))
    found = validate.shacl([*full, *typed, *derived], aimed)
    closure = reason.close([*full, *ontology, *derived])
    store = Store()
    for graph, triples in (
        (namespaces.DATA, (q.triple for q in small)),
        (namespaces.ONTOLOGY, (q.triple for q in ontology)),
        (namespaces.INFERRED, (*(q.triple for q in derived), *closure)),
    ):
        _put(store, graph, triples)
    hygiene = queries.load(files.root() / "queries" / "hygiene").values()
    ours = {str(node) for node in changed}
    faults = (
        f for f in validate.hygiene(store.query, hygiene) if ours & set(f.row.values())
    )
    if problems := check.problems(found, faults, places):
        raise refuse(problems)
    return len(changed | linking)


def _records(read: sources.Sources, paths: Iterable[Path]) -> set[NamedNode]:
    by_path = {file.path.resolve(): file for file in read.files}
    found: set[NamedNode] = set()
    for path in paths:
        file = by_path.get(path.resolve())
        if file is None or file.graph != namespaces.DATA:
            raise BadParameter(f"{path} is no record of data/; check without it.")
        found |= {q.subject for q in file.quads if isinstance(q.subject, NamedNode)}
    return found


def _tables(read: sources.Sources, changed: set[NamedNode]) -> list[tables.Converted]:
    """Convert the tables, unless no row of them is linked with what changed."""
    paths = files.tables()
    rows = tuple(f"{namespaces.ID}{path.stem}/" for path in paths)
    slugs = {node.value.rpartition("/")[2] for node in changed}
    to = (q.object for q in read.quads(namespaces.DATA) if q.subject in changed)
    linked = any(isinstance(o, NamedNode) and o.value.startswith(rows) for o in to)
    texts = (path.read_text(encoding="utf-8") for path in paths)
    if linked or any(slug in text for text in texts for slug in slugs):
        return tables.read()
    return []


def _put(store: Store, graph: str, triples: Iterable[Triple]) -> None:
    """Add triples to a graph, and to the default graph."""
    name = NamedNode(graph)
    given = list(triples)
    store.bulk_extend(Quad(*triple) for triple in given)
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, name) for t in given)
