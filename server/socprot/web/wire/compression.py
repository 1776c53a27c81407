"""Send larger bodies compressed to callers that accept it (RFC 9110 section 8.4)."""

from collections.abc import Iterator

from flask import Flask, Response, request

from socprot.web.wire.coding import PACKERS, Packer, accepted, of_packed, packed

ENOUGH = 1024  # bytes below which headers cost more than compression saves
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
        or (coding := accepted(request.headers.get("Accept-Encoding", ""))) is None
        or (response.direct_passthrough and not _is_asset())  # dumps are sent in parts
        or (size is not None and size < ENOUGH)
    ):
        return response
    if response.direct_passthrough:
        response.direct_passthrough = False
        del response.headers["Accept-Ranges"]
        response.set_data(packed(response.get_data(), coding))
    elif response.is_streamed:
        if request.method == "HEAD" and size is not None:
            return response
        response.response = _Packed(response, PACKERS[coding]())
        del response.headers["Content-Length"]
    else:
        response.set_data(packed(response.get_data(), coding))
    response.headers["Content-Encoding"] = coding
    etag, weak = response.get_etag()
    if etag:
        response.set_etag(of_packed(etag, coding), weak=bool(weak))
    return response


def _is_asset() -> bool:
    """Whether this is a script or a style, whole: they are small enough to be read."""
    return request.endpoint == "static" and "Range" not in request.headers


class _Packed:
    """A compressed stream, which passes on that it was closed or cut."""

    def __init__(self, response: Response, packer: Packer) -> None:
        self._inner = response.response
        self._chunks = response.iter_encoded()
        self._packer = packer

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if packed := self._packer.compress(chunk):
                yield packed
        yield self._packer.flush()

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()
