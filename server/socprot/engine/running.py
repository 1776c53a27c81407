"""One query on one worker: wait for what it says, for as long as the limits allow."""

import threading
import time
from collections.abc import Callable

from socprot.engine.lanes import Lanes, Ticket
from socprot.engine.limits import Limits
from socprot.engine.process import Death, Worker
from socprot.engine.wire import LAST, Frame
from socprot.engine.workers import NOBODY_WAITS, Workers
from socprot.errors import QueryStopped, QueryTimeout

_GLANCE = 0.02  # seconds between looks at a query that may soon count as slow
_LATER = 0.1  # seconds between looks at one that does
# After so many times the processor time that makes a query slow, it gives way by so
# much: whoever came later and needs less goes first.
_STEPS = ((1, 5), (4, LAST))
_ABANDONED = 0.1  # seconds between looks at whether somebody still waits


class MustWait(Exception):
    """The query turned out slow, and there is no room for it among the slow ones."""

    def __init__(self, bell: threading.Event) -> None:
        super().__init__()
        self.bell = bell  # rings when there is


class WorkerGone(Exception):
    """The worker died."""

    def __init__(self, death: Death) -> None:
        super().__init__(death)
        self.death = death


class Running:
    """A query under way. Whoever gets an exception from it needs not end it."""

    def __init__(
        self,
        workers: Workers,
        worker: Worker,
        lanes: Lanes,
        ticket: Ticket,
        limits: Limits,
        seconds: float,
        abandoned: Callable[[], bool] | None,
        spent: float,
    ) -> None:
        """Wait for nothing yet.

        Args:
            spent: the processor time that the worker had used before.
        """
        self._workers = workers
        self._worker = worker
        self._lanes = lanes
        self._ticket = ticket
        self._slow_after = limits.slow_after
        self._seconds = seconds
        self._left = seconds
        self._abandoned = abandoned
        self._moved = ticket.slow
        self._nice = 0
        self._early: Frame | None = None
        self._shared = False
        self._asked = 0.0
        self._spent_before = spent

    def ask(self, job: bytes) -> None:
        """Send the query to the worker."""
        self._asked = time.monotonic()
        self._worker.send(job)

    def go_on(self, early: Frame | None, *, shared: bool) -> None:
        """Be waited for by a thread from now on, after an event loop did so.

        Args:
            early: the first frame of the answer, which the loop has received.
            shared: whether the worker may have begun a query that was behind this one,
                and whose answer nobody waits for here: then it is not used again.
        """
        self._early = early
        self._shared = shared
        self._left = self._seconds - (time.monotonic() - self._asked)

    def first(self) -> Frame:
        """Wait for the first frame of the answer.

        Raises:
            QueryStopped: a limit was reached, or nobody waits any more.
            Busy: there are too many slow queries.
            MustWait: it must be run again, later.
            WorkerGone: the worker died.
        """
        return self._frame(self._look)

    def next(self) -> Frame:
        """Wait for another frame, when part of the answer is out already.

        Raises:
            QueryStopped: a limit was reached.
            WorkerGone: the worker died.
        """
        return self._frame(self._look_on)

    @property
    def was_slow(self) -> bool:
        """Whether the query has used so much processor time that it counts as slow."""
        return self.used() >= self._slow_after

    def used(self) -> float:
        """Seconds of processor time that the worker has used for it so far."""
        return self._worker.processor_time() - self._spent_before

    def yield_way(self) -> None:
        """Go on among the slow queries.

        Raises:
            Busy: there are too many slow queries.
            MustWait: there is no room there now.
        """
        if self._moved:
            return
        try:
            bell = self._lanes.slow_down(self._ticket)
        except BaseException:
            self.stop("busy")
            raise
        if bell:
            self.stop("room")
            raise MustWait(bell)
        self._moved = True
        self._workers.lend(self._worker)

    def finish(self, *, retire: bool) -> None:
        """The answer is complete: free the worker."""
        if self._shared:
            self.stop("shared")
        elif retire or self._nice:  # there is no way back from that
            self._workers.drop(self._worker)
        else:
            self._workers.give_back(self._worker)

    def stop(self, reason: str) -> None:
        """Kill the worker."""
        self._workers.kill(self._worker, reason)

    def strike(self, reason: str) -> None:
        """Kill the worker while another thread waits for it; that thread will know."""
        self._workers.strike(self._worker, reason)

    def _frame(self, look: Callable[[], None]) -> Frame:
        if self._early:
            early, self._early = self._early, None
            return early
        while True:
            start = time.monotonic()
            try:
                frame = self._worker.receive(max(self._patience(), 0.001))
            except TimeoutError:
                self._left -= time.monotonic() - start
                look()
                continue
            self._left -= time.monotonic() - start
            if frame is None:
                death = self._worker.death()
                self._workers.drop(self._worker)
                raise WorkerGone(death)
            return frame

    def _patience(self) -> float:
        """Seconds until something must be looked at."""
        patience = self._left
        if not self._moved:
            patience = min(patience, max(self._slow_after - self.used(), _GLANCE))
        elif self._nice < _STEPS[-1][1]:
            patience = min(patience, _LATER)
        if self._abandoned:
            patience = min(patience, _ABANDONED)
        return patience

    def _look(self) -> None:
        self._check_time()
        if self._abandoned and self._abandoned():
            self.stop("abandoned")
            raise QueryStopped(NOBODY_WAITS)
        if not self._moved and self.was_slow:
            self.yield_way()
        self._give_way()

    def _look_on(self) -> None:
        self._check_time()
        self._give_way()

    def _give_way(self) -> None:
        """Let others run first, where there are others."""
        used = self.used()
        nice = max(
            (nice for times, nice in _STEPS if used >= times * self._slow_after),
            default=0,
        )
        if nice > self._nice and self._lanes.crowded():
            self._nice = nice
            self._workers.calm(self._worker, nice)

    def _check_time(self) -> None:
        if self._left <= 0:
            self.stop("timeout")
            raise QueryTimeout(
                f"The query was stopped after {self._seconds:g} seconds; restrict it"
                " further, add a LIMIT, or ask for a longer timeout."
            )
