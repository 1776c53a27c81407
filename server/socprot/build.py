"""
From the sources to a bundle, in one direction: read, tables, reason, check, pack.

No step looks back, and nothing is written before everything has been checked.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

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
    canonical,
    catalogue,
    check,
    context,
    derive,
    distribution,
    files,
    namespaces,
    queries,
    reason,
    referee,
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
        union: the triples of the default graph.
        quads: all of it as sorted N-Quads, which is what is published.
        checksum: of the canonical form of all graphs but the catalogue.
        findings: what the shapes say, though none of it stops the build.
        places: where everything is written down.
    """

    graphs: dict[str, list[Triple]]
    union: set[Triple]
    quads: bytes
    checksum: str
    findings: list[validate.Finding]
    places: check.Places


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


def run(watch: Watch, owlrl: bool = False) -> Checked:
    """Do everything but pack; with `owlrl`, compare the closure with its own.

    Raises:
        BuildFailed: the sources are broken.
    """
    watch("reading the sources")
    read = sources.read()
    watch("converting the tables")
    converted = tables.read()
    data = [*read.quads(namespaces.DATA), *tables.triples(converted)]
    ontology = list(read.quads(namespaces.ONTOLOGY))
    shapes = list(read.quads(namespaces.SHAPES))
    dated = derive.intervals([*data, *ontology], ontology)
    derived = [Quad(*triple) for triple in dated]
    watch("reasoning")
    closure = reason.close([*data, *ontology, *derived])
    if owlrl:
        watch("reasoning with owlrl, which takes some minutes")
        referee.compare([*data, *ontology, *derived], closure)
    inferred = [*dated, *closure]
    watch("checking the shapes")
    # Not the closure: there a link to the wrong kind of record has given it that class.
    findings = validate.shacl([*data, *ontology, *derived], shapes)
    watch("asking the hygiene queries")
    graphs = {
        namespaces.DATA: _triples(data),
        namespaces.ONTOLOGY: _triples(ontology),
        namespaces.INFERRED: inferred,
        namespaces.SHAPES: _triples(shapes),
    }
    union = {t for name in _ALIKE for t in graphs[name]}
    stated = list(read.quads(namespaces.CATALOGUE))
    checksum = canonical.fingerprint(_named(graphs))
    graphs[namespaces.CATALOGUE] = catalogue.describe(
        stated,
        union,
        {name: len(triples) for name, triples in graphs.items()},
        version("socprot"),
        checksum,
        [path.stem for path in files.tables()],
    )
    union.update(graphs[namespaces.CATALOGUE])
    quads = _quads(graphs, union)
    places = check.Places(read, converted)
    problems = list(check.broken_shapes(findings, places))
    store = Store()
    store.bulk_load(quads, RdfFormat.N_QUADS)
    hygiene = queries.load(files.root() / "queries" / "hygiene")
    problems += check.faults(validate.hygiene(store, hygiene.values()), places)
    if problems:
        raise refuse(problems)
    return Checked(graphs, union, quads, checksum, findings, places)


_ALIKE = (namespaces.DATA, namespaces.ONTOLOGY, namespaces.INFERRED)


def _triples(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(quad.triple for quad in quads))


def _named(graphs: Mapping[str, Iterable[Triple]]) -> Iterator[Quad]:
    """Every triple as a quad of its graph."""
    for name, triples in graphs.items():
        graph = NamedNode(name)
        yield from (Quad(s, p, o, graph) for s, p, o in triples)


def _quads(graphs: Mapping[str, Iterable[Triple]], union: Iterable[Triple]) -> bytes:
    """Write every triple in its own graph, and the union in the default graph."""
    lines = _lines(union)
    for name, triples in graphs.items():
        end = f" <{name}> .\n".encode()
        lines += [line[: -len(b" .\n")] + end for line in _lines(triples)]
    return b"".join(sorted(lines))


def _lines(triples: Iterable[Triple]) -> list[bytes]:
    content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return content.splitlines(keepends=True)


def _pack(name: str, checked: Checked) -> dict[str, bytes]:
    data = (triple.subject for triple in checked.graphs[namespaces.DATA])
    records = {sources.record(s.value) for s in data if isinstance(s, NamedNode)}
    kinds = Counter(record.split("/")[-2] for record in records - {None} if record)
    counts = {iri: len(triples) for iri, triples in sorted(checked.graphs.items())}
    manifest = {
        "hash": name,
        "version": version("socprot"),
        "graphs": counts,
        "triples": len(checked.union),
        "records": len(records - {None}),
        "kinds": dict(sorted(kinds.items())),
        "canonical": checked.checksum,
        "sha256": hashlib.sha256(checked.quads).hexdigest(),  # of graph.nq
        "classes": catalogue.classes(checked.union),
        "warnings": len(checked.findings),
    }
    return {
        "graph.nq": checked.quads,
        "manifest.json": json.dumps(manifest, indent=2).encode() + b"\n",
        context.NAME: context.of(checked.union).document(),
        "report.ttl": check.report(checked.findings).encode(),
        **{f"table/{path.name}": path.read_bytes() for path in _table_files()},
    }


def _table_files() -> Iterator[Path]:
    """Each table and its metadata, as they were written."""
    for path in files.tables():
        yield from (path, path.with_name(path.name + distribution.METADATA))
