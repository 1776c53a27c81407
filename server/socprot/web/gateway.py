"""
Between granian and Flask: an RSGI application that runs a WSGI one in threads.

granian speaks WSGI too, but there nobody is told when a client goes away, and a client
that reads slowly holds a thread. Here a client that leaves stops its query, a body that
is too long is refused before it is read, an answer that was given before comes from the
cache without a thread, and one that breaks off is seen to: its connection is cut. (ASGI
would do the same and answers from the cache half as fast.)
"""

import asyncio
import io
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from granian.rsgi import (  # type: ignore[attr-defined]  # it lists no exports
    HTTPProtocol,
    ProtocolClosed,
    Scope,
)

from socprot.errors import SocprotError
from socprot.web.cache import AnswerCache, Headers, Kept, Key
from socprot.web.site import Traffic

Environ: TypeAlias = dict[str, Any]
WSGI: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Keys of the environment by which the application and the gateway talk.
GONE = "socprot.gone"  # threading.Event: the client has left
NOTES = "socprot.notes"  # dict: what the application wants to be logged

_PATIENCE = 0.02  # seconds
_DONE = object()


@dataclass
class Exchange:
    """One request and what became of it, for the log and the metrics."""

    environ: Environ
    status: int = 0
    size: int = 0
    seconds: float = 0.0
    outcome: str = "complete"

    @property
    def notes(self) -> dict[str, Any]:
        notes: dict[str, Any] = self.environ[NOTES]
        return notes


@dataclass
class _Reply:
    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    close: Callable[[], None] = lambda: None
    first: bytes = b""
    complete: bool = False

    def following(self) -> bytes | object:
        """The next chunk; not StopIteration, which no future can carry."""
        return next(self.chunks, _DONE)


class _Served:
    """An application with its answers, and how many requests it works on."""

    def __init__(self, app: WSGI, cache: AnswerCache) -> None:
        self.app = app
        self.cache = cache
        self.under_way = 0


