"""
Who runs now and who waits: two lanes, as on a road.

Nobody knows beforehand how long a query will run. So every query starts in the quick
lane. It has two places for each of its workers, which are two more than there are
processors: one for a query at work, and one for the next, which lies in a worker's tray
(`convoy`) so that no worker has to wait for it. One that has used up `slow_after`
seconds of processor time leaves that lane, and the next takes its place at once:

* if the slow lane, which has two places more than there are quick workers, has a free
  one, it goes on there, in the same process;
* if not, its process is killed and it waits for a place in the slow lane, to be run
  again from the start. That wastes a moment, once, and keeps the number of processes,
  and so the memory they may use, bounded.

A query that was slow before goes straight to the slow lane. So short queries overtake
long ones, and no number of long ones can stop them.

The more a query has used, the lower its priority for the kernel (`running`): of two
slow ones, that which came later and needs less is not held up by that which runs and
runs. One that has used four times what makes it slow runs where nobody else wants the
processor, and stops at once for a quick one (SCHED_IDLE, see sched(7)). A query that
is alone keeps its priority: there is nobody to give way to, but there may be other
services on the machine.

Fair between clients: of those who wait, whoever's client has the fewest running goes
next. One client cannot take the last two places of the slow lane, nor have more than a
few slow queries under way; quick ones are not worth counting, except that one client
cannot fill the waiting line. Where there is no room, `Busy` says when to come back.
"""

import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network
from typing import Protocol, TypeVar

from socprot.engine.limits import Limits
from socprot.errors import Busy, ClientBusy

# Seconds after which to come back.
_QUICK_RETRY = 1
_SLOW_RETRY = 5


class Bell(Protocol):
    """What tells somebody who waits that there is a place: an event, for a thread."""

    def set(self) -> object:
        """Tell it. Called by any thread."""


B = TypeVar("B", bound=Bell)


@dataclass(eq=False)
class Ticket:
    """A query's place: in which lane it runs or waits, and for whom."""

    client: str
    slow: bool = False
    bell: Bell | None = None  # where it had to wait


class Lane:
    """Some places, and a line of those who wait. Whoever calls holds the lock."""

    def __init__(self, places: int, per_client: int) -> None:
        self.places = places
        self.per_client = per_client
        self.running: list[Ticket] = []
        self.waiting: list[Ticket] = []

    def admit(self) -> None:
        """Let those who wait go, as long as there are places for them."""
        while self.waiting and len(self.running) < self.places:
            ticket = self._next()
            if ticket is None:
                return
            self.waiting.remove(ticket)
            self.running.append(ticket)
            if ticket.bell:
                ticket.bell.set()

    def _next(self) -> Ticket | None:
        """The first of those whose client has the fewest running, if any may run."""
        busy: dict[str, int] = {}
        for ticket in self.running:
            busy[ticket.client] = busy.get(ticket.client, 0) + 1
        found: Ticket | None = None
        fewest = self.places
        for ticket in self.waiting:
            mine = busy.get(ticket.client, 0)
            if mine < fewest and (mine < self.per_client or not ticket.client):
                found, fewest = ticket, mine
                if not mine:
                    break
        return found

    def under_way(self, client: str) -> int:
        """How many queries of one client run or wait."""
        everyone = itertools.chain(self.running, self.waiting)
        return sum(ticket.client == client for ticket in everyone)


