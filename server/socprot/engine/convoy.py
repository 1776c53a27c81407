"""
Small queries on their way from an event loop to workers, several at a time to one.

To wake a process takes about as long as a small query, and a process that has just
answered one answers the next in half of the time. So, where as many workers are at work
as there are processors, a query is not given to one that sleeps, but to one that was
given others just now, up to `_DEEP` of them: they go on as a convoy, one after the
other. This also keeps memory low: each worker that is used makes pages its own.

Nobody waits behind a long one. Every `_QUICK` seconds the queries at work are looked
at; where one has used that much processor time, or has not ended in `_LATE` seconds,
those behind it are taken back from the worker's tray and given to others. A worker
takes its queries one at a time, and the kernel gives each to one taker only, so that
none is lost or begun twice. One that takes `_PATIENCE`, or is streamed, has its worker
for itself from then on, and a thread that goes on with it (`begun`); the worker of a
stream may have begun another one by then, which others begin again.

The loop watches one descriptor for all workers, since it takes long to begin to watch
one and to stop: an epoll(7) set in which each pipe is told of once when something
comes. A pipe that is closed leaves the set by itself; one that a thread reads from
wakes up the loop for nothing, which does no harm.
"""

import asyncio
import select
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, WeakValueDictionary

from socprot.engine.asking import Asking
from socprot.engine.process import Worker
from socprot.engine.running import Running
from socprot.engine.wire import ERROR, WHOLE, Frame
from socprot.engine.workers import Workers

_DEEP = 4  # queries that one worker may have at a time
_SHORT = 4 << 10  # bytes of a query that may wait in a tray with others
_QUICK = 0.002  # seconds between looks, and of the processor for a query in front
_FRESH = 0.008  # seconds by the clock until others are not put behind a query in front
_LATE = 0.02  # seconds by the clock for a query in front, whatever it has used
_PATIENCE = 0.05  # seconds by the clock until a query has its worker for itself


@dataclass(eq=False)
class _Given:
    """A query that was given to a worker.

    Attributes:
        heard: gets the answer, or None where a thread is to go on with it.
    """

    asking: Asking
    heard: "asyncio.Future[Frame | None]"
    running: Running


@dataclass(eq=False)
class _Row:
    """The queries that a worker was given and has not answered, in order.

    Attributes:
        since: when the first one became the first, as the loop counts time.
        spent: the processor time that the worker had used when it was last looked at:
            it takes long to ask for that time, so this is not done per query.
        retire: whether the worker wants to be replaced.
    """

    worker: Worker
    workers: Workers
    since: float
    spent: float
    given: deque[_Given] = field(default_factory=deque)
    retire: bool = False

    def is_fresh(self, workers: Workers, now: float) -> bool:
        """Whether one of these workers may be given more than it has."""
        quick = now - self.since < _FRESH
        return quick and self.workers is workers and not self.retire


