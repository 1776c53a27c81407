"""
Between granian and Flask: an ASGI application that runs a WSGI one in threads.

granian speaks WSGI too, but there an answer that breaks off ends like one that is
complete (the last chunk of RFC 9112 section 7.1 is sent all the same), and nobody is
told when a client goes away. Through ASGI a broken answer stays unterminated, a client
that leaves stops its query, a body that is too long is refused before it is read, and
a client that reads slowly holds no thread.
"""

import asyncio
import io
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from socprot.errors import SocprotError
from socprot.web.cache import AnswerCache, Kept, Key
from socprot.web.site import Traffic

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Environ: TypeAlias = dict[str, Any]
WSGI: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Keys of the environment by which the application and the gateway talk.
GONE = "socprot.gone"  # threading.Event: the client has left
NOTES = "socprot.notes"  # dict: what the application wants to be logged
_SAFE = ("GET", "HEAD")

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
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    close: Callable[[], None] = lambda: None
    first: bytes = b""
    complete: bool = False

    def following(self) -> bytes | object:
        """The next chunk; not StopIteration, which no future can carry."""
        return next(self.chunks, _DONE)


class Gateway:
    """Serve a WSGI application over ASGI 3 (https://asgi.readthedocs.io/)."""

    def __init__(
        self,
        app: WSGI,
        traffic: Traffic,
        cache: AnswerCache,
        observe: Callable[[Exchange], None],
        start: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._app = app
        self._traffic = traffic
        self._cache = cache
        self._observe = observe
        self._start = start
        self._stop = stop
        self._pool = ThreadPoolExecutor(traffic.threads, "request")

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._start()
            else:
                self._pool.shutdown(wait=False)
                self._stop()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _http(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        began = time.perf_counter()
        key = self._key(scope, b"") if scope["method"] in _SAFE else None
        if key and (kept := self._cache.find(key)):
            await self._recall(kept, scope, send, began)
            return
        gone = threading.Event()
        environ = _environ(scope)
        environ[GONE] = gone
        environ[NOTES] = {}
        exchange = Exchange(environ)
        body: bytes | None = b""
        if _has_body(environ):
            try:
                async with asyncio.timeout(self._traffic.body_seconds):
                    body = await _body(receive, self._traffic.body)
            except TimeoutError:
                return  # a client that dribbles its body gets no answer
        if body is None:
            return
        if body:
            key = self._key(scope, body)
            if key and (kept := self._cache.find(key)):
                await self._recall(kept, scope, send, began)
                return
        environ["wsgi.input"] = io.BytesIO(body)
        # What was chunked on the wire is whole here.
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        # Flask refuses a body by its length, so a longer one need not be kept.
        declared = environ.get("CONTENT_LENGTH", "")
        if not (declared.isdecimal() and int(declared) > self._traffic.body):
            environ["CONTENT_LENGTH"] = str(len(body))
        watch = _Watch(receive, gone)
        # Most answers are there before it would be worth watching for a client that
        # leaves.
        timer = asyncio.get_running_loop().call_later(_PATIENCE, watch.start)
        try:
            await self._reply(environ, send, gone, exchange, key)
        finally:
            timer.cancel()
            watch.stop()
            exchange.seconds = time.perf_counter() - began
            self._observe(exchange)

    def _key(self, scope: MutableMapping[str, Any], body: bytes) -> Key | None:
        return self._cache.key(
            scope["method"],
            scope["path"],
            scope["query_string"],
            scope["headers"],
            body,
        )

    async def _recall(
        self, kept: Kept, scope: MutableMapping[str, Any], send: Send, began: float
    ) -> None:
        """Answer from the cache."""
        method = scope["method"]
        status, headers, body = kept.answer(method, scope["headers"])
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": body, "more_body": False})
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": _path(scope),
            "REMOTE_ADDR": (scope.get("client") or ("",))[0],
            NOTES: kept.notes,
        }
        seconds = time.perf_counter() - began
        self._observe(Exchange(environ, status, len(body), seconds, "cached"))

    async def _reply(
        self,
        environ: Environ,
        send: Send,
        gone: threading.Event,
        exchange: Exchange,
        key: Key | None,
    ) -> None:
        run = asyncio.get_running_loop().run_in_executor
        reply: _Reply = await run(self._pool, _call, self._app, environ)
        exchange.status = reply.status
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": reply.headers,
            }
        )
        chunk, complete = reply.first, reply.complete
        parts: list[bytes] | None = None
        if (
            key
            and environ["REQUEST_METHOD"] != "HEAD"
            and self._cache.wants(key, reply.status, reply.headers)
        ):
            parts = []
        try:
            while True:
                # Only the chunk after this one tells whether this one is the last.
                following = (
                    _DONE if complete else await run(self._pool, reply.following)
                )
                if gone.is_set():
                    exchange.outcome = "client left"
                    return
                exchange.size += len(chunk)
                if parts is not None:
                    parts.append(chunk)
                    if exchange.size > self._cache.longest:
                        parts = None
                await send(
                    {
                        "type": "http.response.body",
                        "body": chunk,
                        "more_body": following is not _DONE,
                    }
                )
                if not isinstance(following, bytes):
                    if key and parts is not None:
                        body = b"".join(parts)
                        self._cache.keep(key, reply.headers, body, exchange.notes)
                    return
                chunk = following
        except SocprotError as error:
            # Too late for a status: leaving the answer unterminated tells the client.
            exchange.outcome = f"cut: {type(error).__name__}"
        finally:
            if not complete:
                await run(self._pool, reply.close)


def _call(app: WSGI, environ: Environ) -> _Reply:
    """Run the application up to its first bytes; to the end if that is all there is."""
    reply = _Reply()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> None:
        reply.status = int(status.split(" ", 1)[0])
        reply.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers
        ]

    result = app(environ, start_response)
    reply.chunks = iter(result)
    reply.close = getattr(result, "close", reply.close)
    reply.first = next(reply.chunks, b"")
    size = str(len(reply.first)).encode()
    if (
        environ["REQUEST_METHOD"] == "HEAD"
        or (b"content-length", size) in reply.headers
    ):
        reply.complete = True
        reply.close()
    return reply


async def _body(receive: Receive, limit: int) -> bytes | None:
    """Read the body, but stop beyond `limit`; None where the client leaves."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit or not message.get("more_body"):
            return b"".join(parts)


def _has_body(environ: Environ) -> bool:
    """Whether a request announces a body (RFC 9112 section 6)."""
    length = environ.get("CONTENT_LENGTH", "0")
    return length != "0" or "HTTP_TRANSFER_ENCODING" in environ


class _Watch:
    """Waits until the client has left, and says so."""

    def __init__(self, receive: Receive, gone: threading.Event) -> None:
        self._receive = receive
        self._gone = gone
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._wait())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone.set()


def _path(scope: MutableMapping[str, Any]) -> str:
    path: str = scope["path"]
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _environ(scope: MutableMapping[str, Any]) -> Environ:
    """Translate a request (PEP 3333, "environ variables")."""
    client = scope.get("client") or ("", 0)
    server = scope.get("server") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # `Content_Length` must not pass for `Content-Length`
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
