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

_MOST = 20_000  # lines that may differ before it is quicker to load all of them
_PARTS = 100  # files; each change leaves some, and each slows questions down
_MAYBE_BLANK = b"_:"
_OF_OTHERS = shutil.ignore_patterns("LOG*", "LOCK")


def find(bundle: Path) -> Path | None:
    """The store of a bundle, where it has one."""
    store = bundle / NAME
    return store if store.is_dir() else None


class Draft:
    """The store of a bundle to come. It is removed at the end, unless it was moved."""

    def __init__(self, folder: Path) -> None:
        """Begin with none.

        Args:
            folder: on the disk where the bundle is to be.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        self._place = self._folder / NAME
        self._pool = ThreadPoolExecutor(1)  # the store works beside Python
        self._held: Future[bytes] | None = None

    def begin(self, content: bytes) -> None:
        """Load sorted lines of N-Quads, meanwhile: most of what is to be in it."""
        self._held = self._pool.submit(self._load, content)

    def copy(self, bundle: Path) -> None:
        """Copy that of another bundle, of much the same graph, by the same software."""
        self._held = self._pool.submit(self._copy, bundle)

    def finish(self, content: bytes) -> Path:
        """Hold what these sorted lines of N-Quads say; return the folder.

        Raises:
            OSError: there is no room on the disk.
        """
        ready = False
        if self._held:
            with suppress(*DAMAGED):  # the other bundle has none, or that is no use
                ready = _change(self._place, self._held.result(), content)
        if not ready:
            self._load(content)
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
        shutil.rmtree(self._folder, ignore_errors=True)

    def _load(self, content: bytes) -> bytes:
        shutil.rmtree(self._place, ignore_errors=True)
        store = Store(str(self._place))
        # Every term in it is valid: it was read, or made, by the same engine.
        store.bulk_load(content, RdfFormat.N_QUADS, lenient=True)
        store.flush()
        return content

    def _copy(self, bundle: Path) -> bytes:
        shutil.copytree(bundle / NAME, self._place, ignore=_OF_OTHERS)
        return (bundle / GRAPH).read_bytes()


def _change(place: Path, old: bytes, new: bytes) -> bool:
    """Go over from one graph to another; return whether that will do."""
    gone, come = differences(old, new)
    # A blank node has another name in each store.
    if len(gone) + len(come) > _MOST or any(_MAYBE_BLANK in x for x in (*gone, *come)):
        return False
    store = Store(str(place))
    for quad in parse(b"".join(gone), RdfFormat.N_QUADS, lenient=True):
        store.remove(quad)
    store.extend(parse(b"".join(come), RdfFormat.N_QUADS, lenient=True))
    store.flush()
    if len(list(place.iterdir())) > _PARTS:
        store.optimize()
        store.flush()
    # One that lacks a file is opened as if it were new.
    return len(store) == new.count(b"\n")
