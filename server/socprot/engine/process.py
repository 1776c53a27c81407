"""A worker, seen from the engine: a process, a tray for it, and a pipe from it."""

import resource
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from socprot.engine.packing import unpacked
from socprot.engine.wire import ERROR, LARGE, PACKET, QUERY, Frame, Pipe, Tray

_REPORT = 2.0  # seconds to wait until the nursery has told of a death


@dataclass(frozen=True)
class Death:
    """How a worker ended.

    Attributes:
        signal: what killed it, 0 for nothing; None where nobody knows.
        grown: by how many bytes its memory had grown.
        killed_for: why the engine killed it, "" where it did not.
    """

    signal: int | None
    grown: int
    killed_for: str


class Worker:
    """A process that evaluates queries, seen from the engine.

    Attributes:
        process: its number, once that is known.
        killed_for: why the engine killed it, "" where it did not.
    """

    def __init__(self, number: int, pipe: Pipe, tray: Tray) -> None:
        self.number = number
        self.process: int | None = None
        self.killed_for = ""
        self._pipe = pipe
        self._tray = tray
        self._clock: int | None = None
        self._death: Death | None = None
        self._died = threading.Event()

    def ready(self, timeout: float) -> bool:
        """Wait until it can take a query; return False where it died instead.

        Raises:
            TimeoutError: it was not ready in so many seconds.
            BlockingIOError: the same, for 0 seconds.
            GraphMissing: it could not open the graph.
        """
        if self._clock is None:
            frame = self._pipe.receive(timeout)
            if frame is None:
                return False
            if frame.kind == ERROR:
                raise unpacked(frame.payload)
            self.process = int(frame.payload)
            self._clock = _clock(self.process)
        return True

    def send(self, query: bytes) -> None:
        """Give it a query. Where it is gone, receiving will tell."""
        with suppress(OSError):
            if len(query) <= PACKET:
                self._tray.put(query)
            else:
                self._tray.put(LARGE)
                self._pipe.send(QUERY, query)

    def take_back(self) -> int:
        """Take back what it was given and has not begun; return how many that are."""
        return self._tray.take_back()

    def receive(self, timeout: float) -> Frame | None:
        """The next frame, or None where it died.

        Raises:
            TimeoutError: it did not come in so many seconds.
            BlockingIOError: the same, for 0 seconds.
        """
        return self._pipe.receive(timeout)

    @property
    def said_more(self) -> bool:
        """Whether more than one frame came at once, and one is left."""
        return self._pipe.holds_more

    @property
    def end(self) -> int:
        """The descriptor from which to receive."""
        return self._pipe.end

    def processor_time(self) -> float:
        """Seconds of processor time that it has used so far."""
        if self._clock is None:
            return 0.0
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it is gone
            return 0.0

    def copied(self) -> int:
        """About how many bytes of what it shared it has made its own: see proc(5)."""
        with suppress(OSError):
            stat = Path(f"/proc/{self.process}/stat").read_text()
            faults = int(stat.rpartition(")")[2].split()[7])
            return faults * resource.getpagesize()
        return 0  # it is gone, or was never ready

    def died(self, number: int | None, grown: int) -> None:
        """Take note of its death."""
        self._death = Death(number, grown, self.killed_for)
        self._died.set()

    def death(self) -> Death:
        """How it ended; wait until that is known."""
        self._died.wait(_REPORT)
        return self._death or Death(None, 0, self.killed_for)

    def close(self) -> None:
        """Let it go: it ends when it has nothing to do any more."""
        self._pipe.close()
        self._tray.close()


def _clock(process: int) -> int:
    """The clock of another process's processor time, see clock_getres(2)."""
    return (~process << 3) | 2
