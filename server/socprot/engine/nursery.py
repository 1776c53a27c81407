"""`python -m socprot.engine.nursery` -- the process that makes workers.

It loads the graph once and then forks, on request, a worker that shares that memory:
this takes milliseconds, whatever the size of the graph. It has one thread only, so
that forking is safe, and runs no query, so that no query can hurt it. It is the parent
of all workers: nobody else kills or buries them, and they die with it. It ends when the
engine lets go of the socket between them, which also happens when the engine is killed.

Messages are JSON, one per packet. From the engine: `{"fork": id}` with a descriptor,
`{"kill": id}`, `{"calm": id, "nice": number}` (let others run first). To the engine:
`{"ready": true, "remark": text}` or `{"failed": why}`, and `{"died": id, "signal":
number, "failed": whether, "grown": bytes}`.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from socprot.engine.outlet import Caps
from socprot.engine.source import Graph, Source, load, open_read_only
from socprot.engine.wire import PACKET
from socprot.engine.worker import run
from socprot.errors import SocprotError

_KIB = 1024


class Nursery:
    """The loop, and which workers there are."""

    def __init__(
        self, control: socket.socket, graph: Callable[[], Graph], config: dict[str, Any]
    ) -> None:
        self._control = control
        self._graph = graph
        self._config = config
        self._workers: dict[int, int] = {}  # process -> worker
        self._own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._bell, bell = socket.socketpair()
        self._bell.setblocking(False)
        bell.setblocking(False)
        self._ringer = bell
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Do what the engine says until it is gone."""
        while True:
            readable, _, _ = select.select([self._control, self._bell], [], [])
            if self._bell in readable:
                with suppress(BlockingIOError):
                    self._bell.recv(4096)
                self._bury()
            if self._control in readable and not self._obey():
                return

    def _obey(self) -> bool:
        """Read one message; return False where the engine is gone."""
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET, 1)
        except ConnectionResetError:  # it was killed, and had not read everything
            return False
        if not packet:
            return False
        message = json.loads(packet)
        if "fork" in message:
            self._fork(message["fork"], descriptors[0])
        for process, worker in self._workers.items():
            if worker == message.get("kill"):
                os.kill(process, signal.SIGKILL)
            elif worker == message.get("calm"):
                os.setpriority(os.PRIO_PROCESS, process, message["nice"])
        return True

    def _fork(self, worker: int, end: int) -> None:
        parent = os.getpid()
        process = os.fork()
        if process:
            os.close(end)
            self._workers[process] = worker
            return
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(
                end,
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

    def _bury(self) -> None:
        """Take note of every worker that ended."""
        while self._workers:
            process, status, usage = os.wait4(-1, os.WNOHANG)
            if not process:
                return
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


def _same(graph: Graph) -> Graph:
    return graph


def tell(control: socket.socket, message: dict[str, Any]) -> None:
    """Send one message, unless nobody is there to read it."""
    with suppress(BrokenPipeError, ConnectionResetError):
        control.send(json.dumps(message).encode())


def main() -> None:
    """Load the graph, then serve."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the engine decides when to stop
    os.environ.clear()
    remark = ""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(control.recv(PACKET))
    source = Source(config["source"]["folder"], tuple(config["source"]["files"]))
    try:
        if path := source.on_disk:
            graph = partial(open_read_only, path)  # by each worker: it has threads
        else:
            loaded = load(source)
            graph, remark = partial(_same, loaded), loaded.remark
    except SocprotError as error:
        tell(control, {"failed": str(error)})
        return
    gc.collect()
    gc.freeze()  # or the first collection in a worker would copy all of the memory
    tell(control, {"ready": True, "remark": remark})
    nursery = Nursery(control, graph, config)
    try:
        nursery.serve()
    finally:
        nursery.close()


if __name__ == "__main__":
    main()
