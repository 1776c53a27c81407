"""The limits of HTTP, all of them, with their units."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Traffic:
    """What one request may cost before it becomes a query; published at `/limits`.

    Attributes:
        body: bytes of a request's body.
        body_seconds: in which the body must have arrived.
        head: bytes of the request line and the headers.
        headers: how many of them; granian counts, for it cannot be told otherwise.
        head_seconds: in which they must have arrived.
        threads: requests that are worked on at the same time; more than can wait for
            the engine, so that other requests never wait behind those.
        connections: open at the same time.
        cache: bytes of answers that are kept ready.
        stalled: seconds after which a client that takes nothing in is cut off.
        drain: seconds that answers under way have when the server stops.
    """

    body: int = 256 << 10
    body_seconds: float = 20
    head: int = 64 << 10
    headers: int = 100
    head_seconds: float = 15
    threads: int = 400
    connections: int = 512
    cache: int = 64 << 20
    stalled: float = 60
    drain: int = 35
