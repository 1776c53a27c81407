"""
Start the server.

Whoever waits for the first answer waits for the graph, so that is begun with: the web
and all that it needs are imported while the graph is opened, or loaded.
"""

import ctypes
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from socprot import journal
from socprot.engine import early
from socprot.engine.cradle import Cradle
from socprot.engine.limits import Limits
from socprot.errors import SocprotError
from socprot.traffic import Traffic

_FAILED = 1
_PR_SET_CHILD_SUBREAPER = 36


def run(
    host: str = "127.0.0.1",
    port: int = 8000,
    bundle: Path | None = None,
    datasets: Sequence[Path] = (),
    limits: Limits | None = None,
    nursery: Cradle | None = None,
) -> int:
    """Serve until a signal stops it; return the exit status.

    Args:
        limits: of queries.
        nursery: one that was started already: it takes a while until it can load.

    `SOCPROT_ADDRESS` says how the world reaches the site, where that is not the
    address it listens at; `SOCPROT_LOG` is the log level (`info`).
    """
    try:
        host, port = _place(host, port)
    except (OSError, UnicodeError) as error:  # some names are none at all
        reason = getattr(error, "strerror", None) or error
        print(
            f"socprot: {host} port {port} cannot be listened at ({reason}); "
            "choose another with --port or --host.",
            file=sys.stderr,
        )
        return _FAILED
    here = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    address = os.environ.get("SOCPROT_ADDRESS", here).rstrip("/")
    stopping = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup(1) has it
        stopping.append(signal.SIGHUP)
    for number in stopping:  # until there is an answer that is worth waiting for
        signal.signal(number, lambda _number, _frame: os._exit(0))
    _adopt()
    gc.disable()  # until all is there: what is imported stays
    journal.configure(os.environ.get("SOCPROT_LOG", "info"))
    limits, nursery = limits or Limits(), nursery or Cradle.start()
    workers = early.begin(nursery, bundle, datasets, limits)
    # The rest takes long to import.
    from socprot.web.gate import server
    from socprot.web.gate.listening import listen

    traffic = Traffic()
    announce = partial(_announce, host, port, here)
    try:
        gateway = server.make(
            bundle, datasets, address, limits, workers, traffic, announce
        )
    except SocprotError as error:
        print(f"socprot: {error}", file=sys.stderr, flush=True)
        return _FAILED
    return 0 if listen(gateway, host, port, traffic, stopping) else _FAILED


def _adopt() -> None:
    """Be the parent of every descendant whose own parent ends: see `engine.heir`."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


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


def _place(host: str, port: int) -> tuple[str, int]:
    """The address of a host, and the port, or for 0 any free one there.

    granian knows no names. And it shares its port with whoever else asks to share it,
    so that a second server would take half of the requests of the first; this asks for
    it alone.

    Raises:
        OSError: there is no such host, or it is taken, or not ours to take.
        UnicodeError: no host could have such a name.
    """
    refused = OSError("it has no address")
    for family, kind, _, _, place in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        try:
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
                probe.listen()  # refused where another one listens, shared or not
                address, taken, *_ = probe.getsockname()
                return address, taken
        except OSError as error:
            refused = error
    raise refused
