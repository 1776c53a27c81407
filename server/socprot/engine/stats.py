"""What an engine counted, for whoever watches it."""

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

# Upper ends of the histogram's buckets, in seconds; the last one has no end.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@dataclass(frozen=True)
class Snapshot:
    """The state of an engine at one moment.

    Attributes:
        queries: how many ended, by outcome: "ok", or the name of the error.
        kills: how many workers were killed, by reason.
        deaths: how many workers died by themselves, by cause.
        retries: how many queries were run again, because their worker was killed from
            outside or had to make room.
        nursery_starts: how often the process that makes workers was started.
        workers_started: how many workers were made.
        running, waiting: queries at this moment, by lane.
        buckets: how many queries took up to BUCKETS[i] seconds (not cumulative); one
            more for those that took longer.
        seconds: how long all of them took together.
    """

    queries: dict[str, int]
    kills: dict[str, int]
    deaths: dict[str, int]
    retries: int
    nursery_starts: int
    workers_started: int
    running: dict[str, int]
    waiting: dict[str, int]
    buckets: tuple[int, ...]
    seconds: float


class Stats:
    """Counters, to be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queries: Counter[str] = Counter()
        self._kills: Counter[str] = Counter()
        self._deaths: Counter[str] = Counter()
        self._events: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def query(self, outcome: str, seconds: float) -> None:
        """A query ended."""
        with self._lock:
            self._queries[outcome] += 1
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def kill(self, reason: str) -> None:
        """A worker is killed."""
        with self._lock:
            self._kills[reason] += 1

    def death(self, cause: str) -> None:
        """A worker died by itself."""
        with self._lock:
            self._deaths[cause] += 1

    def event(self, name: str) -> None:
        """One of "retry", "nursery", "worker" happened."""
        with self._lock:
            self._events[name] += 1

    def snapshot(self, running: dict[str, int], waiting: dict[str, int]) -> Snapshot:
        """Everything counted so far."""
        with self._lock:
            return Snapshot(
                dict(self._queries),
                dict(self._kills),
                dict(self._deaths),
                self._events["retry"],
                self._events["nursery"],
                self._events["worker"],
                running,
                waiting,
                tuple(self._buckets),
                self._seconds,
            )
