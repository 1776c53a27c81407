"""
The connections of this process, which RSGI has no word for: cut one, or make room.

Connections are bounded, and one that says nothing counts as much as any. When they are
nearly used up, whoever has most of them loses those that have been idle longest.
"""

import ctypes
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from socprot.engine.lanes import whose

_OPEN = Path("/proc/self/fd")
_IDLE = 1.0  # seconds without a request after which a connection may be cut


def cut(client: str, *, reset: bool = False) -> None:
    """Shut the connection with a client, found by the address of its peer.

    An answer without a length that is not chunked, as HTTP/1.0 has it, ends where the
    connection ends; there, only a `reset` tells that it broke off.
    """
    for peer, number in _connections():
        if peer == client:
            _shut(number, reset=reset)
            return


class Crowd:
    """Makes room among the connections.

    Attributes:
        busy: the clients that a request of is under way, as RSGI names them.
    """

    def __init__(self, most: int) -> None:
        """Begin; there may be at most so many."""
        self.busy: set[str] = set()
        self._most = most
        self._since: dict[str, float] = {}

    def look(self, now: float) -> int:
        """Cut what is too much, where it is; return how many these were."""
        if sum(1 for _ in _OPEN.iterdir()) < self._most * 3 // 4:
            self._since.clear()
            return 0
        there = dict(_connections())
        busy = self.busy.copy()
        self._since = {
            peer: self._since.get(peer, now) for peer in there if peer not in busy
        }
        excess = len(there) - self._most // 2
        if excess <= 0:
            return 0
        ((greediest, _),) = Counter(map(_host, there)).most_common(1)
        idle = [
            peer
            for peer, since in sorted(self._since.items(), key=lambda one: one[1])
            if now - since >= _IDLE and _host(peer) == greediest
        ]
        for peer in idle[:excess]:
            _shut(there[peer], reset=False)
        return len(idle[:excess])


def _host(peer: str) -> str:
    return whose(peer.rpartition(":")[0].strip("[]"))


def _connections() -> Iterator[tuple[str, int]]:
    """The peer and the descriptor of each connection over the network."""
    for entry in _OPEN.iterdir():
        if not entry.is_socket():
            continue
        with suppress(OSError), _socket(int(entry.name)) as found:
            if found.family != socket.AF_UNIX:
                host, port = found.getpeername()[:2]
                named = f"[{host}]" if found.family == socket.AF_INET6 else host
                yield f"{named}:{port}", int(entry.name)


def _shut(number: int, *, reset: bool) -> None:
    with suppress(OSError), _socket(number) as found:
        if reset:  # what connect(2) does for AF_UNSPEC
            ctypes.CDLL(None).connect(found.fileno(), bytes(16), 16)
        else:
            found.shutdown(socket.SHUT_RDWR)


def _socket(number: int) -> socket.socket:
    """A descriptor as a socket that can be closed without closing that."""
    return socket.socket(fileno=os.dup(number))
