"""
What a checked graph becomes: the catalogue is added, and everything written down.

Whatever way the triples were come by, all of them or only what changed, they are packed
here; so both ways give the same bytes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from socprot import (
    bundle,
    catalogue,
    check,
    context,
    directory,
    distribution,
    files,
    lines,
    namespaces,
    news,
    on_disk,
    release,
    sources,
)
from socprot.kept import FILE, Kept
from socprot.ledger import Ledger
from socprot.measure import Measure
from socprot.tally import Extended, Tally


@dataclass(frozen=True)
class Whole:
    """A graph with its catalogue.

    Attributes:
        content: sorted lines of N-Quads: what is published.
        ask: asks the same.
        told: the catalogue, as sorted lines of N-Triples.
        canonical: the canonical form of the same but the catalogue.
        checksum: of that.
        measure: what was found of it without the catalogue.
        tally: of its default graph, the catalogue included.
        sizes: how many triples each named graph has.
        history: what last became of each subject.
    """

    content: bytes
    ask: Callable[[str], Any]
    told: bytes
    canonical: bytes
    checksum: str
    measure: Measure
    tally: Tally
    sizes: Mapping[str, int]
    history: Sequence[release.Entry]


def whole(ledger: Ledger, measure: Measure, stated: Iterable[Quad]) -> Whole:
    """Describe a graph, and add the description to it.

    Args:
        measure: what was found of it.
        stated: what data/dataset.ttl says of it.
    """
    described = list(stated)
    canonical = ledger.canonical()
    checksum = hashlib.sha256(canonical).hexdigest()
    ledgers = release.read()
    history = release.history(ledgers, measure.states, news.modified(described))
    counting = Extended(measure.tally, ledger.holds())
    told = catalogue.describe(
        described,
        counting,
        measure.sizes,
        version("socprot"),
        checksum,
        [path.stem for path in files.tables()],
        news.changes(ledgers, history, version("socprot")),
    )
    ledger.tell(told)
    tally = counting.with_(told)
    sizes = {**measure.sizes, namespaces.CATALOGUE: len(told)}
    if tally.triples < sum(sizes[name] for name in namespaces.DEFAULT_UNION):
        ledger.merge()
    return Whole(
        ledger.content(),
        ledger.ask,
        b"".join(sorted(lines.of(told))),
        canonical,
        checksum,
        measure,
        tally,
        sizes,
        history,
    )


def contents(name: str, made: Whole, keep: Kept) -> dict[str, bytes]:
    """The files of a bundle, by their names."""
    kinds = _kinds(made)
    listing = directory.compile_(lambda query: map(list, made.ask(query)))
    manifest = {
        "hash": name,
        "version": version("socprot"),
        "graphs": dict(sorted(made.sizes.items())),
        "triples": made.tally.triples,
        "records": kinds.total(),
        "kinds": dict(sorted(kinds.items())),
        "canonical": made.checksum,
        "sha256": hashlib.sha256(made.content).hexdigest(),  # of graph.nq
        "classes": dict(sorted(made.tally.records.items())),
        "languages": listing.languages,
        "warnings": len(keep.findings),
    }
    return {
        on_disk.GRAPH: made.content,
        "manifest.json": json.dumps(manifest, indent=2).encode() + b"\n",
        distribution.CANONICAL: made.canonical,
        bundle.CHANGES: release.written(made.history),
        context.NAME: context.of(made.tally.values).document(),
        directory.FILE: directory.write(listing),
        "report.ttl": check.report(keep.findings).encode(),
        FILE: keep.packed(),
        **{f"table/{path.name}": path.read_bytes() for path in _table_files()},
    }


def _kinds(made: Whole) -> Counter[str]:
    """How many records of each kind something is said of."""
    named = (one.iri for one in made.measure.states if one.graph == "data")
    found = {sources.record(iri) for iri in named}
    return Counter(record.split("/")[-2] for record in found if record)


def _table_files() -> Iterator[Path]:
    """Each table and its metadata, as they were written."""
    for path in files.tables():
        yield from (path, path.with_name(path.name + distribution.METADATA))
