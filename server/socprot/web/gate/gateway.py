"""
Between granian and Flask: an RSGI application that runs a WSGI one in threads.

granian speaks WSGI too, but there nobody is told when a client goes away, and a client
that reads slowly holds a thread. Here a client that leaves stops its query, a body that
is too long is refused before it is read, an answer that was given before comes from the
cache, and a small question is answered (`express`), both without a thread; and what
breaks off is seen to: its connection is cut. (ASGI would do the same and answers from
the cache half as fast.)
"""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from granian.rsgi import (  # type: ignore[attr-defined]  # it lists no exports
    HTTPProtocol,
    ProtocolClosed,
    Scope,
)

from socprot.engine.begun import Begun
from socprot.errors import BadRequest, SocprotError
from socprot.traffic import Traffic
from socprot.web.gate.crowd import Crowd, cut
from socprot.web.gate.express import Early, Express
from socprot.web.gate.wsgi import (
    WSGI,
    Reply,
    call,
    chunked,
    declared,
    environment,
    fault,
    has_body,
    latin,
    peer,
)
from socprot.web.wire.cache import AnswerCache, Headers, Key
from socprot.web.wire.exchange import BEGUN, FAILED, GONE, NOTES, Departure, Exchange

_PATIENCE = 0.02  # seconds
_PIECES = 2048  # of a body: each costs the event loop as much as a small request


@dataclass
class Served:
    """An application with its answers and its short way.

    Attributes:
        under_way: how many requests it works on.
    """

    app: WSGI
    cache: AnswerCache
    express: Express
    under_way: int = 0


class _Visit(NamedTuple):
    """One request, as it came.

    Attributes:
        key: for the cache; None where it is none of its business.
        wrong: what is, with the head.
        gone: set when the client has left.
    """

    scope: Scope
    protocol: HTTPProtocol
    headers: Headers
    body: bytes
    began: float
    key: Key | None
    wrong: SocprotError | None
    gone: Departure
    served: Served


