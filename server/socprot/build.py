"""
From the sources to a bundle, in one direction: read, tables, reason, check, pack.

No step looks back, and nothing is written before everything has been checked.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version

from pyoxigraph import (
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from socprot import (
    bundle,
    catalogue,
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
from socprot.bundle import Bundle
from socprot.problem import refuse

# Told about each step when it begins, so that somebody can watch.
Watch = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """A graph that has passed every check.

    Attributes:
        graphs: the triples of each named graph.
        findings: what the shapes say, though none of it stops the build.
        places: where everything is written down.
    """

    graphs: dict[str, list[Triple]]
    findings: list[validate.Finding]
    places: check.Places

    @property
    def union(self) -> set[Triple]:
        """The default graph."""
        return {t for name in namespaces.DEFAULT_UNION for t in self.graphs[name]}


def build(watch: Watch) -> tuple[Bundle, bool]:
    """Make the bundle of the sources, and make it the one in use.

    Returns it, and whether it is new: unchanged sources are not built again.

    Raises:
        BuildFailed: the sources are broken; the bundle in use stays what it was.
    """
    name = bundle.inputs()
    if known := bundle.find(name):
        if bundle.current() != known:
            bundle.use(known)
        return known, False
    checked = run(watch)
    watch("packing the bundle")
    return bundle.write(name, _pack(name, checked)), True


def run(watch: Watch) -> Checked:
    """Do everything but pack.

    Raises:
        BuildFailed: the sources are broken.
    """
    watch("reading the sources")
    read = sources.read()
    watch("converting the tables")
    converted = _tables()
    data = [*read.quads(namespaces.DATA), *tables.triples(converted)]
    ontology = list(read.quads(namespaces.ONTOLOGY))
    watch("reasoning")
    derived = [Quad(*triple) for triple in derive.intervals([*data, *ontology], ontology)]
    closed = reason.close([*data, *ontology, *derived])
    inferred = [*derived, *(Quad(*triple) for triple in closed)]
    watch("checking the shapes")
    places = check.Places(read, converted)
    shapes = list(read.quads(namespaces.SHAPES))
    # Not the closure: there a link to the wrong kind of record has given it that class.
    findings = validate.shacl([*data, *ontology, *derived], shapes)
    problems = list(check.broken_shapes(findings, places))
    watch("asking the hygiene queries")
    graphs = {
        namespaces.DATA: _triples(data),
        namespaces.ONTOLOGY: _triples(ontology),
        namespaces.INFERRED: _triples(inferred),
        namespaces.SHAPES: _triples(shapes),
    }
    stated = list(read.quads(namespaces.CATALOGUE))
    union = (triple for name in _ALIKE for triple in graphs[name])
    graphs[namespaces.CATALOGUE] = catalogue.describe(stated, union)
    checked = Checked(graphs, findings, places)
    store = Store()
    store.bulk_extend(_quads(checked))
    hygiene = queries.load(files.root() / "queries" / "hygiene")
    problems += check.faults(validate.hygiene(store, hygiene.values()), places)
    if problems:
        raise refuse(problems)
    return checked


_ALIKE = (namespaces.DATA, namespaces.ONTOLOGY, namespaces.INFERRED)


def _tables() -> list[tables.Converted]:
    converted = []
    problems = []
    for path in files.tables():
        table, faults = tables.convert(path, files.name(path))
        converted.append(table)
        problems += faults
    if problems:
        raise refuse(problems)
    return converted


def _triples(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(quad.triple for quad in quads))


def _quads(checked: Checked) -> Iterable[Quad]:
    for name, triples in checked.graphs.items():
        graph = NamedNode(name)
        for triple in triples:
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
    for triple in checked.union:
        yield Quad(*triple)


def _pack(name: str, checked: Checked) -> dict[str, bytes]:
    quads = serialize(_quads(checked), format=RdfFormat.N_QUADS) or b""
    lines = sorted(quads.splitlines(keepends=True))
    data = (triple.subject for triple in checked.graphs[namespaces.DATA])
    records = {sources.record(s.value) for s in data if isinstance(s, NamedNode)}
    manifest = {
        "hash": name,
        "version": version("socprot"),
        "graphs": {
            iri: len(triples) for iri, triples in sorted(checked.graphs.items())
        },
        "triples": len(checked.union),
        "records": len(records - {None}),
        "classes": catalogue.classes(checked.union),
        "warnings": len(checked.findings),
    }
    return {
        "graph.nq": b"".join(lines),
        "manifest.json": json.dumps(manifest, indent=2).encode() + b"\n",
        "report.ttl": check.report(checked.findings).encode(),
    }
