"""A body comes in the coding that a caller likes best, with a validator of its own."""

import gzip
from collections.abc import Callable

import brotli
import pytest
import zstandard
from serving import Server

from socprot.web.wire.coding import PACKERS, accepted

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("zstd, br;q=0.9", "zstd"),
        ("br;q=0, gzip;q=0, zstd", "zstd"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *", "zstd"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("x-unheard-of", None),
        ("gzip;q=nonsense", None),
    ],
)
def test_the_coding_that_is_liked_best(header: str, coding: str | None) -> None:
    assert accepted(header) == coding


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("path", ["/", "/doc/event/2013-summit.ttl", "/graph/data.nt"])
def test_each_coding_brings_the_same(server: Server, path: str, coding: str) -> None:
    plain = server.get(path)
    reply = server.get(path, Accept_Encoding=coding)
    assert reply.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in reply.headers["Vary"]
    assert UNPACK[coding](reply.body) == plain.body
    assert len(reply.body) < len(plain.body)
    assert reply.headers["ETag"] == plain.headers["ETag"][:-1] + f'-{coding}"'
    for etag in (plain.headers["ETag"], reply.headers["ETag"]):
        again = server.get(path, Accept_Encoding=coding, If_None_Match=etag)
        assert (again.status, again.body) == (304, b"")


def test_who_takes_no_coding_gets_none(server: Server) -> None:
    reply = server.get("/", Accept_Encoding="br;q=0, gzip;q=0, zstd;q=0")
    assert reply.headers["Content-Encoding"] is None
    assert "<h1" in reply.text
