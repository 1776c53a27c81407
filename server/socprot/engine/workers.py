"""The engine's side of its workers: one nursery, and a pool of workers that wait.

The nursery is a process of its own, or one that another engine's nursery begot: that
may have the graph of the bundle before in its memory, and only what differs to learn.

One thread listens to the nursery, learns who died and of what, and starts a new nursery
where that one died; its workers die with it, and their queries are run again.
"""

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from socprot.engine.cradle import SILENT, Cradle
from socprot.engine.heir import bury
from socprot.engine.lanes import too_long
from socprot.engine.limits import Limits
from socprot.engine.process import Worker
from socprot.engine.source import Source
from socprot.engine.stats import Stats
from socprot.engine.usage import Usage, usage
from socprot.errors import (
    EngineUnavailable,
    GraphMissing,
    QueryStopped,
    SocprotError,
)

NOBODY_WAITS = "Nobody waits for the answer any more."
_ATTEMPTS = 5  # nurseries in a row that may die while they load
_REST = 5.0  # seconds without a query after which memory is given back
_COPIED = 8 << 20  # bytes of shared memory that a worker may have made its own then
_PAUSE = 0.5  # seconds between attempts to start a nursery
_GLANCE = 0.05  # seconds between looks for a worker
_LOG = logging.getLogger("socprot.engine")


def _cause(number: int) -> str:
    return signal.Signals(number).name if number else "exit"