class Gateway:
    """Serve a WSGI application over RSGI
    (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""

    def __init__(
        self,
        app: WSGI,
        traffic: Traffic,
        cache: AnswerCache,
        observe: Callable[[Exchange], None],
        start: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._served = _Served(app, cache)
        self._lock = threading.Lock()  # of what is served, and of its `under_way`
        self._traffic = traffic
        self._observe = observe
        self._start = start
        self._stop = stop
        self._pool = ThreadPoolExecutor(traffic.threads, "request")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._pool.shutdown(wait=False)
        self._stop()

    def switch(self, app: WSGI, cache: AnswerCache) -> Callable[[], bool]:
        """Serve another application from the next request on.

        Returns what tells whether the one before still works on a request.
        """
        with self._lock:
            before, self._served = self._served, _Served(app, cache)
        return lambda: before.under_way > 0

    async def __call__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        began = time.perf_counter()
        headers = scope.headers.items()
        body: bytes | None = b""
        if _has_body(headers):
            try:
                async with asyncio.timeout(self._traffic.body_seconds):
                    body = await _body(protocol, self._traffic.body)
            except TimeoutError:
                body = None
        if body is None:
            _cut(scope.client)  # it left, or dribbles its body: it gets no answer
            return
        with self._use() as served:
            await self._serve(served, scope, headers, body, protocol, began)

    @contextmanager
    def _use(self) -> Iterator[_Served]:
        """What is served now, counted as at work meanwhile."""
        with self._lock:
            served = self._served
            served.under_way += 1
        try:
            yield served
        finally:
            with self._lock:
                served.under_way -= 1

    async def _serve(
        self,
        served: _Served,
        scope: Scope,
        headers: Headers,
        body: bytes,
        protocol: HTTPProtocol,
        began: float,
    ) -> None:
        cache = served.cache
        key = cache.key(scope.method, scope.path, scope.query_string, headers, body)
        if key and (kept := cache.find(key)):
            self._recall(kept, scope, headers, protocol, began)
            return
        gone = threading.Event()
        environ = _environ(scope, headers, body, self._traffic.body)
        environ[GONE] = gone
        environ[NOTES] = {}
        exchange = Exchange(environ)
        watch = _Watch(protocol, gone)
        # Most answers are there before it would be worth watching for a client that
        # leaves.
        timer = asyncio.get_running_loop().call_later(_PATIENCE, watch.start)
        try:
            await self._reply(served, environ, protocol, gone, exchange, key)
        finally:
            timer.cancel()
            watch.stop()
            exchange.seconds = time.perf_counter() - began
            self._observe(exchange)

    def _recall(
        self,
        kept: Kept,
        scope: Scope,
        headers: Headers,
        protocol: HTTPProtocol,
        began: float,
    ) -> None:
        """Answer from the cache."""
        status, answered, body = kept.answer(scope.method, headers)
        _send(protocol, status, answered, body)
        environ = {
            "REQUEST_METHOD": scope.method,
            "PATH_INFO": _latin(scope.path),
            "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
            NOTES: kept.notes,
        }
        seconds = time.perf_counter() - began
        self._observe(Exchange(environ, status, len(body), seconds, "cached"))

    async def _reply(
        self,
        served: _Served,
        environ: Environ,
        protocol: HTTPProtocol,
        gone: threading.Event,
        exchange: Exchange,
        key: Key | None,
    ) -> None:
        run = asyncio.get_running_loop().run_in_executor
        reply: _Reply = await run(self._pool, _call, served.app, environ)
        exchange.status = reply.status
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if is_head or not served.cache.wants(key, reply.status, reply.headers):
            key = None
        if reply.complete:
            if gone.is_set():
                exchange.outcome = "client left"
                return
            exchange.size = len(reply.first)
            _send(protocol, reply.status, reply.headers, reply.first)
            if key:
                served.cache.keep(key, reply.headers, reply.first, exchange.notes)
            return
        parts: list[bytes] = []
        whole = False
        try:
            transport = protocol.response_stream(reply.status, reply.headers)
            chunk: bytes | object = reply.first
            while isinstance(chunk, bytes) and not gone.is_set():
                exchange.size += len(chunk)
                await transport.send_bytes(chunk)
                if key and exchange.size <= served.cache.longest:
                    parts.append(chunk)
                else:
                    key = None
                    parts.clear()
                chunk = await run(self._pool, reply.following)
            whole = not gone.is_set()
            if not whole:
                exchange.outcome = "client left"
            elif key:
                served.cache.keep(key, reply.headers, b"".join(parts), exchange.notes)
        except ProtocolClosed:
            exchange.outcome = "client left"
        except SocprotError as error:
            exchange.outcome = f"cut: {type(error).__name__}"
        finally:
            if not whole:
                # Too late for a status; but what broke off must not pass for complete.
                _cut(environ["socprot.peer"])
            await run(self._pool, reply.close)


def _send(protocol: HTTPProtocol, status: int, headers: Headers, body: bytes) -> None:
    if body:
        protocol.response_bytes(status, list(headers), body)
    else:
        protocol.response_empty(status, list(headers))


def _call(app: WSGI, environ: Environ) -> _Reply:
    """Run the application up to its first bytes; to the end if that is all there is."""
    reply = _Reply()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> None:
        reply.status = int(status.split(" ", 1)[0])
        reply.headers = [(name.lower(), value) for name, value in headers]

    result = app(environ, start_response)
    reply.chunks = iter(result)
    reply.close = getattr(result, "close", reply.close)
    reply.first = next(reply.chunks, b"")
    size = str(len(reply.first))
    if environ["REQUEST_METHOD"] == "HEAD" or ("content-length", size) in reply.headers:
        reply.complete = True
        reply.close()
    return reply


async def _body(protocol: HTTPProtocol, limit: int) -> bytes | None:
    """Read the body, but stop beyond `limit`; None where the client leaves."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in protocol:
            parts.append(part)
            size += len(part)
            if size > limit:
                break
    except ProtocolClosed:
        return None
    return b"".join(parts)


def _has_body(headers: Headers) -> bool:
    """Whether a request announces a body (RFC 9112 section 6)."""
    return any(
        name == "transfer-encoding" or (name == "content-length" and value != "0")
        for name, value in headers
    )


class _Watch:
    """Waits until the client has left, and says so."""

    def __init__(self, protocol: HTTPProtocol, gone: threading.Event) -> None:
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


def _cut(client: str) -> None:
    """Shut the connection with a client, which RSGI has no word for.

    It is found among the descriptors of this process, by the address of its peer.
    """
    host, _, port = client.rpartition(":")
    peer = host.strip("[]"), int(port)
    for entry in Path("/proc/self/fd").iterdir():
        if not entry.is_socket():
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as found:
            if found.family != socket.AF_UNIX and found.getpeername()[:2] == peer:
                found.shutdown(socket.SHUT_RDWR)
                return


def _latin(text: str) -> str:
    """Bytes as PEP 3333 has them: each one a character."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _environ(scope: Scope, headers: Headers, body: bytes, limit: int) -> Environ:
    """Translate a request (PEP 3333, "environ variables")."""
    client = scope.client
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _latin(scope.path),
        "QUERY_STRING": _latin(scope.query_string),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/" + scope.http_version,
        "REMOTE_ADDR": client.rpartition(":")[0].strip("[]"),
        "socprot.peer": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input": io.BytesIO(body),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in headers:
        # `Content_Length` must not pass for `Content-Length`; and what was chunked on
        # the wire is whole here.
        if "_" in raw or raw == "transfer-encoding":
            continue
        name = raw.upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    # Flask refuses a body by its length, so a longer one need not be kept.
    declared = environ.get("CONTENT_LENGTH", "")
    if not (declared.isdecimal() and int(declared) > limit):
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ
