"""The engine that holds the graph itself, in processes that a query cannot outlive.

The way of a query: `screen` looks at it, `lanes` gives it a place, `workers` a process,
and `running` waits for the answer as long as the limits allow; `asking` leads it from
one to the next. Whatever a query does to its worker ends there: the worker is killed,
and a new one is ready in milliseconds.
"""

from collections.abc import Iterable
from pathlib import Path

from socprot.engine import Answer, Request
from socprot.engine.asking import Asking, Means
from socprot.engine.begun import Begun, begin
from socprot.engine.habits import SlowQueries
from socprot.engine.lanes import Lanes
from socprot.engine.limits import Limits
from socprot.engine.source import Source
from socprot.engine.stats import Snapshot, Stats
from socprot.engine.workers import Workers


class EmbeddedEngine:
    """An `Engine` over a bundle or any RDF files. Any number of threads may ask it."""

    def __init__(
        self, source: Path | Iterable[Path], limits: Limits | None = None
    ) -> None:
        """Load the graph, and wait until it can be asked.

        Args:
            source: the folder of a bundle, or RDF files.
            limits: what queries may use.

        Raises:
            GraphMissing: it cannot be loaded.
        """
        self.limits = limits or Limits()
        stats = Stats()
        self._means = Means(
            self.limits,
            stats,
            SlowQueries(),
            Lanes(self.limits),
            Workers(Source.of(source), self.limits, stats),
        )

    def answer(self, request: Request) -> Answer:
        """Evaluate a query. See `Engine`."""
        asking = Asking(self._means, request)
        with asking.ending():
            asking.look()
            return asking.run()

    async def begin(self, request: Request) -> Begun:
        """Begin to evaluate a query in an event loop, without a thread."""
        return await begin(Asking(self._means, request), self._means.lanes)

    def close(self) -> None:
        """Stop all queries and end all processes."""
        self._means.workers.close()

    @property
    def stats(self) -> Snapshot:
        """What happened so far, for monitoring."""
        lanes = self._means.lanes
        return self._means.stats.snapshot(lanes.running(), lanes.waiting())
