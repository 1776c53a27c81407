"""
Graphs that are too large for memory are made into stores on disk, and kept on a shelf.

    python -m socprot.engine.shelf STORE FILE ...

Joins run several times faster in memory, so small graphs stay there. A large one is
loaded once, in a process of its own that gives all its memory back, and found again by
the hash of its files, which is noted, for it takes long to read them. What loading
leaves in many parts is then merged, since a question would have to look into each of
them: of 14 million triples, questions are answered two to five times as fast for it,
and loading takes a sixth longer. What is merged is not compressed: it takes twice the
room. Workers open the store read-only, so that many share the pages that the kernel has
read, and memory does not grow with the graph. (The store in a bundle is another thing,
for small graphs, until they are in memory: see `socprot.on_disk`.)
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Store

from socprot import files, on_disk
from socprot.engine.source import format_of, stamp
from socprot.errors import GraphMissing, SocprotError

KEPT = 2  # stores; a server that goes over to another one needs both for a while
IN_MEMORY = 256  # MB of files; about a million and a half triples, and a gigabyte

_NOTE = ".sha256"
_LOG = logging.getLogger("socprot.shelf")


def is_large(paths: Sequence[Path]) -> bool:
    """Whether these files belong on disk; `SOCPROT_IN_MEMORY` says otherwise, in MB."""
    limit = int(os.environ.get("SOCPROT_IN_MEMORY", IN_MEMORY))
    return sum(path.stat().st_size for path in paths) > limit * 1_000_000


def digest(paths: Sequence[Path]) -> str:
    """The hash of the contents of some files; of large ones, it is noted.

    Those that have their places, sizes and times still are taken for what they were.

    Raises:
        OSError: one cannot be read.
    """
    if not is_large(paths):
        return _hash(paths)
    seen = _stamp(paths)
    note = _shelf() / f".{seen}{_NOTE}"
    if len(noted := _noted(note)) == len(seen):
        return noted
    found = _hash(paths)
    if _stamp(paths) == seen:  # nobody wrote to them meanwhile
        with suppress(OSError):  # there may be no room, nor a right to write
            note.parent.mkdir(parents=True, exist_ok=True)
            files.put(note, found.encode())
    return found


def _hash(paths: Sequence[Path]) -> str:
    hashed = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            hashed.update(hashlib.file_digest(file, "sha256").digest())
    return hashed.hexdigest()


def _stamp(paths: Sequence[Path]) -> str:
    """What tells whether files are still the same, and in their places."""
    told = [f"{path.resolve()} {stamp(path)}\n" for path in paths]
    return hashlib.sha256(os.fsencode("".join(told))).hexdigest()


def _noted(note: Path) -> str:
    with suppress(OSError, ValueError):
        return note.read_text(encoding="ascii")
    return ""


def _shelf() -> Path:
    return files.bundles() / "shelf"


def fetch(paths: Sequence[Path], digest: str) -> Path:
    """Return the store of these files; make it first if need be.

    Args:
        digest: the hash of their contents.

    Raises:
        GraphMissing: a file is missing or broken, or there is no room on the disk.
    """
    shelf = _shelf()
    shelf.mkdir(parents=True, exist_ok=True)
    place = shelf / digest
    if not place.is_dir():
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
        try:
            _make(paths, beside / on_disk.NAME)
            try:
                beside.rename(place)
            except OSError:
                if not place.is_dir():  # or another process was faster
                    raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    os.utime(place)
    others = [path for path in shelf.iterdir() if path.name[0] != "." and path != place]
    by_age = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    for note in shelf.glob(f".*{_NOTE}"):
        if not (shelf / (_noted(note) or "none")).is_dir():
            note.unlink(missing_ok=True)
    return place / on_disk.NAME


def _make(paths: Sequence[Path], store: Path) -> None:
    size = sum(path.stat().st_size for path in paths)
    _LOG.info("%.0f MB are loaded into a store on disk", size / 1_000_000)
    module = "socprot.engine.shelf"
    command = [sys.executable, "-m", module, *map(str, (store, *paths))]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        why = made.stderr.strip().rpartition("\n")[2]
        raise GraphMissing(why or f"the process that loads {paths[0]} was killed")


def main(store: Path, paths: Sequence[Path]) -> None:
    """Load files into a new store.

    Raises:
        GraphMissing: one is missing or broken, or there is no room on the disk.
    """
    made = Store(str(store))
    for path in paths:
        rdf_format = format_of(path)
        try:
            made.bulk_load(path=str(path), format=rdf_format, base_iri=path.as_uri())
        except OSError as error:
            raise GraphMissing(f"{path} cannot be loaded: {error}") from error
        except (SyntaxError, ValueError) as error:
            raise GraphMissing(f"{path} is broken: {error}") from error
    try:
        made.optimize()
        made.flush()
    except OSError as error:
        raise GraphMissing(f"{store} cannot be written: {error}") from error


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
    except SocprotError as error:
        sys.exit(str(error))
