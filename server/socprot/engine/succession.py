"""How a store that is in memory goes over to another bundle: by the lines that differ.

To load a graph takes the better part of a second, and one that is built a moment later
has nearly all of its triples. Both files are compared: they are sorted, so that takes a
glance. The process that does so was forked for it (see `socprot.engine.nursery`): the
workers of the old bundle keep what they have.
"""

import mmap
from pathlib import Path

from socprot import on_disk
from socprot.engine.source import Source, load, stamp
from socprot.errors import GraphMissing
from socprot.splice import differences

# Lines that may differ, all in all: the memory of what has gone is not given back.
_MOST = 20_000


class Loaded:
    """A store in memory, and what it was loaded from."""

    def __init__(self, source: Source) -> None:
        """Load it.

        Raises:
            GraphMissing: a file is missing or broken.
        """
        self._source = source
        self._left = _MOST
        self._stamp = _stamp(source)
        self.graph = load(source)

    def become(self, source: Source) -> None:
        """Hold what another bundle holds. Where that fails, the store is of no use.

        Raises:
            GraphMissing: it is better loaded anew, or cannot be read.
        """
        if not (self._stamp and self._stamp == _stamp(self._source)):
            raise GraphMissing("What was loaded is not there any more.")
        seen = _stamp(source)
        try:
            gone, come = _compare(_graph(self._source), _graph(source))
        except (OSError, ValueError) as error:
            raise GraphMissing(f"{_graph(source)} cannot be read: {error}") from error
        self._left -= len(gone) + len(come)
        if self._left < 0:
            raise GraphMissing("Too much has changed.")
        if any(on_disk.MAYBE_BLANK in line for line in (*gone, *come)):
            raise GraphMissing("Blank nodes may have changed.")
        on_disk.change(self.graph.store, gone, come)
        self._source, self._stamp = source, seen


def _graph(source: Source) -> Path:
    return Path(source.folder or "", on_disk.GRAPH)


def _stamp(source: Source) -> tuple[int, ...]:
    """What tells whether a file is still the same; nothing where there is none."""
    if source.folder is None or source.files:
        return ()
    try:
        return stamp(_graph(source))
    except OSError:
        return ()


def _compare(old: Path, new: Path) -> tuple[list[bytes], list[bytes]]:
    with (
        old.open("rb") as one,
        new.open("rb") as other,
        mmap.mmap(one.fileno(), 0, access=mmap.ACCESS_READ) as before,
        mmap.mmap(other.fileno(), 0, access=mmap.ACCESS_READ) as after,
    ):
        return differences(before, after)
