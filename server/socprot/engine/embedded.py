"""The engine that holds the graph itself, in processes that a query cannot outlive.

Whatever a query does to its worker ends there: the worker is killed, and a new one is
ready in milliseconds. The way of a query is told in `socprot.engine`.
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
from socprot.engine.usage import Usage
from socprot.engine.workers import Workers


class EmbeddedEngine:
    """An `Engine` over a bundle or any RDF files. Any number of threads may ask it."""

    _means: Means

    def __init__(
        self,
        source: Path | Iterable[Path] | Source | Workers,
        limits: Limits | None = None,
        before: "EmbeddedEngine | None" = None,
    ) -> None:
        """Begin to load the graph, in another process.

        Args:
            source: the folder of a bundle, RDF files, a store on disk, or who loads
                any of them already.
            limits: what queries may use; workers have theirs.
            before: an engine that may have most of the graph in memory.
        """
        if not isinstance(source, Workers):
            source = Workers(
                source if isinstance(source, Source) else Source.of(source),
                limits or Limits(),
                before._means.stats if before else Stats(),
                before._means.workers if before else None,
            )
        self._means = Means(
            source.limits, source.stats, SlowQueries(), Lanes(source.limits), source
        )

    @property
    def on_disk(self) -> bool:
        """Whether it asks a store on disk."""
        return self._means.workers.source.store is not None

    def ready(self) -> "EmbeddedEngine":
        """Wait until the graph can be asked; it is closed where it cannot.

        Raises:
            GraphMissing: it cannot be loaded.
        """
        self._means.workers.ready()
        return self

    def answer(self, request: Request) -> Answer:
        """Evaluate a query. See `Engine`."""
        asking = Asking(self._means, request)
        with asking:
            asking.look()
            return asking.run()

    async def begin(self, request: Request) -> Begun:
        """Begin to evaluate a query in an event loop, without a thread."""
        return await begin(Asking(self._means, request), self._means.lanes)

    def close(self) -> None:
        """Stop all queries and end all processes."""
        self._means.workers.close()

    def usage(self) -> Usage:
        """What the processes of this engine use at this moment."""
        return self._means.workers.usage()

    @property
    def stats(self) -> Snapshot:
        """What happened so far, for monitoring."""
        lanes = self._means.lanes
        return self._means.stats.snapshot(lanes.running(), lanes.waiting())
