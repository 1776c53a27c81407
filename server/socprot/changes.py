"""
What the records and tables say otherwise than in the build before.

Every record and table is a part; those whose files have other hashes are read again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pyoxigraph import BlankNode, Quad, Store, Triple

from socprot import files, lines, sources, tables
from socprot.kept import Kept, Unusable

_MOST = 5_000  # triples; with more, a full build is not much slower
_METADATA = "-metadata.json"


@dataclass(frozen=True)
class Change:
    """What is not stated any more, what is new, and all parts as they are now."""

    removed: set[Triple]
    added: set[Triple]
    parts: Mapping[str, str]


def since(before: Kept, hashes: Mapping[str, str]) -> Change:
    """Compare the sources with those of an earlier build.

    Raises:
        Unusable: more has changed than records and tables, or one is broken.
    """
    differing = {
        name
        for name in {*before.sources, *hashes}
        if before.sources.get(name) != hashes.get(name)
    }
    touched = sorted({part for one in differing for part in _parts(one)})
    new = {name: written(_read(name)) for name in touched if name in hashes}
    old = {name: before.parts[name] for name in touched if name in before.parts}
    same = {n: part for n, part in before.parts.items() if n not in touched}
    was, now = _lines(old), _lines(new)
    # What another part says too neither comes nor goes.
    removed, added = (
        _triples(lines - _lines(same)) for lines in (was - now, now - was)
    )
    if len(removed) + len(added) > _MOST:
        raise Unusable("much has changed")
    return Change(removed, added, same | new)


def written(quads: Iterable[Quad]) -> str:
    """What a part says, as sorted lines of N-Triples."""
    return b"".join(sorted(set(lines.of(quad.triple for quad in quads)))).decode()


def _parts(name: str) -> list[str]:
    """The parts that the change of a source changes.

    Raises:
        Unusable: it may change anything.
    """
    path = PurePosixPath(name)
    if path.parts[0] == "queries" or name == sources.DATASET:
        return []  # which are asked, and read, whatever has changed
    if path.parts[:2] == ("data", "table") and path.suffix in (".csv", ".json"):
        return [name.removesuffix(_METADATA)]
    if path.parts[0] == "data" and len(path.parts) == 3 and path.suffix == ".ttl":
        return [name]
    raise Unusable(f"{name} has changed")


def _read(name: str) -> Iterable[Quad]:
    path = files.root() / name
    if path.suffix == ".csv":
        table, problems = tables.convert(path, name)
        quads: Iterable[Quad] = list(tables.triples([table]))
    else:
        file, problems = sources.read_record(path)
        quads = file.quads if file else []
    if problems:
        raise Unusable(f"{name} is broken")
    return quads


def _lines(parts: Mapping[str, str]) -> set[str]:
    return {line for part in parts.values() for line in part.splitlines(keepends=True)}


def _triples(written: Iterable[str]) -> set[Triple]:
    """Read lines.

    Raises:
        Unusable: one has a blank node, or a literal that a store would spell otherwise.
    """
    quads = set(lines.quads(line.encode() for line in written))
    if any(isinstance(t, BlankNode) for q in quads for t in (q.subject, q.object)):
        raise Unusable("a part has blank nodes")
    store = Store()
    store.extend(quads)
    if set(store) != quads:
        raise Unusable("a part has literals that are not in their canonical form")
    return {quad.triple for quad in quads}
