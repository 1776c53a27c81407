"""One query on its way through the engine: looked at, given a place, run, answered."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from socprot.engine import KIND, Answer, Request
from socprot.engine.evaluate import FORMATS, Job
from socprot.engine.habits import SlowQueries
from socprot.engine.lanes import Lanes, Ticket
from socprot.engine.limits import Limits
from socprot.engine.packing import unpacked
from socprot.engine.process import Death, Worker
from socprot.engine.running import MustWait, Running, WorkerGone
from socprot.engine.screen import Screened, screen
from socprot.engine.stats import Stats
from socprot.engine.stream import Stream
from socprot.engine.trouble import MUCH, explained, of_death
from socprot.engine.wire import ERROR, WHOLE, Frame
from socprot.engine.workers import Workers
from socprot.errors import (
    EngineUnavailable,
    NotAcceptable,
    QuerySyntaxError,
    SocprotError,
)

# None: the nursery died, and its workers with it.
_OUTSIDE = (None, signal.SIGKILL, signal.SIGTERM)


@dataclass(frozen=True)
class Means:
    """What an engine has to answer queries with."""

    limits: Limits
    stats: Stats
    slow: SlowQueries
    lanes: Lanes
    workers: Workers


class Asking:
    """One query. `look` at it first; then it can be given a place and be run.

    As a context, it notes its end where there is an error.
    """

    _screened: Screened
    _job: Job

    def __init__(self, means: Means, request: Request) -> None:
        self.request = request
        self._means = means
        self._start = time.monotonic()
        self._packed = b""
        self._ticket: Ticket | None = None
        self._running: Running | None = None

    def look(self) -> None:
        """See what the query is.

        Raises:
            QuerySyntaxError, QueryRefused, NotAcceptable: it need not be run.
        """
        self._screened = screened = screen(self.request.query, self._means.limits)
        _check_format(self.request, screened)
        self._job = _job(self.request, screened)
        self._packed = self._job.to_bytes()

    @property
    def size(self) -> int:
        """Bytes that are sent to a worker."""
        return len(self._packed)

    @property
    def known_slow(self) -> bool:
        """Whether the query was slow before."""
        return self._job in self._means.slow

    def enter(self) -> None:
        """Get a place; wait for it if need be.

        Raises:
            Busy: there is none.
        """
        self._ticket = self._means.lanes.enter(
            self.request.client, slow=self.known_slow
        )

    def place(self, ticket: Ticket) -> None:
        """Take a place that somebody else waited for."""
        self._ticket = ticket

    @property
    def workers(self) -> Workers:
        """Who may answer it."""
        return self._means.workers

    def start(self, worker: Worker, spent: float) -> Running:
        """Give it to a worker that has used so much processor time before.

        A place was taken before.
        """
        assert self._ticket is not None
        means = self._means
        self._running = Running(
            means.workers,
            worker,
            means.lanes,
            self._ticket,
            means.limits,
            means.limits.seconds(self.request.timeout),
            self.request.abandoned,
            spent,
        )
        self._running.ask(self._packed)
        return self._running

    def taken_back(self) -> None:
        """It was not begun where it was started, and will not be."""
        self._running = None

    def run(self) -> Answer:
        """Run the query, again if need be, until there is an answer or an error.

        Raises:
            SocprotError: as `Engine.answer`.
        """
        if self._ticket is None:
            self.enter()
        assert self._ticket is not None
        for _ in range(self._means.limits.retries + 2):  # one more to make room
            running = self._running
            if running is None:
                worker = self._means.workers.take(
                    slow=self._ticket.slow, abandoned=self.request.abandoned
                )
                running = self.start(worker, worker.processor_time())
            self._running = None
            try:
                frame = running.first()
                if frame.kind not in (WHOLE, ERROR):
                    running.yield_way()
            except MustWait as wait:
                self._means.slow.note(self._job, slow=True)
                self._means.stats.event("retry")
                self._means.lanes.wait(self._ticket, wait.bell)
                continue
            except WorkerGone as gone:
                if not _from_outside(gone.death):
                    raise of_death(gone.death.signal or 0, gone.death.grown) from None
                self._means.stats.event("retry")
                continue
            self._means.slow.note(self._job, slow=running.was_slow)
            if frame.kind in (WHOLE, ERROR):
                running.finish(retire=frame.retire)
                return self.settle(frame)
            stream = Stream(
                frame.payload, running, self._means.limits.delivery, self.end
            )
            return self._answered(stream, None)
        raise EngineUnavailable("The worker of this query was killed again and again.")

    def settle(self, frame: Frame) -> Answer:
        """Make an answer, or an error, of a frame that is all there is.

        Raises:
            SocprotError: it is an error.
        """
        self._running = None
        if frame.kind == ERROR:
            error = unpacked(frame.payload)
            if isinstance(error, QuerySyntaxError):
                raise explained(error, self._screened)
            raise error
        self.end("ok")
        return self._answered(iter([frame.payload]), len(frame.payload))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _at: object) -> None:
        if isinstance(error, SocprotError):
            self.end(type(error).__name__)
        elif error is not None:
            self._leave()

    def end(self, outcome: str) -> None:
        """Note the end, and give the place back."""
        self._means.stats.query(outcome, time.monotonic() - self._start)
        self._leave()

    def drop(self) -> None:
        """Stop what was started and will not be waited for."""
        if self._running:
            self._running.stop("abandoned")
            self._running = None
        self.end("abandoned")

    def _leave(self) -> None:
        if self._ticket:
            self._means.lanes.leave(self._ticket)

    def _answered(self, chunks: Iterator[bytes], size: int | None) -> Answer:
        form = self._screened.form
        if form is None:
            raise QuerySyntaxError(
                "The query has no SELECT, ASK, CONSTRUCT or DESCRIBE."
            )
        slow = self._ticket is not None and self._ticket.slow
        media_type = self.request.media_types[KIND[form]]
        return Answer(form, media_type, chunks, size, slow)


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
        request.media_types,
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
