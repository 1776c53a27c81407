"""In which coding a body is sent: br, zstd, gzip (RFC 9110 section 8.4.1)."""

import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it has no types
import zstandard
from werkzeug.http import parse_accept_header

_LEVEL = 5
_ZSTD_WINDOW = 23  # 8 MiB: what every reader must have the memory for (RFC 9659)


class Packer(Protocol):
    """Compresses a stream, piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a piece; return what is ready."""

    def flush(self) -> bytes:
        """Return the rest."""


class _Brotli:
    """Brotli, with the names that the others have for the same steps."""

    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=_LEVEL)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._inner.process(data))

    def flush(self) -> bytes:
        return bytes(self._inner.finish())


def _gzip() -> Packer:
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)


def _zstd() -> Packer:
    level = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, window_log=_ZSTD_WINDOW
    )
    return zstandard.ZstdCompressor(compression_params=level).compressobj()


# Of several that a caller likes equally, the first.
PACKERS: Mapping[str, Callable[[], Packer]] = {
    "br": _Brotli,
    "zstd": _zstd,
    "gzip": _gzip,
}


@lru_cache(maxsize=256)
def accepted(accept_encoding: str) -> str | None:
    """The coding that a caller likes best; None where that is to be sent none.

    `identity` is welcome unless it is refused, so it counts only where it is named.
    """
    wanted = parse_accept_header(accept_encoding)
    best = max(PACKERS, key=lambda coding: wanted[coding])
    named = {value.lower() for value, _ in wanted}
    plain = wanted["identity"] if "identity" in named else 0
    return best if wanted[best] > 0 and wanted[best] >= plain else None


def packed(body: bytes, coding: str) -> bytes:
    """A whole body, compressed."""
    packer = PACKERS[coding]()
    return packer.compress(body) + packer.flush()


def of_packed(etag: str, coding: str) -> str:
    """Other bytes need another strong validator (RFC 9110 section 8.8.3.3)."""
    return f"{etag}-{coding}"
