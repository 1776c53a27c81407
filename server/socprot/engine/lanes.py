"""Who runs now and who waits: two lanes, as on a road.

Nobody knows beforehand how long a query will run. So every query starts in the quick
lane, which has two places more than there are processors. One that has used up
`slow_after` seconds of processor time leaves it, and the next takes its place at once:

* if the slow lane has a free place, it goes on there, in the same process, at a lower
  priority;
* if not, its process is killed and it waits for a place in the slow lane, to be run
  again from the start. That wastes a moment, once, and keeps the number of processes,
  and so the memory they may use, bounded.

A query that was slow before goes straight to the slow lane. So short queries overtake
long ones, and no number of long ones can stop them.

Fair between clients: of those who wait, whoever's client has the fewest running goes
next. One client cannot take the last place of the slow lane, nor have more than a few
slow queries under way; quick ones are not worth counting, except that one client
cannot fill the waiting line. Where there is no room, `Busy` says when to come back.
"""

import itertools
import threading
from dataclasses import dataclass

from socprot.engine.limits import Limits
from socprot.errors import Busy, ClientBusy

# Seconds after which to come back.
_QUICK_RETRY = 1
_SLOW_RETRY = 5


@dataclass(eq=False)
class Ticket:
    """A query's place: in which lane it runs or waits, and for whom."""

    client: str
    slow: bool = False
    go: threading.Event | None = None  # made when there is something to wait for


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
            clients = [ticket.client for ticket in self.running]
            ready = [
                (clients.count(ticket.client), place)
                for place, ticket in enumerate(self.waiting)
                if not ticket.client or clients.count(ticket.client) < self.per_client
            ]
            if not ready:
                return
            ticket = self.waiting[min(ready)[1]]
            self.waiting.remove(ticket)
            self.running.append(ticket)
            if ticket.go:
                ticket.go.set()

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
        self._slow = Lane(limits.slow_lane, limits.slow_lane - 1)

    def enter(self, client: str, *, slow: bool) -> Ticket:
        """Get a place; wait for it if need be.

        Raises:
            Busy: there is none, and will be none soon enough.
        """
        ticket = Ticket(client, slow)
        with self._lock:
            if slow:
                self._check_share(client)
            go = self._line_up(ticket)
        self._wait(ticket, go)
        return ticket

    def slow_down(self, ticket: Ticket) -> bool:
        """Move a query to the slow lane while it runs.

        Returns False where it is in line there: it must stop, and `wait_again`.

        Raises:
            Busy: the line is full, or its client has too many slow queries.
        """
        with self._lock:
            self._check_share(ticket.client)
            self._quick.running.remove(ticket)
            self._quick.admit()
            ticket.slow = True
            ticket.go = self._line_up(ticket)
            return ticket.go is None

    def wait_again(self, ticket: Ticket) -> None:
        """Wait until a query in line may run.

        Raises:
            Busy: that did not happen soon enough.
        """
        self._wait(ticket, ticket.go)

    def leave(self, ticket: Ticket) -> None:
        """Give the place back, if there still is one."""
        with self._lock:
            lane = self._lane(ticket)
            if ticket in lane.running:
                lane.running.remove(ticket)
                lane.admit()

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

    def _line_up(self, ticket: Ticket) -> threading.Event | None:
        """Put a query in its lane, or in line for it; return what to wait for."""
        lane = self._lane(ticket)
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
        ticket.go = threading.Event()
        return ticket.go

    def _wait(self, ticket: Ticket, go: threading.Event | None) -> None:
        if go is None or go.wait(self._limits.wait):
            return
        with self._lock:
            lane = self._lane(ticket)
            if ticket in lane.running:  # in the last moment
                return
            lane.waiting.remove(ticket)
        raise Busy(
            f"No worker became free within {self._limits.wait:g} seconds; try later.",
            _SLOW_RETRY if ticket.slow else _QUICK_RETRY,
        )
