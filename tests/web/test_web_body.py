"""Bodies that are not what they say: part of a query is never taken for a query."""

import json
import socket

import pytest
from serving import Server

HEAD = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    b"Content-Type: application/sparql-query\r\n"
)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = b"6\r\nASK {}\r\n"
END = b"0\r\n\r\n"


def sent(server: Server, data: bytes, *, ends: bool = False) -> tuple[int, bytes]:
    """The status and the body for a client that, where it `ends`, only listens."""
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(data)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_a_whole_body_is_read(server: Server) -> None:
    for framed in (
        b"Content-Length: 6\r\n\r\nASK {}",
        CHUNKED + WHOLE + END,
        CHUNKED + b"3\r\nASK\r\n3;name=value\r\n {}\r\n" + END,
    ):
        status, body = sent(server, HEAD + framed)
        assert (status, json.loads(body)["boolean"]) == (200, True)


@pytest.mark.parametrize(
    "framed",
    [
        b"Content-Length: 60\r\n\r\nASK {}",
        CHUNKED + WHOLE,
        CHUNKED + WHOLE + b"zz\r\n",
        CHUNKED + WHOLE + b"fffffffffffffffff6\r\n",
        CHUNKED + WHOLE + b"6;" + b"a" * 100_000 + b"\r\n",
        CHUNKED + b"60\r\nASK {}",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n" + WHOLE + END,
    ],
    ids=["short", "no end", "no size", "overflow", "extension", "part", "coding"],
)
def test_part_of_a_query_is_no_query(server: Server, framed: bytes) -> None:
    """It would be another one, such as the same without its LIMIT."""
    status, body = sent(server, HEAD + framed, ends=not framed.endswith(END))
    assert status == 400
    assert not body or json.loads(body)["type"].endswith("/errors/bad-request")


def test_a_body_in_crumbs_is_refused(server: Server) -> None:
    """A quarter of a megabyte, byte by byte, kept the event loop busy for seconds."""
    crumbs = CHUNKED + b"1\r\n \r\n" * 100_000 + END
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(HEAD + crumbs[:30_000])
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"pieces" in answer


def test_a_body_that_is_too_long_need_not_be_sent(server: Server) -> None:
    head = HEAD + b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n"
    assert server.raw(head).startswith(b"HTTP/1.1 413 ")
    head = HEAD + b"Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK {}")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_another_protocol_that_is_offered_is_not_spoken(server: Server) -> None:
    for offer in (
        "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nConnection: Upgrade, close\r\n",
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
        "Connection: Upgrade, HTTP2-Settings, close\r\n",
    ):
        request = f"GET /limits HTTP/1.1\r\nHost: x\r\n{offer}\r\n"
        assert server.raw(request.encode()).startswith(b"HTTP/1.1 200 ")
