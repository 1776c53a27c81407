"""Frames between the engine and its workers, over a pair of local sockets.

A frame is one byte that says what it is, one byte of flags, four bytes of length, and
as many bytes. Nothing is pickled: what comes from a worker is data, never code.
"""

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

_HEAD = struct.Struct("!ccI")
_READ = 1 << 16
PACKET = 1 << 17  # bytes of a message between the engine and its nursery

HELLO = b"H"  # worker: I am ready
QUERY = b"Q"  # engine: evaluate this (a `Job`)
WHOLE = b"W"  # worker: here is the whole answer
PART = b"P"  # worker: here is a part of the answer, and more follows
END = b"E"  # worker: that was the last part
ERROR = b"X"  # worker: this went wrong (JSON); there is no (more) answer

STAY = b"s"
RETIRE = b"r"  # worker: I have grown; replace me


class Frame(NamedTuple):
    """One message."""

    kind: bytes
    payload: bytes
    retire: bool


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

    def frames(self) -> Iterator[Frame]:
        """Every frame until the other end is gone."""
        while frame := self.receive():
            yield frame

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


def _whole(data: bytes) -> Frame | None:
    """The frame that these bytes are, if they are just one."""
    if len(data) < _HEAD.size:
        return None
    kind, flag, length = _HEAD.unpack_from(data)
    if len(data) != _HEAD.size + length:
        return None
    return Frame(kind, data[_HEAD.size :], flag == RETIRE)
