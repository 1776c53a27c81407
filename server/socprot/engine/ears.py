"""Hear, in an event loop, which workers have said something.

A loop takes long to begin to watch a descriptor, and again to stop, compared with how
long a small query takes. So the loop watches one descriptor, for good: an epoll(7) set
with the pipes of all workers that were ever waited for. To wait for a worker arms its
pipe once, which is one call to the kernel. A pipe that is closed leaves the set by
itself; and a pipe that nobody waits for, say because a thread reads from it, wakes up
nobody.
"""

import asyncio
import select
from weakref import WeakKeyDictionary

_ONCE = select.EPOLLIN | select.EPOLLONESHOT


class Ears:
    """The ears of one event loop; everything is to be called there."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._set = select.epoll()
        self._waiting: dict[int, asyncio.Future[bool]] = {}
        loop.add_reader(self._set.fileno(), self._hear)

    def listen(self, end: int, heard: "asyncio.Future[bool]") -> None:
        """Resolve a future with True once there is something to read from a pipe."""
        self._waiting[end] = heard
        try:
            self._set.modify(end, _ONCE)
        except FileNotFoundError:
            self._set.register(end, _ONCE)

    def forget(self, end: int) -> None:
        """Do not wait for this pipe any longer."""
        self._waiting.pop(end, None)

    def _hear(self) -> None:
        for end, _ in self._set.poll(0):
            heard = self._waiting.get(end)
            if heard is not None and not heard.done():
                heard.set_result(True)


_EARS: WeakKeyDictionary[asyncio.AbstractEventLoop, Ears] = WeakKeyDictionary()


def of_this_loop() -> Ears:
    """The ears of the loop that runs."""
    loop = asyncio.get_running_loop()
    ears = _EARS.get(loop)
    if ears is None:
        ears = _EARS[loop] = Ears(loop)
    return ears