class Workers:
    """The nursery and its workers.

    Attributes:
        source: the graph.
        limits: what queries may use.
        stats: what happened so far.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        stats: Stats,
        before: "Workers | None" = None,
        nursery: Cradle | None = None,
    ) -> None:
        """Begin to load the graph.

        Args:
            before: who may have most of it in memory.
            nursery: one that was started, and waits to be told what to hold.
        """
        self.source = source
        self.limits = limits
        self.stats = stats
        self._wanted = limits.quick_workers
        self._config = json.dumps(
            {
                "source": asdict(source),
                "caps": {
                    "rows": limits.rows,
                    "answer_bytes": limits.answer_bytes,
                    "buffer_bytes": limits.buffer_bytes,
                },
                "memory_bytes": limits.memory_bytes,
                "retire_bytes": limits.retire_bytes,
            }
        ).encode()
        self._lock = threading.Lock()
        self._freed = threading.Condition(self._lock)  # there may be a worker now
        self._closed = False
        self._count = 0
        self._idle: list[Worker] = []
        self._out: set[Worker] = set()  # at work for quick queries
        self._line: list[object] = []  # of those who wait for one
        self._alive: dict[int, Worker] = {}
        self._taken = self._taken_before = 0
        inherited = before._nursery.beget(self._config) if before else None
        self._is_heir = inherited is not None
        self._nursery: Cradle = inherited or self._start(nursery)
        self._silent = 0  # nurseries in a row that died and did not say why
        self._failure = ""

    def ready(self) -> None:
        """Wait until the nursery has loaded the graph. To be called once.

        Raises:
            GraphMissing: it cannot; everything is closed then.
        """
        self._failure = self._nursery.loaded()
        if self._failure and self._is_heir:
            _LOG.info("the graph is loaded anew: %s", self._failure)
            self._nursery.end()
            self._nursery = self._start()
            self._failure = self._nursery.loaded()
        if self._failure:
            self.close()
            raise GraphMissing(self._failure)
        threading.Thread(
            target=self._listen, name="socprot-nursery", daemon=True
        ).start()
        self._refill()

    def take(self, *, slow: bool, abandoned: Callable[[], bool] | None) -> Worker:
        """A worker that is ready for a query; whoever came first gets the first one.

        Args:
            slow: whether the query is known to be slow; the others wait for each other.
            abandoned: whether nobody waits for the answer any more.

        Raises:
            Busy: all were at work for as long as one may wait.
            QueryStopped: it was abandoned.
            EngineUnavailable: there is none.
            GraphMissing: a worker could not open the graph.
        """
        begun = time.monotonic()
        turn = object()
        try:
            while (waited := time.monotonic() - begun) < self.limits.start:
                if abandoned and abandoned():
                    raise QueryStopped(NOBODY_WAITS)
                with self._lock:
                    if self._closed or self._failure:
                        break
                    worker = self._pick(turn, slow=slow)
                    if worker is None:
                        self._check(waited)
                        self._freed.wait(_GLANCE)
                        continue
                if self._is_ready(worker, self.limits.start - waited):
                    return worker
                time.sleep(_GLANCE)  # the nursery died; there will be another one
        finally:
            with self._lock:
                if turn in self._line:
                    self._line.remove(turn)
        raise EngineUnavailable(
            self._failure or "There is no process to run the query; try again later."
        )

    def _pick(self, turn: object, *, slow: bool) -> Worker | None:
        """A worker that waits, or a new one where there may be one more."""
        if not slow:
            if turn not in self._line:
                self._line.append(turn)
            if self._line[0] is not turn:
                return None
        worker = self._idle.pop() if self._idle else None
        if worker is None and (slow or len(self._out) < self._wanted):
            worker = self._fork()
        if worker is None:
            return None
        self._taken += 1
        if not slow:
            self._out.add(worker)
            self._line.remove(turn)
            self._freed.notify_all()
        return worker

    def _check(self, waited: float) -> None:
        """See whether a query has waited long enough for others.

        Raises:
            Busy: it has.
        """
        if waited >= self.limits.wait and len(self._out) >= self._wanted:
            raise too_long(self.limits.wait, slow=False)

    def _is_ready(self, worker: Worker, seconds: float) -> bool:
        """Wait until a worker can take a query; let go of one that cannot.

        Raises:
            GraphMissing: it could not open the graph.
        """
        ready = False
        try:
            with suppress(TimeoutError):
                ready = worker.ready(seconds)
        finally:
            if not ready:
                self.drop(worker)
        return ready

    def take_ready(self) -> Worker | None:
        """A worker that can take a query at this moment, if there is one."""
        with self._lock:
            worker = self._idle.pop() if self._idle and not self._line else None
            if worker is None:
                return None
            self._taken += 1
            self._out.add(worker)
        try:
            if worker.ready(0):
                return worker
        except BlockingIOError:
            self.give_back(worker)
            return None
        except SocprotError:
            pass  # whoever waits for a worker will hear of it
        self.drop(worker)
        return None

    def give_back(self, worker: Worker) -> None:
        """Keep a worker for the next query."""
        with self._lock:
            self._out.discard(worker)
            self._freed.notify_all()
            alive = worker.number in self._alive  # or it died once it had answered
            enough = len(self._idle) + len(self._out) >= self._wanted
            if alive and not (enough or self._closed):
                self._idle.append(worker)
                return
        self.drop(worker)

    def drop(self, worker: Worker) -> None:
        """Let go of a worker that is dead, or is to end now that it is idle."""
        worker.close()
        with self._lock:
            self._out.discard(worker)
            self._freed.notify_all()
        self._refill()

    def kill(self, worker: Worker, reason: str) -> None:
        """End a worker at once, whatever it does, and have another one ready."""
        self.strike(worker, reason)
        self.drop(worker)

    def strike(self, worker: Worker, reason: str) -> None:
        """End a worker at once, while another thread reads from it."""
        worker.killed_for = reason
        self.stats.kill(reason)
        self._nursery.tell({"kill": worker.number})

    def calm(self, worker: Worker, nice: int) -> None:
        """Let others run before this one, which will not be used again."""
        self._nursery.tell({"calm": worker.number, "nice": nice})

    def lend(self, worker: Worker) -> None:
        """Let a slow query have this one; have another for quick ones if need be."""
        with self._lock:
            self._out.discard(worker)
            self._freed.notify_all()
            enough = bool(self._idle)
        if not enough:  # to make one takes time from the query that goes on
            self._refill()

    def usage(self) -> Usage:
        """What the nursery and its workers use."""
        with self._lock:
            workers = [worker for worker in self._alive.values() if worker.process]
            nursery = self._nursery.process
        seconds = sum(worker.processor_time() for worker in workers)
        return usage([nursery, *(w.process for w in workers if w.process)], seconds)

    def close(self) -> None:
        """End everything and wait until it has ended."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
            gone, self._alive = self._alive, {}
            nursery = self._nursery
        nursery.end()
        for worker in idle:
            worker.close()
        for worker in gone.values():
            worker.died(None, 0)
            bury(worker.process)

    def _fork(self) -> Worker | None:
        """Ask for one more worker; the lock is held. It can be written to at once."""
        self._count += 1
        worker = self._nursery.fork(self._count)
        if worker is not None:
            self.stats.event("worker")
            self._alive[self._count] = worker
        return worker

    def _refill(self) -> None:
        """Have as many workers for quick queries as there should be."""
        with self._lock:
            while not self._closed and len(self._idle) + len(self._out) < self._wanted:
                worker = self._fork()
                if worker is None:
                    return
                self._idle.insert(0, worker)

    def _start(self, started: Cradle | None = None) -> Cradle:
        """Have a nursery load the graph, one that was started or a new one."""
        self.stats.event("nursery")
        nursery = started or Cradle.start()
        nursery.hold(self._config)
        return nursery

    def _listen(self) -> None:
        """Hear what the nursery says, for as long as there is one."""
        while True:
            if self._nursery.silent(_REST):
                self._give_back_memory()
            elif said := self._nursery.said():
                self._hear(said)
            elif not self._replace():
                return

    def _give_back_memory(self) -> None:
        """Where nobody asks, replace workers that made much of the graph their own.

        The engine counts who refers to what; so, to read the graph makes copies of
        pages that all share, and a worker that has been asked much has all of them.
        """
        with self._lock:
            rests = self._taken == self._taken_before
            self._taken_before = self._taken
            large = [one for one in self._idle if rests and one.copied() > _COPIED]
            for worker in large:
                self._idle.remove(worker)
        for worker in large:
            self.drop(worker)

    def _hear(self, message: dict[str, Any]) -> None:
        if "forked" in message:
            if worker := self._alive.get(message["forked"]):
                worker.process = message["process"]
            return
        useless = False
        with self._lock:
            worker = self._alive.pop(message["died"], None)
            if worker in self._idle:
                useless = not message["failed"]  # it could not open the graph
                self._idle.remove(worker)
                worker.close()
        if worker:
            if message["failed"] and not worker.killed_for:
                self.stats.death(_cause(message["signal"]))
            worker.died(message["signal"], message["grown"])
        if useless:
            time.sleep(_PAUSE)  # nor could another one a moment later
        self._refill()

    def _replace(self) -> bool:
        """Start a new nursery; return False where none is wanted any more."""
        self._nursery.wait()
        with self._lock:
            if self._closed:
                return False
            self._nursery.close()
            gone, self._alive = self._alive, {}
            idle, self._idle = self._idle, []
            self._nursery = self._start()
        for worker in idle:
            worker.close()
        for worker in gone.values():
            worker.died(None, 0)
            bury(worker.process)
        failure = self._nursery.loaded()
        self._silent = self._silent + 1 if failure == SILENT else 0
        # One that is killed while it loads is not yet a reason to turn callers away.
        self._failure = "" if 0 < self._silent < _ATTEMPTS else failure
        if self._failure:
            time.sleep(_PAUSE)
        self._refill()
        return True
