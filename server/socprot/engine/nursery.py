"""`python -m socprot.engine.nursery` -- the process that makes workers.

It loads the graph once and then forks, on request, a worker that shares that memory:
this takes milliseconds, whatever the size of the graph. (A store on disk, each worker
opens for itself.) It has one thread only, so that forking is safe, and runs no query,
so that no query can hurt it. It is the parent of all workers: nobody else kills or
buries them, and they die with it. It ends when the engine lets go of the socket between
them, which also happens when the engine is killed.

Messages are JSON, one per packet. From the engine: `{"fork": id}` with two descriptors,
`{"kill": id}`, `{"calm": id, "nice": number}` (let others run first), and `{"beget":
config}` with a descriptor: have another nursery, for another graph, that listens
there. To the engine: `{"born": process}` from such a one, `{"ready": true, "remark":
text}` or `{"failed": why}`, `{"forked": id, "process": number}`, and `{"died": id,
"signal": number, "failed": whether, "grown": bytes}`.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from socprot.engine.outlet import Caps
from socprot.engine.source import Graph, Source, open_read_only
from socprot.engine.succession import Loaded
from socprot.engine.wire import LAST, MESSAGE
from socprot.engine.worker import run
from socprot.errors import GraphMissing, SocprotError

_KIB = 1024
_GLANCE = 0.05  # seconds between looks whether the engine is there

Made = TypeVar("Made")


@dataclass(frozen=True)
class Charge:
    """Who a nursery is to listen to, and what it is to hold."""

    control: socket.socket
    config: dict[str, Any]


class Nursery:
    """The loop, and which workers there are."""

    def __init__(
        self, control: socket.socket, graph: Callable[[], Graph], config: dict[str, Any]
    ) -> None:
        self._control = control
        self._graph = graph
        self._config = config
        self._workers: dict[int, int] = {}  # process -> worker
        self._charge: Charge | None = None  # in a child that is to be a nursery
        self._own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._bell, bell = socket.socketpair()
        self._bell.setblocking(False)
        bell.setblocking(False)
        self._ringer = bell
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)

    def serve(self) -> "Charge | None":
        """Do what the engine says until it is gone; or become another nursery."""
        while True:
            readable, _, _ = select.select([self._control, self._bell], [], [])
            if self._bell in readable:
                with suppress(BlockingIOError):
                    self._bell.recv(4096)
                self._bury()
            if self._control in readable and not self._obey():
                return self._charge

    def _obey(self) -> bool:
        """Read one message; return False where there is no more to do for it."""
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 2)
        except ConnectionResetError:  # it was killed, and had not read everything
            return False
        if not packet:
            return False
        message = json.loads(packet)
        if "fork" in message:
            self._fork(message["fork"], *descriptors)
        if "beget" in message:
            return self._beget(message["beget"], descriptors[0])
        for process, worker in self._workers.items():
            if worker == message.get("kill"):
                os.kill(process, signal.SIGKILL)
            elif worker == message.get("calm"):
                calm(process, message["nice"])
        return True

    def _fork(self, worker: int, end: int, tray: int) -> None:
        parent = os.getpid()
        process = os.fork()
        if process:
            os.close(end)
            os.close(tray)
            self._workers[process] = worker
            tell(self._control, {"forked": worker, "process": process})
            return
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(
                end,
                tray,
                parent,
                self._graph,
                Caps(**self._config["caps"]),
                self._config["memory_bytes"],
                self._config["retire_bytes"],
            )
            code = 0
        finally:
            if code and sys.exc_info()[0]:
                sys.excepthook(*sys.exc_info())
            os._exit(code)

    def _beget(self, config: dict[str, Any], end: int) -> bool:
        """Fork another nursery; return whether this is still the old one."""
        if os.fork():
            os.close(end)
            return True
        signal.set_wakeup_fd(-1)
        for one in (self._control, self._bell, self._ringer):
            one.close()
        self._workers = {}  # they are not its own
        self._charge = Charge(socket.socket(fileno=end), config)
        return False

    def _bury(self) -> None:
        """Take note of every worker that ended."""
        while self._workers:
            process, status, usage = os.wait4(-1, os.WNOHANG)
            if not process:
                return
            if process not in self._workers:  # a nursery that it begot
                continue
            died = {
                "died": self._workers.pop(process),
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                "failed": status != 0,
                "grown": max(0, usage.ru_maxrss - self._own_peak) * _KIB,
            }
            tell(self._control, died)

    def close(self) -> None:
        """Kill every worker that is left, and wait for it."""
        for process in self._workers:
            os.kill(process, signal.SIGKILL)
        for process in self._workers:
            os.waitpid(process, 0)


def calm(process: int, nice: int) -> None:
    """Let others run before a process: see nice(2), and SCHED_IDLE in sched(7)."""
    with suppress(ProcessLookupError):
        if nice == LAST:
            with suppress(OSError):  # a sandbox may not know it: nice 19 must do
                os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))
                return
        os.setpriority(os.PRIO_PROCESS, process, nice)


def tell(control: socket.socket, message: dict[str, Any]) -> None:
    """Send one message, unless nobody is there to read it."""
    with suppress(BrokenPipeError, ConnectionResetError):
        control.send(json.dumps(message).encode())


def main() -> None:
    """Load the graph, then serve."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the engine decides when to stop
    os.environ.clear()
    control = socket.socket(fileno=int(sys.argv[1]))
    if not (packet := control.recv(MESSAGE)):
        return  # it is not needed
    charge: Charge | None = Charge(control, json.loads(packet))
    loaded: Loaded | None = None
    while charge is not None:
        control, config, remark = charge.control, charge.config, ""
        told = config["source"]
        source = Source(told["folder"], tuple(told["files"]), told["store"])
        try:
            if source.store:
                graph = partial(open_read_only, Path(source.store))  # by each worker
                _try(graph)
            else:
                loaded = _loaded(loaded, source, control)
                graph, remark = partial(_held, loaded), loaded.graph.remark
        except SocprotError as error:
            tell(control, {"failed": str(error)})
            return
        gc.collect()
        gc.freeze()  # or the first collection in a worker would copy all of the memory
        tell(control, {"ready": True, "remark": remark})
        nursery = Nursery(control, graph, config)
        try:
            charge = nursery.serve()
        finally:
            nursery.close()
        if charge is not None:
            tell(charge.control, {"born": os.getpid()})


