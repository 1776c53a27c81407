"""
The graph of a bundle as a store on disk, which can be asked at once.

To load the graph into memory takes the better part of a second, to open this a
hundredth. So a server answers from it until it has loaded the graph, and a command that
asks one question loads nothing.

To make it takes two seconds. A build does so while it counts, and adds what comes after
that; one that does only what has changed copies the store before.
"""

import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import RdfFormat, Store, parse

from socprot.splice import differences

NAME = "store"  # the folder in a bundle
GRAPH = "graph.nq"  # what it is made of
DAMAGED = OSError, RuntimeError  # what a store that is damaged, or absent, raises
MAYBE_BLANK = b"_:"  # in lines that may have a node with another name in each store

_MOST = 20_000  # lines that may differ before it is quicker to load all of them
_PARTS = 100  # files; each change leaves some, and each slows questions down


def find(bundle: Path) -> Path | None:
    """The store of a bundle, where it has one."""
    store = bundle / NAME
    return store if store.is_dir() else None


def agrees(bundle: Path) -> bool:
    """Whether a bundle has a store, and that holds its graph.

    Blank nodes are only counted, since they have other names there.
    """
    store = find(bundle)
    if store is None:
        return False
    meant = Store()
    meant.bulk_load(path=str(bundle / GRAPH), format=RdfFormat.N_QUADS, lenient=True)
    try:
        return _named(Store.read_only(str(store))) == _named(meant)
    except DAMAGED:
        return False


def _named(store: Store) -> tuple[set[bytes], int]:
    every = (store.dump(format=RdfFormat.N_QUADS) or b"").splitlines()
    return {line for line in every if MAYBE_BLANK not in line}, len(every)


def change(store: Store, gone: Iterable[bytes], come: Iterable[bytes]) -> None:
    """Take some quads out of a store, and put others in: lines without blank nodes."""
    for quad in parse(b"".join(gone), RdfFormat.N_QUADS, lenient=True):
        store.remove(quad)
    store.extend(parse(b"".join(come), RdfFormat.N_QUADS, lenient=True))


class Draft:
    """The store of a bundle to come. It is removed at the end, unless it was moved."""

    def __init__(self, folder: Path) -> None:
        """Begin with none.

        Args:
            folder: on the disk where the bundle is to be.
        """
        self._folder = folder
        self._beside: Path | None = None
        self._pool = ThreadPoolExecutor(1)  # the store works beside Python
        self._held: Future[tuple[Store, bytes]] | None = None  # open, and its graph

    def begin(self, content: bytes) -> None:
        """Load sorted lines of N-Quads, meanwhile: most of what is to be in it."""
        self._held = self._pool.submit(_load, self._place, content)

    def copy(self, bundle: Path) -> None:
        """Copy, meanwhile, that of another bundle of much the same graph."""
        self._held = self._pool.submit(_copy, self._place, bundle)

    def finish(self, content: bytes) -> Path:
        """Hold what these sorted lines of N-Quads say; return the folder.

        Raises:
            OSError: there is no room on the disk.
        """
        held, self._held = self._held, None
        ready = False
        if held:
            with suppress(*DAMAGED):  # the other bundle has none, or that is no use
                ready = _go_over(*held.result(), content)
            del held  # and it is closed
        if not ready:
            _load(self._place, content)
        elif len(list(self._place.iterdir())) > _PARTS:
            Store(str(self._place)).optimize()
        for log in self._place.glob("LOG*"):
            log.unlink()  # it tells of the machine
        return self._place

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()
        self._held = None
        if self._beside:
            shutil.rmtree(self._beside, ignore_errors=True)

    @property
    def _place(self) -> Path:
        """Where it is. To be asked in one thread: there is no such folder before."""
        if self._beside is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._beside = Path(tempfile.mkdtemp(prefix=".new-", dir=self._folder))
        return self._beside / NAME


def _load(place: Path, content: bytes) -> tuple[Store, bytes]:
    shutil.rmtree(place, ignore_errors=True)
    store = Store(str(place))
    try:
        # Every term in it is valid: it was read, or made, by the same engine.
        store.bulk_load(content, RdfFormat.N_QUADS, lenient=True)
        store.flush()
    except BaseException:
        del store  # or the error would keep it open, and locked
        raise
    return store, content


def _copy(place: Path, bundle: Path) -> tuple[Store, bytes]:
    place.mkdir()
    for path in (bundle / NAME).iterdir():
        if path.suffix == ".sst":  # nobody writes to such a file again
            with suppress(OSError):  # this disk has no links
                (place / path.name).hardlink_to(path)
                continue
        shutil.copyfile(path, place / path.name)
    if not (place / "CURRENT").is_file():
        raise FileNotFoundError(place)  # or it would be opened as if it were new
    return Store(str(place)), (bundle / GRAPH).read_bytes()


def _go_over(store: Store, old: bytes, new: bytes) -> bool:
    """Go over from one graph to another; return whether that will do."""
    gone, come = differences(old, new)
    if len(gone) + len(come) > _MOST or any(MAYBE_BLANK in x for x in (*gone, *come)):
        return False
    if not all(map(_is_kept, (gone, come))):
        return False
    change(store, gone, come)  # it stays in the log of the store, which is read again
    return True


def _is_kept(lines: Iterable[bytes]) -> bool:
    """Whether a store gives these back as they are written: some values, it does not,
    and two of them may be one."""
    quads = set(parse(b"".join(lines), RdfFormat.N_QUADS, lenient=True))
    store = Store()
    store.extend(quads)
    return set(store) == quads
