"""The nursery, seen from the engine: a process that makes workers, and how to talk."""

import json
import logging
import os
import select
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Any, Self, TypeAlias

from socprot.engine.heir import Heir
from socprot.engine.process import Worker
from socprot.engine.wire import MESSAGE, Pipe, Tray, packet

_PATIENCE = 5.0  # seconds that a nursery may take to end, or to beget another one
_LOG = logging.getLogger("socprot.engine")
SILENT = "The process that holds the graph died while it loaded the graph."

Message: TypeAlias = dict[str, Any]


class Cradle:
    """A nursery, and a socket to it. Any thread may tell it something."""

    def __init__(
        self, process: subprocess.Popen[bytes] | Heir, control: socket.socket
    ) -> None:
        self._process = process
        self._control = control

    @classmethod
    def start(cls) -> Self:
        """Start one, which waits to be told what to hold."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        keep = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
        with theirs:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "socprot.engine.nursery",
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in keep if name in os.environ},
            )
        return cls(process, ours)

    def hold(self, config: bytes) -> None:
        """Have one that was started load its graph."""
        with suppress(OSError):  # where it died already, listening to it will tell
            self._control.send(config)

    def beget(self, config: bytes) -> "Cradle | None":
        """Have this one fork another one, for another engine, if it can."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        message = json.dumps({"beget": json.loads(config)}).encode()
        with theirs:
            try:
                socket.send_fds(self._control, [message], [theirs.fileno()])
            except OSError:
                ours.close()
                return None
        with suppress(OSError, KeyError, ValueError):
            ours.settimeout(_PATIENCE)
            heir = Heir(json.loads(ours.recv(MESSAGE))["born"])
            ours.settimeout(None)
            return Cradle(heir, ours)
        ours.close()
        return None

    @property
    def process(self) -> int:
        """Its number."""
        return self._process.pid

    def loaded(self) -> str:
        """Wait until it has loaded the graph; return why it has not."""
        message = self.said() or {}
        if message.get("ready"):
            if remark := message["remark"]:
                _LOG.warning("%s", remark)
            return ""
        return str(message.get("failed", SILENT))

    def fork(self, number: int) -> Worker | None:
        """Ask for a worker, which can be written to at once; None where it is gone."""
        ours, theirs = socket.socketpair()
        tray = Tray(*socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        message = json.dumps({"fork": number}).encode()
        with theirs:
            try:
                ends = [theirs.fileno(), tray.end]
                socket.send_fds(self._control, [message], ends)
            except OSError:
                ours.close()
                tray.close()
                return None
        return Worker(number, Pipe(ours), tray)

    def tell(self, message: Message) -> None:
        """Tell it something; if it is gone, nobody needs to know."""
        with suppress(OSError):
            self._control.send(json.dumps(message).encode())

    def said(self) -> Message | None:
        """What it says next; wait for that. None where it is gone."""
        said = packet(self._control)
        return json.loads(said) if said else None

    def silent(self, seconds: float) -> bool:
        """Whether it lives and says nothing for so long."""
        with suppress(OSError, ValueError):  # it was ended meanwhile
            poll = select.poll()
            poll.register(self._control, select.POLLIN)
            return not poll.poll(seconds * 1000)
        return False

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait()

    def close(self) -> None:
        """Let go of the socket to one that has ended."""
        self._control.close()

    def end(self) -> None:
        """End it, and wait until it has ended."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()
