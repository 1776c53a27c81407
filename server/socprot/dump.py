"""
Write the files that people take away: byte-stable, compressed too, with a checksum.

    python -m socprot.dump BUNDLE FOLDER [NAME ...]

The server runs it so, in a process of its own: it takes seconds and much memory.
"""

import gc
import gzip
import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from socprot import datapackage, distribution, export, files, namespaces
from socprot.bundle import Bundle
from socprot.distribution import SUMS, WHOLE
from socprot.errors import NotFound
from socprot.sources import record

_SUM, _GZIP = ".sha256", ".gz"  # of the files beside each file
_DEFAULT = ("catalogue", "data", "inferred", "ontology")


class Source:
    """A bundle, read at most once, from which files are written."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._sorted: tuple[str, export.Ordered] | None = None

    def names(self) -> list[str]:
        """Every file that there can be, but for the list of their checksums."""
        return list(names(self._bundle))

    def content(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            NotFound: there is no such file.
        """
        if name not in self.names():
            raise NotFound(f"there is no file {name!r} to export.")
        folder, _, file = name.rpartition("/")
        if folder == "table":
            return (self._bundle.path / name).read_bytes()
        if name == distribution.CANONICAL:
            return (self._bundle.path / name).read_bytes()
        if name == distribution.ANNOTATED:
            return export.annotated(self._quads("graph", "data"))
        if name == distribution.PACKAGE:
            return datapackage.describe(self._bundle, self._quads("graph", "catalogue"))
        form = distribution.form_of(name)
        assert form is not None  # every other name has the suffix of one
        quads = self._ordered(folder, file.rpartition(".")[0])
        return export.write(quads, form.name, self._bundle.context)

    def _ordered(self, folder: str, stem: str) -> export.Ordered:
        """Sorted once for all formats, which are written one after the other."""
        key = f"{folder}/{stem}"
        if self._sorted is None or self._sorted[0] != key:
            self._sorted = key, export.Ordered(self._quads(folder, stem))
        return self._sorted[1]

    def _quads(self, folder: str, stem: str) -> Iterable[Quad]:
        if folder == "graph":
            return self._graphs.get(namespaces.GRAPH + stem, [])
        if folder == "kind":
            return self._kinds[stem]
        assert stem == WHOLE
        return [q for name in _DEFAULT for q in self._quads("graph", name)]

    @cached_property
    def _graphs(self) -> dict[str, list[Quad]]:
        found: dict[str, list[Quad]] = {}
        for quad in export.read(self._bundle.graph):
            if isinstance(quad.graph_name, NamedNode):
                found.setdefault(quad.graph_name.value, []).append(quad)
        return found

    @cached_property
    def _kinds(self) -> dict[str, list[Quad]]:
        found: dict[str, list[Quad]] = {}
        for quad in self._quads("graph", "data"):
            iri = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
            if described := record(iri):
                kind = described.removeprefix(namespaces.ID).partition("/")[0]
                found.setdefault(kind, []).append(quad)
        return found


def names(bundle: Bundle) -> Iterator[str]:
    """Every file that a bundle can be exported as."""
    tables = sorted(path.stem for path in (bundle.path / "table").glob("*.csv"))
    return distribution.names(bundle.manifest.get("kinds", {}), tables)


def write(source: Source, folder: Path, chosen: Sequence[str]) -> None:
    """Write some files, or all of them and the list of their checksums."""
    known = source.names()
    for name in chosen or known:
        if checksum(folder / name) is None:
            _write(folder / name, source.content(name))
    if not chosen:
        sums = (f"{checksum(folder / name)}  {name}\n" for name in sorted(known))
        _write(folder / SUMS, "".join(sums).encode())


def checksum(path: Path) -> str | None:
    """The SHA-256 of a file, or None if it has not been written yet."""
    try:
        return path.with_name(path.name + _SUM).read_text(encoding="ascii")
    except OSError:
        return None


def compressed(path: Path) -> Path:
    """Where the same file is, compressed."""
    return path.with_name(path.name + _GZIP)


def _write(path: Path, content: bytes) -> None:
    """Write a file and what goes with it; the checksum last, since it says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.put(path, content)
    files.put(compressed(path), gzip.compress(content, 6, mtime=0))
    checksum = hashlib.sha256(content).hexdigest().encode()
    files.put(path.with_name(path.name + _SUM), checksum)


def main() -> None:
    """Write the files named on the command line."""
    gc.disable()  # nothing in here is a circle, and it would look a sixth of the time
    bundle, folder, *chosen = sys.argv[1:]
    write(Source(Bundle(Path(bundle))), Path(folder), chosen)


if __name__ == "__main__":
    main()