def _loaded(before: Loaded | None, source: Source, control: socket.socket) -> Loaded:
    """Load a graph, or make it of the one that was loaded before.

    Raises:
        GraphMissing: it cannot be done.
    """
    if before is None:
        return _apart(partial(Loaded, source), control)
    _apart(partial(before.become, source), control)
    return before


def _try(graph: Callable[[], Graph]) -> None:
    """See that a store on disk can be opened, in a process that may have threads.

    Raises:
        GraphMissing: it cannot.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            graph()
            os._exit(0)
        except SocprotError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(1)
    os.close(writing)
    why = os.read(reading, MESSAGE).decode()
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if status:
        raise GraphMissing(why or "The process that opens the store died.")


def _apart(make: Callable[[], Made], control: socket.socket) -> Made:
    """Make something in a thread of its own, which has ended before anything forks.

    This process ends where the engine has gone meanwhile.

    To load needs random numbers, for blank nodes, and the engine has a generator of
    them for each thread, made when first used. If this thread had one, every worker
    would go on with a copy, and draw the same UUIDs as the others.

    Raises:
        GraphMissing: it cannot be done.
    """
    made: list[Made] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            made.append(make())
        except Exception as error:  # whatever it is, it is raised below
            failed.append(error)

    engine = select.poll()
    engine.register(control, 0)  # it tells nothing but that the other end is closed
    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        thread.join(_GLANCE)
        if engine.poll(0):
            os._exit(0)
    if failed:
        raise failed[0]
    return made[0]


def _held(loaded: Loaded) -> Graph:
    return loaded.graph


if __name__ == "__main__":
    main()
