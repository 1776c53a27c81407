"""Requests as bytes and answers as they come: no client library tidies anything up."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage, HTTPResponse


@dataclass(frozen=True)
class Request:
    """One request, as bytes that need not make sense."""

    method: bytes = b"GET"
    target: bytes = b"/"
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes | None = None

    def wire(self) -> bytes:
        lines = [b"%s %s HTTP/1.1" % (self.method, self.target), b"Host: x"]
        lines += [b"%s: %s" % header for header in self.headers]
        if self.body is not None:
            lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join([*lines, b"", b""]) + (self.body or b"")


@dataclass(frozen=True)
class Answer:
    """One answer; `status` is 0 where the server hung up without one.

    Attributes:
        cut: whether the body broke off.
    """

    status: int = 0
    headers: HTTPMessage = field(default_factory=HTTPMessage)
    body: bytes = b""
    cut: bool = False

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        return (self.headers["Content-Type"] or "").partition(";")[0]


class Connection:
    """A connection that stays open as long as both sides like."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self._port = port
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def ask(self, request: Request) -> Answer:
        """Send a request and read its answer."""
        kept = self._socket is not None
        answer = self._exchange(request)
        if answer.status == 0 and kept:
            # The server may close an idle connection just as we use it (RFC 9112
            # section 9.3.1); only a new one tells.
            answer = self._exchange(request)
        return answer

    def _exchange(self, request: Request) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(
                ("127.0.0.1", self._port), self._timeout
            )
        response: HTTPResponse | None = None
        try:
            self._socket.sendall(request.wire())
            method = request.method.decode("latin-1")
            response = HTTPResponse(self._socket, method=method)
            response.begin()
            body = response.read()
        except (HTTPException, ConnectionError) as error:
            self.close()
            if response is None or not response.headers:
                return Answer()
            partial = getattr(error, "partial", b"")
            return Answer(response.status, response.headers, partial, cut=True)
        if response.will_close:
            self.close()
        return Answer(response.status, response.headers, body)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
