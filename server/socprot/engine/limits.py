"""The limits of an engine, all of them, with their units."""

import os
from dataclasses import asdict, dataclass
from functools import cache

KIB = 1024
MIB = 1024 * KIB


@cache
def _processors() -> int:
    """How many processors this process may use; every query asks."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Limits:
    """What one query, one client and one engine may use.

    Attributes:
        query_bytes: length of a query, in bytes of UTF-8.
        nesting: how deep brackets may be nested, and how many `!`, `^`, `-` or `+`
            may stand in a row.
        timeout: seconds that a query may run where the caller does not say.
        timeout_ceiling: seconds that a query may run whatever the caller says.
        memory_bytes: memory that a worker may have beyond the loaded graph.
        retire_bytes: a worker that has grown by more than this is replaced.
        rows: rows or triples of one answer.
        answer_bytes: bytes of one answer.
        buffer_bytes: an answer up to this size is complete before its first byte
            is handed out; a longer one is streamed.
        delivery: seconds that a caller may take to read a streamed answer.
        workers: quick queries that are evaluated at the same time; None for two more
            than there are processors, so that one which will turn out slow holds up
            nobody.
        slow_after: seconds of processor time after which a query counts as slow.
        queue: quick queries that may wait for a worker.
        slow_queue: slow queries that may wait.
        slow_per_client: slow queries one client may have under way.
        client_share: quick queries one client may have waiting.
        wait: seconds that a query may wait for a worker.
        start: seconds until a worker must be ready, loading the graph included.
        retries: how often a query is run again whose worker was killed from outside.
    """

    query_bytes: int = 64 * KIB
    nesting: int = 128
    timeout: float = 10.0
    timeout_ceiling: float = 30.0
    memory_bytes: int = 512 * MIB
    retire_bytes: int = 96 * MIB
    rows: int = 100_000
    answer_bytes: int = 64 * MIB
    buffer_bytes: int = 1 * MIB
    delivery: float = 60.0
    workers: int | None = None
    slow_after: float = 0.05
    queue: int = 256
    slow_queue: int = 32
    slow_per_client: int = 8
    client_share: int = 128
    wait: float = 10.0
    start: float = 120.0
    retries: int = 3

    @property
    def quick_workers(self) -> int:
        """How many processes evaluate quick queries."""
        return self.workers or _processors() + 2

    @property
    def quick_lane(self) -> int:
        """How many quick queries are under way: at work, or the next of a worker."""
        return 2 * self.quick_workers

    @property
    def side_by_side(self) -> int:
        """How many workers are at work at least before queries wait behind others."""
        return max(self.quick_workers - 2, 1)

    @property
    def slow_lane(self) -> int:
        """How many slow queries run at the same time, beside the quick ones."""
        return self.quick_workers + 2

    def seconds(self, wanted: float | None) -> float:
        """How long a query may run for which the caller wants so many seconds."""
        return min(self.timeout if wanted is None else wanted, self.timeout_ceiling)

    def as_dict(self) -> dict[str, int | float | None]:
        """The limits by name, to be published or sent to another process."""
        return asdict(self)
