"""
The first moments of a query, in an event loop and without a thread.

Most queries are small: their answer is there before a thread would have woken up to
wait for it. So whoever has an event loop begins a query there. It is screened, given a
place in its lane and sent to a worker exactly as any other; what is left out is the
thread, and nothing else:

* If all of the answer comes within a few hundredths of a second, that was it
  (`convoy`).
* If anything else happens -- it takes longer, it is streamed, it fails, its worker
  dies, no worker is ready, it was slow before -- the query is handed over as it is to
  a thread, which goes on with it by `Begun.finish`: nothing is evaluated again for it.

Nothing here takes long or waits but by `await`: what could (a long text to be screened
or sent) is left to the thread from the start.
"""

import asyncio
from threading import get_ident

from socprot.engine import Answer, Request, convoy
from socprot.engine.asking import Asking
from socprot.engine.lanes import Lanes, Ticket, whose
from socprot.errors import SocprotError

_LONGEST = 8 << 10  # characters of a query


class Begun:
    """A query that was begun; `finish` or `drop` it unless it has an `answer`."""

    def __init__(self, asking: Asking) -> None:
        self.answer: Answer | None = None
        self.error: SocprotError | None = None
        self._asking = asking
        self._looked = False

    @property
    def request(self) -> Request:
        """What was asked."""
        return self._asking.request

    def finish(self) -> Answer:
        """Wait for the answer, in a thread.

        Raises:
            SocprotError: as `Engine.answer`.
        """
        if self.error:
            raise self.error
        if self.answer:
            return self.answer
        with self._asking:
            if not self._looked:
                self._asking.look()
            return self._asking.run()

    def drop(self) -> None:
        """Stop it: nobody waits for it."""
        if not (self.error or self.answer):
            self._asking.drop()

    async def advance(self, lanes: Lanes) -> None:
        """Come as far as possible without a thread."""
        asking = self._asking
        try:
            with asking:
                if len(asking.request.query) > _LONGEST:
                    return
                asking.look()
                self._looked = True
                if asking.known_slow or asking.size > 4 * _LONGEST:
                    return
                await _place(asking, lanes)
                frame = await convoy.of_this_loop().answer(asking)
                if frame:
                    self.answer = asking.settle(frame)
        except SocprotError as error:
            self.error = error


async def begin(asking: Asking, lanes: Lanes) -> Begun:
    """Begin a query."""
    begun = Begun(asking)
    await begun.advance(lanes)
    return begun


class _Bell:
    """Wakes a coroutine, from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = get_ident()
        self.rung: asyncio.Future[bool] = self._loop.create_future()

    def set(self) -> None:
        if get_ident() == self._thread:
            _resolve(self.rung, True)
        else:
            self._loop.call_soon_threadsafe(_resolve, self.rung, True)


def _resolve(future: "asyncio.Future[bool]", value: bool) -> None:
    if not future.done():
        future.set_result(value)


async def _place(asking: Asking, lanes: Lanes) -> None:
    """Wait for a place in the quick lane.

    Raises:
        Busy: there is none.
    """
    ticket = Ticket(whose(asking.request.client))
    bell = lanes.line_up(ticket, _Bell)
    asking.place(ticket)
    if bell:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(lanes.patience, _resolve, bell.rung, False)
        try:
            if not await bell.rung:
                lanes.give_up(ticket)
        finally:
            timer.cancel()
