"""A WSGI application, called with what granian has: see PEP 3333."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from granian.rsgi import Scope

from socprot.errors import BadRequest, HeadTooLarge, SocprotError
from socprot.web.wire.cache import Headers
from socprot.web.wire.exchange import FAILED, Environ

WSGI: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_DONE = object()


@dataclass
class Reply:
    """What an application answers, up to its first bytes.

    Attributes:
        complete: whether these are all there are.
    """

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    close: Callable[[], None] = lambda: None
    first: bytes = b""
    complete: bool = False

    def following(self) -> bytes | object:
        """The next chunk; not StopIteration, which no future can carry."""
        return next(self.chunks, _DONE)


def call(app: WSGI, environ: Environ) -> Reply:
    """Run the application up to its first bytes; to the end if that is all there is."""
    reply = Reply()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> None:
        reply.status = int(status.split(" ", 1)[0])
        reply.headers = [(name.lower(), value) for name, value in headers]

    result = app(environ, start_response)
    reply.chunks = iter(result)
    reply.close = getattr(result, "close", reply.close)
    try:
        reply.first = next(reply.chunks, b"")
    except SocprotError as error:
        # A limit was reached while nothing of the answer was sent: a packer may take in
        # much before it gives out its first byte. So there still is a status for it.
        reply.close()
        if environ.get(FAILED):
            raise
        environ[FAILED] = error
        return call(app, environ)
    size = str(len(reply.first))
    # No content follows (RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5), so there is none
    # to stream: a server ends such an answer at once, as if the client had left.
    bare = environ["REQUEST_METHOD"] == "HEAD" or reply.status in (204, 304)
    if bare or ("content-length", size) in reply.headers:
        reply.complete = True
        reply.close()
    return reply


def peer(scope: Scope) -> str:
    """The address of who sent a request, without the port."""
    return scope.client.rpartition(":")[0].strip("[]")


def chunked(scope: Scope) -> bool:
    """Whether the client knows chunks: HTTP/1.0 does not (RFC 9112 section 7.1)."""
    return scope.http_version not in ("1", "1.0")


def has_body(headers: Headers) -> bool:
    """Whether a request announces a body (RFC 9112 section 6)."""
    return any(
        name == "transfer-encoding" or (name == "content-length" and value != "0")
        for name, value in headers
    )


def declared(headers: Headers) -> int:
    """How long a body says it is; 0 where it is chunked, whatever else it says."""
    lengths = dict(headers)
    if "transfer-encoding" in lengths:
        return 0
    return int(lengths.get("content-length", "0"))


def fault(scope: Scope, headers: Headers, limit: int) -> SocprotError | None:
    """What is wrong with the head of a request, if anything.

    Args:
        limit: bytes that it may have; granian stops reading somewhat later.
    """
    found = 0
    size = len(scope.path) + len(scope.query_string)
    for name, value in headers:
        size += len(name) + len(value) + 4
        if name == "host":
            found += 1
        elif name == "transfer-encoding" and value.lower() != "chunked":
            return BadRequest("The body has a transfer coding other than chunked.")
    if size > limit:
        return HeadTooLarge(
            f"The request line and the headers have {size:,} bytes and may have"
            f" {limit:,}; send a long query in the body."
        )
    if found == 1 or (found == 0 and not chunked(scope)):
        return None
    return BadRequest(  # RFC 9112 section 3.2
        "An HTTP/1.1 request has one Host header, and only one."
    )


def latin(text: str) -> str:
    """Bytes as PEP 3333 has them: each one a character."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def environment(scope: Scope, headers: Headers, body: bytes, limit: int) -> Environ:
    """Translate a request ("environ variables")."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": latin(scope.path),
        "QUERY_STRING": latin(scope.query_string),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/" + scope.http_version,
        "REMOTE_ADDR": peer(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input": io.BytesIO(body),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in headers:
        # `Content_Length` must not pass for `Content-Length`; what was chunked on the
        # wire is whole here; and another protocol may be offered, but is not spoken.
        if "_" in raw or raw in ("transfer-encoding", "upgrade"):
            continue
        name = raw.upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    # Flask refuses a body by its length, so a longer one need not be kept.
    declared = environ.get("CONTENT_LENGTH", "")
    if not (declared.isdecimal() and int(declared) > limit):
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ
