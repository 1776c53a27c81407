"""
Start the server: granian in one process with many threads, and drain it on SIGTERM.

granian forks a process that serves; the site is loaded there, before any thread starts.
Whoever waits for the first answer waits for the graph, so that is begun with: the web
and all that it needs are imported while the graph is loaded.
"""

import asyncio
import ctypes
import gc
import ipaddress
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop
from granian import Granian, loops
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings

from socprot import journal
from socprot.engine import early
from socprot.errors import SocprotError
from socprot.traffic import Traffic

if TYPE_CHECKING:
    from socprot.web.gate.gateway import Gateway

_FAILED = 1
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def run(
    host: str = "127.0.0.1",
    port: int = 8000,
    bundle: Path | None = None,
    datasets: Sequence[Path] = (),
) -> int:
    """Serve until a signal stops it; return the exit status.

    `SOCPROT_ADDRESS` says how the world reaches the site, where that is not the
    address it listens at; `SOCPROT_LOG` is the log level (`info`).
    """
    try:
        port = _free_port(host, port)
    except OSError as error:
        reason = error.strerror or error
        print(
            f"socprot: {host} port {port} cannot be listened at ({reason}); "
            "choose another with --port or --host.",
            file=sys.stderr,
        )
        return _FAILED
    here = f"http://{_bracketed(host)}:{port}"
    address = os.environ.get("SOCPROT_ADDRESS", here).rstrip("/")
    traffic = Traffic()
    server = Granian(
        "socprot",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=1,
        runtime_threads=1,
        loop=Loops.auto,  # that is `_loop`
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=traffic.connections,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(traffic.head_seconds * 1000),
            # The gateway is exact; this only keeps a longer one from being read.
            max_buffer_size=traffic.head + 4096,
        ),
        log_level="error",  # type: ignore[arg-type]  # an enumeration of strings
        log_dictconfig=_LOGGING,
        workers_kill_timeout=traffic.drain,
        process_name=None,
    )
    announce = partial(_announce, host, port, here)
    loader = partial(
        _load, os.getpid(), tuple(datasets), bundle, address, traffic, announce
    )
    try:
        server.serve(target_loader=loader, wrap_loader=False)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else _FAILED
    return 0


class _Loop(uvloop.Loop):
    """An event loop that hears one signal to stop, and no other after it.

    granian's handler puts each into a channel that nobody empties, and waits without
    end once that is full: as where a signal goes to a whole group of processes, the
    parent then stops its child, and then ends itself.
    """

    _heard = False

    def add_signal_handler(
        self, sig: int, callback: Callable[..., object], *args: object
    ) -> None:
        def once() -> None:
            if not self._heard:
                self._heard = True
                callback(*args)

        super().add_signal_handler(sig, once)


@loops.register("auto")
def _loop() -> asyncio.AbstractEventLoop:
    loop = _Loop()
    asyncio.set_event_loop(loop)
    return loop


def _load(
    parent: int,
    datasets: Sequence[Path],
    bundle: Path | None,
    address: str,
    traffic: Traffic,
    announce: Callable[[], None],
) -> "Gateway":
    """Make the application, in the process that will serve it.

    The graph is loaded by another process, meanwhile the web is imported here.
    """
    # Until granian listens for these here, its parent's handlers would swallow them,
    # and the parent wait for a process that does not know that it is to end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _stop_with(parent)
    _adopt()
    gc.disable()  # until all is there: what is imported stays
    journal.configure(os.environ.get("SOCPROT_LOG", "info"))
    workers = early.begin(bundle, datasets)
    from socprot.web.gate import server

    try:
        return server.make(bundle, datasets, address, workers, traffic, announce)
    except SocprotError as error:
        print(f"socprot: {error}", file=sys.stderr, flush=True)
        os._exit(_FAILED)  # granian would print a traceback of what is no bug


def _stop_with(parent: int) -> None:
    """Stop, as on SIGTERM, when the process that started this one was killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it was killed before we could ask
        os._exit(_FAILED)


def _adopt() -> None:
    """Be the parent of every descendant whose own parent ends: see `engine.heir`."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


_LOGGING: dict[str, Any] = {
    "formatters": {"json": {"()": "socprot.journal.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr",
        },
    },
    "loggers": {
        "_granian": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "granian.access": {"handlers": [], "propagate": False},
    },
}


def _announce(host: str, port: int, here: str) -> None:
    """Print the address once the server answers there."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    question = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    while True:  # by hand: to import `http.client` would hold up the first answer
        with (
            suppress(OSError),
            socket.create_connection((reached, port), timeout=5) as connection,
        ):
            connection.sendall(question)
            if connection.recv(12) == b"HTTP/1.1 200":
                break
        time.sleep(0.02)
    print(f"SocProt serves at {here} (stop with Ctrl-C)", file=sys.stderr, flush=True)


def _free_port(host: str, port: int) -> int:
    """The port, or any free one for 0, which granian could not be asked for.

    granian shares its port with whoever else asks to share it, so that a second server
    would take half of the requests of the first; this asks for it alone.

    Raises:
        OSError: it is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen()  # refused where another one listens, shared or not
        taken: int = probe.getsockname()[1]
        return taken


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        return host