class Convoy:
    """The workers to which one event loop has given queries."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rows: dict[int, _Row] = {}  # by the descriptor of the worker's pipe
        self._set = select.epoll()
        self._watched: WeakValueDictionary[int, Worker] = WeakValueDictionary()
        self._looking = False
        loop.add_reader(self._set.fileno(), self._hear)

    async def answer(self, asking: Asking) -> Frame | None:
        """Give a query to a worker; return its answer, or what went wrong with it.

        None where no worker is ready or the answer is not there soon: then the query
        may be under way, and a thread should go on with it.
        """
        heard: asyncio.Future[Frame | None] = self._loop.create_future()
        self._give(asking, heard)
        return await heard

    def _give(self, asking: Asking, heard: "asyncio.Future[Frame | None]") -> None:
        now = self._loop.time()
        row = self._row(asking, now)
        if row is None:
            _resolve(heard, None)
            return
        if not row.given:
            row.since = now
        row.given.append(_Given(asking, heard, asking.start(row.worker, row.spent)))
        if not self._looking:
            self._looking = True
            self._loop.call_later(_QUICK, self._look)

    def _row(self, asking: Asking, now: float) -> _Row | None:
        """Whom to give a query to; None where nobody can take it now."""
        workers = asking.workers
        if asking.size <= _SHORT:
            fresh = [row for row in self._rows.values() if row.is_fresh(workers, now)]
            if len(fresh) >= workers.limits.side_by_side:
                row = min(fresh, key=_depth)
                if _depth(row) < _DEEP:
                    return row
        worker = workers.take_ready()
        if worker is None:
            return None
        end = worker.end
        if self._watched.get(end) is not worker:
            self._set.register(end, select.EPOLLIN | select.EPOLLET)
            self._watched[end] = worker
        row = self._rows[end] = _Row(worker, workers, now, worker.processor_time())
        return row

    def _hear(self) -> None:
        """See who has said something."""
        for end, _ in self._set.poll(0):
            if row := self._rows.get(end):
                self._collect(row)

    def _collect(self, row: _Row) -> None:
        """Pass on what a worker has answered."""
        more = True
        with suppress(BlockingIOError):
            while row.given and more:
                frame = row.worker.receive(0)
                if frame is None or frame.kind not in (WHOLE, ERROR):
                    self._part(row, frame)
                    return
                _resolve(row.given.popleft().heard, frame)
                row.since = self._loop.time()
                row.retire = row.retire or frame.retire
                more = row.worker.said_more
        if not row.given:
            self._free(row)

    def _look(self) -> None:
        """Look at the queries at work, again and again while there are any."""
        for row in list(self._rows.values()):
            row.spent = row.worker.processor_time()
            if self._loop.time() - row.since < _QUICK:
                continue
            self._collect(row)
            late = self._loop.time() - row.since
            if len(row.given) == 1 and late >= _PATIENCE:
                self._part(row, None)
            elif len(row.given) > 1 and _is_long(row, late):
                self._move(self._take_back(row))
                if not row.given:
                    self._free(row)
        self._looking = bool(self._rows)
        if self._looking:
            self._loop.call_later(_QUICK, self._look)

    def _part(self, row: _Row, frame: Frame | None) -> None:
        """Leave a worker to the query that it works on, and to a thread.

        Args:
            frame: the first part of its answer, where that is streamed.
        """
        behind = self._take_back(row) if len(row.given) > 1 else []
        if not row.given:  # it died before it began
            del self._rows[row.worker.end]
            row.workers.drop(row.worker)
        else:
            first, *others = row.given
            del self._rows[row.worker.end]
            if first.heard.done():  # who asked was cancelled
                first.running.stop("abandoned")
            first.running.go_on(frame, shared=bool(others))
            _resolve(first.heard, None)
            behind = [*others, *behind]
            row.given.clear()
        self._move(behind)

    def _take_back(self, row: _Row) -> list[_Given]:
        """What a worker has not begun; it will not get it any more."""
        found = [row.given.pop() for _ in range(row.worker.take_back())]
        return found[::-1]

    def _move(self, taken: list[_Given]) -> None:
        """Give queries to others."""
        for given in taken:
            given.asking.taken_back()
            if not given.heard.done():
                self._give(given.asking, given.heard)

    def _free(self, row: _Row) -> None:
        """Let others have a worker that has answered everything."""
        del self._rows[row.worker.end]
        if row.retire:
            row.workers.drop(row.worker)
        else:
            row.workers.give_back(row.worker)


def _depth(row: _Row) -> int:
    return len(row.given)


def _is_long(row: _Row, late: float) -> bool:
    """Whether nobody should wait any more behind the first query of a row."""
    if late < _QUICK:
        return False
    return late >= _LATE or row.given[0].running.used() >= _QUICK


def _resolve(heard: "asyncio.Future[Frame | None]", frame: Frame | None) -> None:
    if not heard.done():
        heard.set_result(frame)


_CONVOYS: WeakKeyDictionary[asyncio.AbstractEventLoop, Convoy] = WeakKeyDictionary()


def of_this_loop() -> Convoy:
    """The convoy of the loop that runs."""
    loop = asyncio.get_running_loop()
    convoy = _CONVOYS.get(loop)
    if convoy is None:
        convoy = _CONVOYS[loop] = Convoy(loop)
    return convoy
