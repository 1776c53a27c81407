"""Send larger bodies compressed to callers that accept it (RFC 9110 section 8.4)."""

import zlib
from collections.abc import Iterator
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

ENOUGH = 1024  # bytes below which headers cost more than compression saves
_LEVEL = 5
_KINDS = ("text/", "application/", "image/svg+xml")


def register(app: Flask) -> None:
    """Compress what can be compressed."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    kind = response.mimetype or ""
    if not kind.startswith(_KINDS) or response.status_code == 304:
        return response
    response.vary.add("Accept-Encoding")
    size = response.content_length
    if (
        response.status_code != 200
        or response.headers.get("Content-Encoding")
        or not accepted(request.headers.get("Accept-Encoding", ""))
        or response.direct_passthrough  # static files keep their own validators
        or (size is not None and size < ENOUGH)
    ):
        return response
    if response.is_streamed:
        if request.method == "HEAD" and size is not None:
            return response
        response.response = _Gzip(response)
        del response.headers["Content-Length"]
    else:
        response.set_data(packed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag:
        response.set_etag(of_packed(etag), weak=bool(weak))
    return response


@lru_cache(maxsize=256)
def accepted(accept_encoding: str) -> bool:
    """Whether a caller takes gzip."""
    return bool(parse_accept_header(accept_encoding)["gzip"] > 0)


def packed(body: bytes) -> bytes:
    """A whole body, compressed."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


def of_packed(etag: str) -> str:
    """Other bytes need another strong validator (RFC 9110 section 8.8.3.3)."""
    return f"{etag}-gzip"


class _Gzip:
    """A compressed stream, which passes on that it was closed or cut."""

    def __init__(self, response: Response) -> None:
        self._inner = response.response
        self._chunks = response.iter_encoded()
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if packed := self._packer.compress(chunk):
                yield packed
        yield self._packer.flush()

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()
