"""An answer that is too long to be held back: its parts, as they are made."""

import threading
import weakref
from collections.abc import Callable, Iterator

from socprot.engine.packing import unpacked
from socprot.engine.running import Running, WorkerGone
from socprot.engine.trouble import of_death
from socprot.engine.wire import END, ERROR
from socprot.errors import QueryStopped, SocprotError


class Stream(Iterator[bytes]):
    """The parts of an answer, to be read once.

    The worker waits while nobody reads, which costs the query no time; but a reader who
    takes too long for the whole is cut off. A reader who goes away should `close`,
    which stops the query.
    """

    def __init__(
        self,
        start: bytes,
        running: Running,
        delivery: float,
        ended: Callable[[str], None],
    ) -> None:
        self._start: bytes | None = start
        self._running = running
        self._ended = ended
        self._open = True
        self._lock = threading.Lock()
        self._late = False
        # The timer must not keep a stream alive that everyone else forgot.
        self._timer = threading.Timer(delivery, _cut, [weakref.ref(self)])
        self._timer.daemon = True
        self._timer.start()

    def __next__(self) -> bytes:
        if self._start is not None:
            start, self._start = self._start, None
            return start
        if not self._open:
            raise StopIteration
        try:
            frame = self._running.next()
        except QueryStopped as error:
            self._end(type(error).__name__)
            raise
        except WorkerGone as gone:
            raise self._failed(gone) from None
        if frame.kind == ERROR:
            self._running.finish(retire=frame.retire)
            why = unpacked(frame.payload)
            self._end(type(why).__name__)
            raise why if isinstance(why, QueryStopped) else QueryStopped(str(why))
        if frame.kind == END:
            self._running.finish(retire=frame.retire)
            self._end("ok")
            raise StopIteration
        return frame.payload

    def close(self) -> None:
        """Stop the query, where it has not ended."""
        if self._end("abandoned"):
            self._running.stop("abandoned")

    def __del__(self) -> None:
        self.close()

    def cut(self) -> None:
        """Stop the query because its reader is too slow."""
        with self._lock:
            if self._open:
                self._late = True
                self._running.strike("delivery")

    def _failed(self, gone: WorkerGone) -> SocprotError:
        self._end("QueryStopped")
        if self._late:
            return QueryStopped("The answer was not read fast enough.")
        return QueryStopped(str(of_death(gone.death.signal or 0, gone.death.grown)))

    def _end(self, outcome: str) -> bool:
        """Note the end; return whether it is new."""
        with self._lock:
            if not self._open:
                return False
            self._open = False
        self._start = None
        self._timer.cancel()
        self._ended(outcome)
        return True


def _cut(reference: "weakref.ref[Stream]") -> None:
    if stream := reference():
        stream.cut()
