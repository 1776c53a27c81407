"""A process that evaluates queries, one after the other, and can do nothing else.

It is forked from the nursery, with the graph in its memory. Before the first query it
gives up what a query could abuse: it can open no connection, and no file, since every
descriptor that it may have is in use, but for the files of a store on disk; it can
write no file, leave no core, start no process, and have only so much memory. It dies
with the nursery.
"""

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from socprot.engine.evaluate import Job, evaluate
from socprot.engine.outlet import Caps
from socprot.engine.packing import OUT_OF_MEMORY, packed
from socprot.engine.sealed import seal
from socprot.engine.source import Graph
from socprot.engine.wire import ERROR, HELLO, LARGE, Pipe, Tray
from socprot.errors import OutOfMemory, SocprotError

_PR_SET_PDEATHSIG = 1
_KIB = 1024


def run(
    end: int,
    tray_end: int,
    parent: int,
    open_graph: Callable[[], Graph],
    caps: Caps,
    memory_bytes: int,
    retire_bytes: int,
) -> None:
    """Evaluate queries until there are no more.

    Args:
        end: the descriptor of the pipe to the engine.
        tray_end: the descriptor of the tray with what it asks.
        parent: the process to die with.
        open_graph: returns what to ask; where it is on disk, opens it.
        caps: how large an answer may be.
        memory_bytes: how much memory a query may use.
        retire_bytes: growth after which this process wants to be replaced.
    """
    _die_with(parent)
    _keep_only(end, tray_end)
    pipe, tray = Pipe(socket.socket(fileno=0)), Tray(socket.socket(fileno=1), None)
    seal()  # before the store starts threads
    try:
        graph = open_graph()
    except SocprotError as error:
        pipe.send(ERROR, packed(error))
        return
    _confine(memory_bytes, graph.files)
    start = _peak()
    pipe.send(HELLO, str(os.getpid()).encode())
    ceiling = start + retire_bytes
    with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits for us
        while query := tray.take():
            if query == LARGE:
                frame = pipe.receive()
                if frame is None:
                    return
                query = frame.payload
            _answer(graph, Job.from_bytes(query), pipe, caps, ceiling)


def _answer(graph: Graph, job: Job, pipe: Pipe, caps: Caps, ceiling: int) -> None:
    try:
        evaluate(graph, job, pipe, caps).finish(retire=_peak() > ceiling)
    except MemoryError:
        pipe.send(ERROR, packed(OutOfMemory(OUT_OF_MEMORY)), retire=True)
    except SocprotError as error:
        pipe.send(ERROR, packed(error), retire=_peak() > ceiling)


def _die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before we could ask
        os._exit(1)


def _keep_only(end: int, tray_end: int) -> None:
    """Close every descriptor but two, which become 0 and 1, and standard error."""
    os.dup2(end, 0)
    os.dup2(tray_end, 1)
    os.closerange(3, _highest_descriptor() + 1)


def _highest_descriptor() -> int:
    return max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())


def _confine(memory_bytes: int, files: int) -> None:
    """Give up what no query needs, but so many files. There is no way back."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory_bytes)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    taken = _highest_descriptor() + 1
    most = min(taken + files, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken, most))
    with suppress(OSError):
        while True:
            os.dup(0)  # take every number that is still free
    _limit(resource.RLIMIT_NOFILE, most)


def _limit(which: int, value: int) -> None:
    resource.setrlimit(which, (value, value))


def _peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