class Lanes:
    """Both lanes. Every method may be called from any thread."""

    def __init__(self, limits: Limits) -> None:
        self._lock = threading.Lock()
        self._limits = limits
        self._quick = Lane(limits.quick_lane, limits.quick_lane)
        self._slow = Lane(limits.slow_lane, limits.slow_lane - 2)

    @property
    def patience(self) -> float:
        """Seconds to wait in line before one must `give_up`."""
        return self._limits.wait

    def enter(self, client: str, *, slow: bool) -> Ticket:
        """Get a place; wait for it if need be.

        Raises:
            Busy: there is none, and will be none soon enough.
        """
        ticket = Ticket(whose(client), slow)
        if bell := self.line_up(ticket, threading.Event):
            self.wait(ticket, bell)
        return ticket

    def line_up(self, ticket: Ticket, bell: Callable[[], B]) -> B | None:
        """Get a place, or one in line, and a bell that is made for that.

        Raises:
            Busy: there is none.
        """
        with self._lock:
            if ticket.slow:
                self._check_share(ticket.client)
            return self._line_up(ticket, bell)

    def slow_down(self, ticket: Ticket) -> threading.Event | None:
        """Move a query to the slow lane while it runs.

        Returns what to `wait` for where it is in line there: then it must stop.

        Raises:
            Busy: the line is full, or its client has too many slow queries.
        """
        with self._lock:
            self._check_share(ticket.client)
            self._quick.running.remove(ticket)
            self._quick.admit()
            ticket.slow = True
            return self._line_up(ticket, threading.Event)

    def wait(self, ticket: Ticket, bell: threading.Event) -> None:
        """Wait until a query in line may run.

        Raises:
            Busy: that did not happen soon enough.
        """
        if not bell.wait(self._limits.wait):
            self.give_up(ticket)

    def give_up(self, ticket: Ticket) -> None:
        """Leave the line after a long time, unless there was a place just now.

        Raises:
            Busy: there was none.
        """
        with self._lock:
            lane = self._lane(ticket)
            if ticket in lane.running:
                return
            lane.waiting.remove(ticket)
        raise too_long(self._limits.wait, slow=ticket.slow)

    def leave(self, ticket: Ticket) -> None:
        """Give the place back, also one in line, if there still is one."""
        with self._lock:
            lane = self._lane(ticket)
            if ticket in lane.running:
                lane.running.remove(ticket)
                lane.admit()
            elif ticket in lane.waiting:
                lane.waiting.remove(ticket)

    def crowded(self) -> bool:
        """Whether more than one query is here."""
        lanes = (self._quick, self._slow)
        with self._lock:
            return sum(len(one.running) + len(one.waiting) for one in lanes) > 1

    def running(self) -> dict[str, int]:
        """How many queries run, by lane."""
        with self._lock:
            return {"quick": len(self._quick.running), "slow": len(self._slow.running)}

    def waiting(self) -> dict[str, int]:
        """How many queries wait, by lane."""
        with self._lock:
            return {"quick": len(self._quick.waiting), "slow": len(self._slow.waiting)}

    def _lane(self, ticket: Ticket) -> Lane:
        return self._slow if ticket.slow else self._quick

    def _check_share(self, client: str) -> None:
        allowed = self._limits.slow_per_client
        if client and self._slow.under_way(client) >= allowed:
            raise ClientBusy(
                f"You already have {allowed} slow queries under way, the most that one"
                " client may have; wait for their answers.",
                _SLOW_RETRY,
            )

    def _line_up(self, ticket: Ticket, bell: Callable[[], B]) -> B | None:
        """Put a query in its lane, or in line for it with a bell."""
        lane = self._lane(ticket)
        ticket.bell = None
        lane.waiting.append(ticket)
        lane.admit()
        if ticket in lane.running:
            return None
        line = self._limits.slow_queue if ticket.slow else self._limits.queue
        retry_after = _SLOW_RETRY if ticket.slow else _QUICK_RETRY
        if len(lane.waiting) > line:
            lane.waiting.remove(ticket)
            raise Busy(f"All workers are busy, and {line} queries wait.", retry_after)
        share = self._limits.client_share
        mine = sum(other.client == ticket.client for other in lane.waiting)
        if ticket.client and mine > share:
            lane.waiting.remove(ticket)
            raise ClientBusy(f"{share} of your queries wait already.", retry_after)
        made = bell()
        ticket.bell = made
        return made


def too_long(seconds: float, *, slow: bool) -> Busy:
    """What to tell a query that has waited for so long in vain."""
    why = f"No worker became free within {seconds:g} seconds; try later."
    return Busy(why, _SLOW_RETRY if slow else _QUICK_RETRY)


def whose(address: str) -> str:
    """Who an address belongs to: of IPv6, whoever has one has all of its /64."""
    if ":" not in address:
        return address
    with suppress(ValueError):
        parsed = IPv6Address(address)
        return str(parsed.ipv4_mapped or IPv6Network((parsed, 64), strict=False))
    return address
