"""
A bundle: one immutable folder, named by the hash of what it was made of.

    <hash>/graph.nq         every triple, once in the default graph, once in its own
    <hash>/store/           the same, to be asked where it is
    <hash>/canonical.nq     the same but the catalogue, in its canonical form
    <hash>/manifest.json    what is in it
    <hash>/directory.json   what its records are called, for lists and the search
    <hash>/changes.csv      what last became of each subject
    <hash>/report.ttl       what the validation found
    <hash>/context.jsonld   short names for its terms
    <hash>/table/           the tables as they were written
    <hash>/kept             what the next build can begin with
    <hash>/export/          dumps, made when they are first asked for
    current -> <hash>       the bundle in use

It is written beside, and renamed into place: a bundle is complete or absent, and two
builds at once write the same bytes under the same name, but for the store, which holds
the same.
"""

import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from socprot import context, files, on_disk
from socprot.context import Context
from socprot.errors import GraphMissing

KEPT = (
    5  # bundles; an older one may still be in use, by a server that loads the new one
)

CHANGES = "changes.csv"
EXPORT = "export"  # the folder of dumps, which only the bundle in use keeps

_CURRENT = "current"
_AT_ONCE = 8  # files to write
_ABANDONED = 3600  # seconds after which nobody works on what was begun
# What else decides about the bytes of a bundle: these modules, and these libraries.
_MODULES = (
    "aim amend build bundle canonical catalogue changes check context dates derive "
    "directory distribution kept ledger lines measure namespaces news on_disk pack "
    "reason rebuild release sources splice statement subject tables tally turtle "
    "validate volume"
)
_LIBRARIES = "csvw pyoxigraph pyshacl rdflib socprot"


@dataclass(frozen=True)
class Bundle:
    """A bundle that is complete."""

    path: Path

    @property
    def hash(self) -> str:
        return self.path.name

    @property
    def graph(self) -> Path:
        """All its triples, as N-Quads."""
        return self.path / on_disk.GRAPH

    @cached_property
    def context(self) -> Context:
        """Short names for its terms."""
        return context.read(self.path / context.NAME)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What it holds: see `socprot.build`."""
        text = (self.path / "manifest.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found


@dataclass(frozen=True)
class Inputs:
    """What a bundle is made of, as hashes.

    Attributes:
        software: that decides about the bytes.
        sources: by their names.
    """

    software: str
    sources: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """The name of the bundle that is made of this."""
        digest = hashlib.sha256(self.software.encode())
        for name, content in self.sources.items():
            digest.update(f"{name} {content}\n".encode())
        return digest.hexdigest()


def inputs() -> Inputs:
    """Hash everything that a bundle is made of."""
    hashes = {
        files.name(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files.sources()
    }
    return Inputs(surroundings(), hashes)


def surroundings() -> str:
    """Return the hash of the software that decides about the bytes of a bundle."""
    from importlib.metadata import version  # for builds only, and it takes long

    digest = hashlib.sha256()
    for library in _LIBRARIES.split():
        digest.update(f"{library} {version(library)}\n".encode())
    for path in _modules():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _modules() -> Iterator[Path]:
    package = Path(__file__).parent
    for name in _MODULES.split():
        yield package / f"{name}.py"
    yield from sorted((package / "rules").rglob("*.r[qu]"))


def find(name: str) -> Bundle | None:
    """Return the bundle of this hash, if there is one."""
    path = files.bundles() / name
    return Bundle(path) if (path / "manifest.json").is_file() else None


def current() -> Bundle | None:
    """Return the bundle in use, if there is one."""
    link = files.bundles() / _CURRENT
    try:
        return find(link.readlink().name)
    except OSError:
        return None


def require() -> Bundle:
    """Return the bundle in use.

    Raises:
        GraphMissing: there is none yet.
    """
    found = current()
    if found is None:
        raise GraphMissing("there is no bundle yet: run `socprot build`.")
    return found


def write(name: str, contents: Mapping[str, bytes], draft: on_disk.Draft) -> Bundle:
    """Write a bundle and make it the one in use."""
    folder = files.bundles()
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        beside.chmod(0o755)
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # a disk syncs many in one go
            storing = pool.submit(draft.finish, contents[on_disk.GRAPH])
            list(pool.map(_write, map(beside.joinpath, contents), contents.values()))
        # What a power cut leaves of it is no use, and is done without.
        storing.result().rename(beside / on_disk.NAME)
        _sync(beside)
        try:
            beside.rename(place)
        except OSError:
            # Another build was faster; what has the name is complete.
            if find(name) is None:
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return use(Bundle(place))


def use(bundle: Bundle) -> Bundle:
    """Make a bundle the one in use, and remove those that nobody needs any more."""
    folder = files.bundles()
    link = folder / f".current-{os.getpid()}-{threading.get_ident()}"
    link.unlink(missing_ok=True)
    link.symlink_to(bundle.path.name)
    link.replace(folder / _CURRENT)
    os.utime(bundle.path)
    _sync(folder)
    others = [path for path in folder.iterdir() if _is_old(path, bundle)]
    by_age = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    for path in by_age[: KEPT - 1]:
        shutil.rmtree(path / EXPORT, ignore_errors=True)
    for path in folder.glob(".new-*"):
        with suppress(OSError):  # its build has ended meanwhile
            if time.time() - path.stat().st_mtime > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)  # its build was killed
    return bundle


def _is_old(path: Path, used: Bundle) -> bool:
    if path.name.startswith(".") or path.name == used.hash or path.is_symlink():
        return False
    return (path / "manifest.json").is_file()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