class Gateway:
    """Serve a WSGI application over RSGI
    (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""

    def __init__(
        self,
        served: Served,
        traffic: Traffic,
        observe: Callable[[Exchange], None],
        start: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._served = served
        self._lock = threading.Lock()  # of what is served, and of its `under_way`
        self._traffic = traffic
        self._observe = observe
        self._start = start
        self._stop = stop
        self.crowd = Crowd(traffic.connections)
        self._pool = ThreadPoolExecutor(traffic.threads, "request")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._start()
        # What is here by now stays. Whenever the collector went over all of it, again
        # and again under load, everybody waited.
        gc.freeze()
        gc.enable()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._pool.shutdown(wait=False)
        self._stop()

    def switch(self, served: Served) -> Callable[[], bool]:
        """Serve another application from the next request on.

        Returns what tells whether the one before still works on a request.
        """
        with self._lock:
            before, self._served = self._served, served
        return lambda: before.under_way > 0

    async def __call__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        self.crowd.busy.add(scope.client)
        try:
            await self._take(scope, protocol)
        finally:
            self.crowd.busy.discard(scope.client)

    async def _take(self, scope: Scope, protocol: HTTPProtocol) -> None:
        began = time.perf_counter()
        headers = scope.headers.items()
        body: bytes | SocprotError | None = b""
        if has_body(headers):
            try:
                async with asyncio.timeout(self._traffic.body_seconds):
                    body = await _body(protocol, headers, self._traffic.body)
            except TimeoutError:
                body = None
        if body is None:
            cut(scope.client)  # it left, or dribbles its body: it gets no answer
            return
        wrong = fault(scope, headers, self._traffic.head)
        if not isinstance(body, bytes):
            wrong = wrong or body
            body = b""
        with self._lock:
            served = self._served
            served.under_way += 1  # until it is answered
        try:
            key = None
            if wrong is None:  # or the application refuses it
                key = served.cache.key(
                    scope.method, scope.path, scope.query_string, headers, body
                )
            await self._serve(
                _Visit(
                    scope,
                    protocol,
                    headers,
                    body,
                    began,
                    key,
                    wrong,
                    Departure(),
                    served,
                )
            )
        finally:
            with self._lock:
                served.under_way -= 1

    async def _serve(self, visit: _Visit) -> None:
        """Answer a request: from the cache, the short way, or by the application."""
        scope, protocol, headers = visit.scope, visit.protocol, visit.headers
        key = visit.key
        if key and (kept := visit.served.cache.find(key)):
            status, answered, content = kept.answer(scope.method, headers)
            _send(protocol, status, answered, content)
            self._note(visit, peer(scope), status, len(content), kept.notes, "cache")
            return
        watch = _Watch(protocol, visit.gone)
        # Most answers are there before it would be worth watching for a client that
        # leaves.
        timer = asyncio.get_running_loop().call_later(_PATIENCE, watch.start)
        try:
            begun = await self._hasten(visit) if key else None
            if not isinstance(begun, Early):
                await self._ask(visit, begun)
        finally:
            timer.cancel()
            watch.stop()

    async def _hasten(self, visit: _Visit) -> Early | Begun | None:
        """Answer a small question, or begin to."""
        scope, key = visit.scope, visit.key
        client = visit.served.express.client(peer(scope), visit.headers)
        early = await visit.served.express.ask(
            scope.method,
            scope.path,
            scope.query_string,
            visit.headers,
            visit.body,
            client,
            visit.gone.is_set,
        )
        if isinstance(early, Early):
            _send(visit.protocol, 200, early.headers, early.body)
            cache = visit.served.cache
            if key and cache.asked_again(key) and cache.wants(key, 200, early.headers):
                cache.keep(key, early.headers, early.body, early.notes)
            self._note(visit, client, 200, len(early.body), early.notes, "express")
        return early

    def _note(
        self,
        visit: _Visit,
        client: str,
        status: int,
        size: int,
        notes: Mapping[str, Any],
        way: Literal["cache", "express"],
    ) -> None:
        """Note an answer that the application was not asked for."""
        environ = {
            "REQUEST_METHOD": visit.scope.method,
            "PATH_INFO": latin(visit.scope.path),
            "REMOTE_ADDR": client,
            NOTES: notes,
        }
        seconds = time.perf_counter() - visit.began
        outcome = "cached" if way == "cache" else "complete"
        self._observe(Exchange(environ, status, size, seconds, outcome, way))

    async def _ask(self, visit: _Visit, begun: Begun | None) -> None:
        """Let the application answer."""
        environ = environment(
            visit.scope, visit.headers, visit.body, self._traffic.body
        )
        environ[GONE] = visit.gone
        environ[NOTES] = {}
        environ[BEGUN] = begun
        environ[FAILED] = visit.wrong
        exchange = Exchange(environ)
        try:
            await self._reply(visit, exchange)
        finally:
            if left := environ.pop(BEGUN, None):
                left.drop()
            exchange.seconds = time.perf_counter() - visit.began
            self._observe(exchange)

    async def _reply(self, visit: _Visit, exchange: Exchange) -> None:
        run = asyncio.get_running_loop().run_in_executor
        protocol, gone = visit.protocol, visit.gone
        reply: Reply = await run(self._pool, call, visit.served.app, exchange.environ)
        exchange.status = reply.status
        key = visit.key if visit.scope.method != "HEAD" else None
        if not visit.served.cache.wants(key, reply.status, reply.headers):
            key = None
        if reply.complete:
            if gone.is_set():
                exchange.outcome = "client left"
                return
            exchange.size = len(reply.first)
            _send(protocol, reply.status, reply.headers, reply.first)
            if key:
                visit.served.cache.keep(key, reply.headers, reply.first, exchange.notes)
            return
        parts: list[bytes] = []
        whole = False
        try:
            transport = protocol.response_stream(reply.status, reply.headers)
            chunk: bytes | object = reply.first
            while isinstance(chunk, bytes) and not gone.is_set():
                exchange.size += len(chunk)
                await transport.send_bytes(chunk)
                if key and exchange.size <= visit.served.cache.longest:
                    parts.append(chunk)
                else:
                    key = None
                    parts.clear()
                chunk = await run(self._pool, reply.following)
            whole = not gone.is_set()
            if not whole:
                exchange.outcome = "client left"
            elif key:
                visit.served.cache.keep(
                    key, reply.headers, b"".join(parts), exchange.notes
                )
        except ProtocolClosed:
            exchange.outcome = "client left"
        except SocprotError as error:
            exchange.outcome = f"cut: {type(error).__name__}"
        finally:
            if not whole:
                # Too late for a status; but what broke off must not pass for complete.
                cut(visit.scope.client, reset=not chunked(visit.scope))
            await run(self._pool, reply.close)


def _send(protocol: HTTPProtocol, status: int, headers: Headers, body: bytes) -> None:
    if body:
        protocol.response_bytes(status, list(headers), body)
    else:
        protocol.response_empty(status, list(headers))


async def _body(
    protocol: HTTPProtocol, headers: Headers, limit: int
) -> bytes | SocprotError | None:
    """Read the body, but stop beyond `limit`; None where the client leaves."""
    length = declared(headers)
    if length > limit and ("expect", "100-continue") in headers:
        return b""  # it is refused by its length, and need not be sent
    parts: list[bytes] = []
    size = empty = 0
    try:
        async for part in protocol:
            parts.append(part)
            size += len(part)
            empty += not part
            if size > limit:
                return b"".join(parts)
            if len(parts) > _PIECES:
                return BadRequest("The body comes in too many pieces; send it whole.")
    except ProtocolClosed:
        return None
    # granian ends a body with an empty part, and has another for what broke off: to it,
    # half a query is one.
    if empty > 1 or size < length:
        return BadRequest("The body broke off, or has trailers; send it again.")
    return b"".join(parts)


class _Watch:
    """Waits until the client has left, and says so."""

    def __init__(self, protocol: HTTPProtocol, gone: Departure) -> None:
        self._protocol = protocol
        self._gone = gone
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._wait())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _wait(self) -> None:
        await self._protocol.client_disconnect()
        self._gone.set()
