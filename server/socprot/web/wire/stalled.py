"""
End connections whose client takes nothing in.

Where an answer is streamed, the engine has a deadline for its delivery; one that was
complete waits in buffers of the kernel, and a client that reads nothing could hold it,
and its connection, for ever. The kernel ends such connections itself if it is asked to:
`TCP_USER_TIMEOUT` (tcp(7)) is set on the socket that listens, and every connection that
it accepts inherits it.
"""

import os
import socket
from contextlib import suppress
from pathlib import Path


def limit(seconds: float) -> int:
    """Set the limit for whatever this process listens at; return how many that are."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        if not entry.is_socket():
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as one:
            if one.family == socket.AF_UNIX or not _listens(one):
                continue
            patience = int(seconds * 1000)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
            found += 1
    return found


def _listens(one: socket.socket) -> bool:
    return one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
