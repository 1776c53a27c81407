"""The engine that holds the graph itself, in processes that a query cannot outlive.

The way of a query: `screen` looks at it, `lanes` gives it a place, `workers` a process,
and `running` waits for the answer as long as the limits allow. Whatever a query does to
its worker ends there: the worker is killed, and a new one is ready in milliseconds.
"""

import signal
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from socprot.engine import KIND, Answer, Request
from socprot.engine.evaluate import FORMATS, Job
from socprot.engine.habits import SlowQueries
from socprot.engine.lanes import Lanes, Ticket
from socprot.engine.limits import Limits
from socprot.engine.running import MustWait, Running, WorkerGone
from socprot.engine.screen import Screened, screen
from socprot.engine.source import Source
from socprot.engine.stats import Snapshot, Stats
from socprot.engine.stream import Stream
from socprot.engine.trouble import MUCH, explained, of_death, unpacked
from socprot.engine.wire import ERROR, WHOLE
from socprot.engine.workers import Death, Workers
from socprot.errors import (
    EngineUnavailable,
    NotAcceptable,
    QuerySyntaxError,
    SocprotError,
)

# None: the nursery died, and its workers with it.
_OUTSIDE = (None, signal.SIGKILL, signal.SIGTERM)


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
        self._stats = Stats()
        self._slow = SlowQueries()
        self._lanes = Lanes(self.limits)
        self._workers = Workers(Source.of(source), self.limits, self._stats)

    def answer(self, request: Request) -> Answer:
        """Evaluate a query. See `Engine`."""
        start = time.monotonic()
        ended = partial(self._ended, start)
        try:
            return self._answer(request, ended)
        except SocprotError as error:
            ended(None, type(error).__name__)
            raise

    def close(self) -> None:
        """Stop all queries and end all processes."""
        self._workers.close()

    @property
    def stats(self) -> Snapshot:
        """What happened so far, for monitoring."""
        return self._stats.snapshot(self._lanes.running(), self._lanes.waiting())

    def _ended(self, start: float, ticket: Ticket | None, outcome: str) -> None:
        self._stats.query(outcome, time.monotonic() - start)
        if ticket:
            self._lanes.leave(ticket)

    def _answer(self, request: Request, ended: partial[None]) -> Answer:
        screened = screen(request.query, self.limits)
        _check_format(request, screened)
        job = _job(request, screened)
        ticket = self._lanes.enter(request.client, slow=job in self._slow)
        try:
            return self._run(request, screened, job, ticket, partial(ended, ticket))
        except QuerySyntaxError as error:
            self._lanes.leave(ticket)
            raise explained(error, screened) from None
        except BaseException:
            self._lanes.leave(ticket)
            raise

    def _run(
        self,
        request: Request,
        screened: Screened,
        job: Job,
        ticket: Ticket,
        ended: partial[None],
    ) -> Answer:
        """Run a query, again if need be, until there is an answer or an error."""
        packed = job.to_json()
        for _ in range(self.limits.retries + 2):  # one more to make room
            worker = self._workers.take()
            seconds = self.limits.seconds(request.timeout)
            running = Running(
                self._workers,
                worker,
                self._lanes,
                ticket,
                self.limits,
                seconds,
                request.abandoned,
            )
            running.ask(packed)
            try:
                frame = running.first()
                if frame.kind not in (WHOLE, ERROR):
                    running.yield_way()
            except MustWait:
                self._slow.note(job, slow=True)
                self._stats.event("retry")
                self._lanes.wait_again(ticket)
                continue
            except WorkerGone as gone:
                if not _from_outside(gone.death):
                    raise of_death(gone.death.signal or 0, gone.death.grown) from None
                self._stats.event("retry")
                continue
            self._slow.note(job, slow=running.was_slow)
            if frame.kind not in (WHOLE, ERROR):
                stream = Stream(frame.payload, running, self.limits.delivery, ended)
                return _answered(screened, request, stream, None)
            running.finish(retire=frame.retire)
            if frame.kind == ERROR:
                raise unpacked(frame.payload)
            ended("ok")
            chunks = iter([frame.payload])
            return _answered(screened, request, chunks, len(frame.payload))
        raise EngineUnavailable("The worker of this query was killed again and again.")


def _job(request: Request, screened: Screened) -> Job:
    """What to tell the worker.

    The dataset of the request replaces that of the query (SPARQL 1.1 Protocol, section
    2.1.4). The query's own is left to the worker's engine, unless it has several
    default graphs, which that engine does not merge.
    """
    default, named = request.default_graphs, request.named_graphs
    if not default and not named and len(screened.default_graphs) > 1:
        default, named = screened.default_graphs, screened.named_graphs
    given = bool(default or named)
    return Job(
        screened.text,
        {str(kind): name for kind, name in request.media_types.items()},
        screened.prefixes,
        list(dict.fromkeys(default)) if given else None,
        list(dict.fromkeys(named)) if given else None,
    )


def _check_format(request: Request, screened: Screened) -> None:
    """Refuse at once what could not be written down.

    Raises:
        NotAcceptable: no format, or an unknown one, is given for this kind of answer.
    """
    if screened.form is None:
        return  # the worker will say what is wrong with it
    kind = KIND[screened.form]
    if request.media_types.get(kind) not in FORMATS[kind]:
        raise NotAcceptable(
            f"{screened.form} can be answered as {', '.join(sorted(FORMATS[kind]))};"
            " ask for one of these."
        )


def _from_outside(death: Death) -> bool:
    """Whether something else than the query ended its worker."""
    return death.signal in _OUTSIDE and death.grown < MUCH


def _answered(
    screened: Screened, request: Request, chunks: Iterator[bytes], size: int | None
) -> Answer:
    form = screened.form
    if form is None:
        raise QuerySyntaxError("The query has no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    return Answer(form, request.media_types[KIND[form]], chunks, size)
