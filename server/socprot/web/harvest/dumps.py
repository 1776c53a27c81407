"""Dumps on disk: made on the first demand, by another process, and then kept."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from socprot import distribution, dump
from socprot.bundle import EXPORT, Bundle
from socprot.errors import Busy, EngineUnavailable, NotFound

_WAITING = 8  # requests that may wait for files to be written
_SECONDS = 300


@dataclass(frozen=True)
class Dump:
    """A file that has been written."""

    path: Path
    checksum: str

    @property
    def compressed(self) -> Path:
        return dump.compressed(self.path)


class Dumps:
    """The dumps of one bundle."""

    def __init__(self, bundle: Path) -> None:
        self._bundle = Bundle(bundle)
        self._beside = bundle / EXPORT
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_WAITING)

    @cached_property
    def names(self) -> Sequence[str]:
        """Every file that there can be."""
        return (*dump.names(self._bundle), distribution.SUMS)

    @cached_property
    def _folder(self) -> Path:
        """Beside the graph, or wherever files may be written.

        Raises:
            EngineUnavailable: there is no such place.
        """
        try:
            self._beside.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=self._beside):
                return self._beside
        except OSError:
            pass
        try:
            self._spare = tempfile.TemporaryDirectory(prefix="socprot-")
        except OSError as error:
            raise EngineUnavailable("No file can be written here.") from error
        return Path(self._spare.name)

    def held(self, name: str) -> Dump | None:
        """A file, if it has been written already.

        Raises:
            EngineUnavailable: it has not, and cannot be.
        """
        path = self._beside / name  # an image brings them along, and can write nothing
        if checksum := dump.checksum(path):
            return Dump(path, checksum)
        path = self._folder / name
        checksum = dump.checksum(path)
        return Dump(path, checksum) if checksum else None

    def get(self, name: str) -> Dump:
        """A file, written now if it has not been before.

        Raises:
            NotFound: there is no such file.
            Busy: too many already wait for files to be written.
            EngineUnavailable: it cannot be written.
        """
        if name not in self.names:
            raise NotFound(f"There is no file {name!r} here; see /export/.")
        if found := self.held(name):
            return found
        if not self._waiting.acquire(blocking=False):
            raise Busy("Others wait for this file to be written.", retry_after=10)
        try:
            with self._turn:
                if self.held(name) is None:
                    self._write(name)
        finally:
            self._waiting.release()
        written = self.held(name)
        if written is None:
            raise EngineUnavailable("The file could not be written.")
        return written

    def _write(self, name: str) -> None:
        chosen = [] if name == distribution.SUMS else [name]
        command = [sys.executable, "-m", "socprot.dump"]
        paths = [str(self._bundle.path), str(self._folder)]
        try:
            subprocess.run(
                [*command, *paths, *chosen],
                check=True,
                stdin=subprocess.DEVNULL,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineUnavailable("The file could not be written.") from error
