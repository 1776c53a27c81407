"""Frames between the engine and its workers, over a pair of local sockets.

A frame is one byte that says what it is, one byte of flags, four bytes of length, and
as many bytes. Nothing is pickled: what comes from a worker is data, never code.
"""

import socket
import struct
from contextlib import suppress
from typing import NamedTuple

_HEAD = struct.Struct("!ccI")
_READ = 1 << 16
MESSAGE = 1 << 17  # bytes of a message between the engine and its nursery
LAST = 20  # below what nice(2) knows: to run where nobody else wants a processor
PACKET = 1 << 15  # bytes of a query in a tray

HELLO = b"H"  # worker: I am ready
QUERY = b"Q"  # engine: evaluate this, which is too long for a tray
WHOLE = b"W"  # worker: here is the whole answer
PART = b"P"  # worker: here is a part of the answer, and more follows
END = b"E"  # worker: that was the last part
ERROR = b"X"  # worker: this went wrong (JSON); there is no (more) answer

LARGE = b"-"  # in a tray: the query comes through the pipe

STAY = b"s"
RETIRE = b"r"  # worker: I have grown; replace me


class Frame(NamedTuple):
    """One message."""

    kind: bytes
    payload: bytes
    retire: bool


def packet(control: socket.socket) -> bytes:
    """The next message between an engine and its nursery; nothing where that is gone.

    Where it ended before it had read everything, the kernel tells that once, ahead of
    what it has said.
    """
    with suppress(OSError):
        with suppress(ConnectionResetError):
            return control.recv(MESSAGE)
        return control.recv(MESSAGE)
    return b""


class Pipe:
    """One end of a connection that carries frames."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._timeout = end.gettimeout()
        self._buffer = bytearray()

    def send(self, kind: bytes, payload: bytes = b"", *, retire: bool = False) -> None:
        """Send one frame; wait while the other end does not read."""
        flag = RETIRE if retire else STAY
        if len(payload) > _READ:  # less finds room at once
            self._wait(None)
        self._socket.sendall(_HEAD.pack(kind, flag, len(payload)) + payload)

    def receive(self, timeout: float | None = None) -> Frame | None:
        """Return the next frame, or None where the other end is gone.

        Raises:
            TimeoutError: it did not come in so many seconds. What came of it is kept.
            BlockingIOError: the same, for 0 seconds.
        """
        while (frame := self._parse()) is None:
            self._wait(timeout)
            try:
                data = self._socket.recv(_READ)
            except ConnectionError:
                data = b""
            if not data:
                return None
            if not self._buffer and (only := _whole(data)):
                return only  # as most frames come
            self._buffer += data
        return frame

    @property
    def holds_more(self) -> bool:
        """Whether something was read that `receive` has not returned yet."""
        return bool(self._buffer)

    @property
    def end(self) -> int:
        """The descriptor of this end."""
        return self._socket.fileno()

    def close(self) -> None:
        """Let go of the connection."""
        self._socket.close()

    def _wait(self, timeout: float | None) -> None:
        """Wait so long from now on."""
        if timeout != self._timeout:
            self._timeout = timeout
            self._socket.settimeout(timeout)

    def _parse(self) -> Frame | None:
        """Take one frame from what was read, if it is all there."""
        if len(self._buffer) < _HEAD.size:
            return None
        kind, flag, length = _HEAD.unpack_from(self._buffer)
        end = _HEAD.size + length
        if len(self._buffer) < end:
            return None
        payload = bytes(memoryview(self._buffer)[_HEAD.size : end])
        del self._buffer[:end]
        return Frame(kind, payload, flag == RETIRE)


class Tray:
    """Where queries lie until a worker takes them, one at a time.

    Whoever puts them in can take back what the worker has not taken: the kernel gives a
    packet to one taker only. For that, both hold the end to take from.
    """

    def __init__(self, taking: socket.socket, putting: socket.socket | None) -> None:
        self._taking = taking
        self._putting = putting

    def put(self, query: bytes) -> None:
        """Put in a query of at most `PACKET` bytes. There is room for a few."""
        assert self._putting is not None
        self._putting.send(query)

    def take(self) -> bytes:
        """The next query; wait for it. Empty where there will be none any more."""
        return self._taking.recv(PACKET)

    def take_back(self) -> int:
        """Take out all that is still there; return how many that were."""
        found = 0
        with suppress(BlockingIOError):
            while self._taking.recv(PACKET, socket.MSG_DONTWAIT):
                found += 1
        return found

    @property
    def end(self) -> int:
        """The descriptor to take from."""
        return self._taking.fileno()

    def close(self) -> None:
        """Let go of it."""
        self._taking.close()
        if self._putting is not None:
            self._putting.close()


def _whole(data: bytes) -> Frame | None:
    """The frame that these bytes are, if they are just one."""
    if len(data) < _HEAD.size:
        return None
    kind, flag, length = _HEAD.unpack_from(data)
    if len(data) != _HEAD.size + length:
        return None
    return Frame(kind, data[_HEAD.size :], flag == RETIRE)
