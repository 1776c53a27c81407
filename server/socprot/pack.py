"""
What a checked graph becomes: the catalogue is added, and everything written down.

Whatever way the triples were come by, all of them or only what changed, they are packed
here; so both ways give the same bytes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from socprot import (
    bundle,
    canonical,
    catalogue,
    check,
    context,
    directory,
    distribution,
    files,
    lines,
    namespaces,
    news,
    release,
    sources,
    subject,
)
from socprot.kept import FILE, Kept
from socprot.tally import Extended

_HASHED = tuple(g for g in namespaces.NAMED_GRAPHS if g != namespaces.CATALOGUE)
_SUBJECTS = f"""
    SELECT DISTINCT ?s
    {{ GRAPH <{namespaces.DATA}> {{ ?s ?p ?o }} FILTER(ISIRI(?s)) }}
"""
_SIZES = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


@dataclass(frozen=True)
class Whole:
    """A graph with its catalogue.

    Attributes:
        lines: of N-Quads, sorted: what is published.
        store: the same, to be asked.
        checksum: of the canonical form of all graphs but the catalogue.
        history: what last became of each subject.
    """

    lines: Sequence[bytes]
    store: Store
    checksum: str
    history: Sequence[release.Entry]

    @cached_property
    def size(self) -> int:
        """How many triples the default graph has."""
        (row,) = _rows(self.store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        return int(row["n"].value)


def whole(written: Iterable[bytes], store: Store, stated: Iterable[Quad]) -> Whole:
    """Describe a graph, and add the description to it.

    Args:
        written: the graph as lines of N-Quads.
        store: the same; the description is added to it.
        stated: what data/dataset.ttl says of it.
    """
    everything = sorted(written)
    described = list(stated)
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(Extended, store)  # it leaves Python alone meanwhile
        checksum = canonical.fingerprint(lines.within(everything, _HASHED))
        states = subject.states(everything)
    ledgers = release.read()
    history = release.history(ledgers, states, news.modified(described))
    sizes = _sizes(store)
    told = catalogue.describe(
        described,
        counting.result(),
        {name: sizes[name] for name in _HASHED},
        version("socprot"),
        checksum,
        [path.stem for path in files.tables()],
        news.changes(ledgers, history, version("socprot")),
    )
    own = NamedNode(namespaces.CATALOGUE)
    new = [t for t in told if Quad(*t) not in store]
    store.extend(Quad(*t) for t in new)
    store.extend(Quad(t.subject, t.predicate, t.object, own) for t in told)
    everything += [*lines.of(new), *lines.of(told, namespaces.CATALOGUE)]
    return Whole(sorted(everything), store, checksum, history)


def contents(name: str, made: Whole, keep: Kept) -> dict[str, bytes]:
    """The files of a bundle, by their names."""
    content = b"".join(made.lines)
    kinds = _kinds(made.store)
    listing = directory.compile_(lambda query: map(list, _rows(made.store, query)))
    manifest = {
        "hash": name,
        "version": version("socprot"),
        "graphs": dict(sorted(_sizes(made.store).items())),
        "triples": made.size,
        "records": kinds.total(),
        "kinds": dict(sorted(kinds.items())),
        "canonical": made.checksum,
        "sha256": hashlib.sha256(content).hexdigest(),  # of graph.nq
        "classes": catalogue.classes(made.store),
        "languages": listing.languages,
        "warnings": len(keep.findings),
    }
    return {
        "graph.nq": content,
        "manifest.json": json.dumps(manifest, indent=2).encode() + b"\n",
        bundle.CHANGES: release.written(made.history),
        context.NAME: context.of(made.store).document(),
        directory.FILE: directory.write(listing),
        "report.ttl": check.report(keep.findings).encode(),
        FILE: keep.packed(),
        **{f"table/{path.name}": path.read_bytes() for path in _table_files()},
    }


def _sizes(store: Store) -> dict[str, int]:
    found = {row["g"].value: int(row["n"].value) for row in _rows(store, _SIZES)}
    return dict.fromkeys(namespaces.NAMED_GRAPHS, 0) | found


def _kinds(store: Store) -> Counter[str]:
    """How many records of each kind something is said of."""
    found = {sources.record(row["s"].value) for row in _rows(store, _SUBJECTS)}
    return Counter(record.split("/")[-2] for record in found if record)


def _rows(store: Store, query: str) -> QuerySolutions:
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    return answer


def _table_files() -> Iterator[Path]:
    """Each table and its metadata, as they were written."""
    for path in files.tables():
        yield from (path, path.with_name(path.name + distribution.METADATA))
