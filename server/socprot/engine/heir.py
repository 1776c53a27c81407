"""A nursery that another one begot, seen from the engine.

It is a child of that one until that ends; then it is one of the process that adopts
orphans: the server asks to be it.
"""

import os
import select
import signal
import subprocess
from contextlib import suppress
from weakref import finalize


class Heir:
    """What an engine needs of `subprocess.Popen`, for a process that it did not start.

    Attributes:
        pid: its number.
    """

    def __init__(self, pid: int) -> None:
        """Take hold of a process.

        Raises:
            OSError: it is gone.
        """
        self.pid = pid
        self._end = os.pidfd_open(pid)  # readable once it has ended
        finalize(self, os.close, self._end)  # not before: any thread may wait

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            TimeoutExpired: it has not in so many seconds.
        """
        end = select.poll()
        end.register(self._end, select.POLLIN)
        if not end.poll(None if timeout is None else timeout * 1000):
            raise subprocess.TimeoutExpired("nursery", timeout or 0)
        bury(self.pid)
        return 0

    def kill(self) -> None:
        """End it at once."""
        with suppress(OSError):
            signal.pidfd_send_signal(self._end, signal.SIGKILL)


def bury(process: int | None) -> None:
    """Let a process go that has ended, or is about to, if it is a child by now."""
    if process:
        with suppress(ChildProcessError):
            os.waitpid(process, 0)
