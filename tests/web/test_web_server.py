"""The process: starting, refusing to start, draining, logging, and rude clients."""

import errno
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from serving import HERE, RUN, SLOW, Reply, Server, ask, make_bundle
from waiting import until

from socprot.traffic import Traffic
from socprot.web.wire import stalled


def refused(bundle: Path) -> None:
    """It runs, and says to everybody what is wrong."""
    broken = Server("bundle", bundle)
    sentence = "The bundle is refused: "
    try:
        assert f"socprot: {bundle}" in "".join(broken.log)
        assert "socprot build" in "".join(broken.log)
        assert broken.get("/healthz").status == 200
        ready = broken.get("/readyz")
        assert (ready.status, ready.headers["Retry-After"]) == (503, "10")
        assert ready.media_type == "application/problem+json"
        assert sentence in str(ready.json()["detail"])
        for reply in (ask(broken, "ASK {}"), broken.get("/doc/event/x", "text/turtle")):
            assert reply.status == 503
            assert sentence in str(reply.json()["detail"])
            assert str(bundle) not in reply.text
        assert "socprot_graph_loaded 0" in broken.get("/metrics").text
    finally:
        assert broken.stop() == 0
    assert "Traceback" not in "".join(broken.log)


def test_a_missing_bundle_is_refused_with_a_sentence(tmp_path: Path) -> None:
    refused(tmp_path / "none")


def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("this is not Turtle")
    broken = Server("datasets", path)
    assert broken.wait() != 0
    text = "".join(broken.log)
    assert "broken.ttl" in text
    assert "Traceback" not in text


@pytest.mark.parametrize("what", ["cut", "changed", "missing", "no manifest"])
def test_a_broken_bundle_is_refused_with_a_sentence(tmp_path: Path, what: str) -> None:
    """Also one that would load: it would answer half, and say nothing."""
    bundle = make_bundle(tmp_path / "one", [HERE / "mini.trig"])
    graph = bundle / "graph.nq"
    lines = graph.read_text().splitlines(keepends=True)
    match what:
        case "cut":
            graph.write_text("".join(lines[:-9]))
        case "changed":
            graph.write_text("".join(lines).replace("ASEAN", "ASEEN"))
        case "missing":
            graph.unlink()
        case _:
            (bundle / "manifest.json").write_text("{")
    refused(bundle)


def test_a_taken_port_is_refused_with_a_sentence(server: Server) -> None:
    second = Server("nothing", port=server.port)
    assert second.wait() == 1
    assert "choose another" in "".join(second.log)
    assert "Traceback" not in "".join(second.log)


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
def test_a_host_that_is_not_ours_is_refused_with_a_sentence(host: str) -> None:
    elsewhere = Server("nothing", script=RUN.replace("run(", f"run(host={host!r}, "))
    assert elsewhere.wait() == 1
    assert f"{host} port 0 cannot be listened at (" in "".join(elsewhere.log)
    assert "Traceback" not in "".join(elsewhere.log)


def test_a_host_may_be_given_by_name() -> None:
    script = RUN.replace("run(", "run(host='localhost', ")
    command = [sys.executable, "-c", script, "0", "nothing"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = (re.match(r"SocProt serves at (\S+) ", line) for line in process.stderr)
        address = next(filter(None, told))[1]
        with urlopen(f"{address}/healthz", timeout=20) as reply:
            assert reply.status == 200
        process.terminate()
        assert process.wait(20) == 0


def test_without_a_bundle_it_says_so() -> None:
    empty = Server("nothing")
    try:
        assert empty.get("/healthz").status == 200
        ready = empty.get("/readyz")
        assert ready.status == 503
        assert "socprot build" in ready.text
        reply = ask(empty, "ASK {}")
        assert (reply.status, reply.headers["Retry-After"]) == (503, "10")
        assert empty.get("/", "text/html").status == 200
    finally:
        assert empty.stop() == 0


def test_the_address_is_configuration(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "one", [HERE / "mini.trig"])
    proxied = Server(
        "bundle",
        bundle,
        SOCPROT_ADDRESS="https://data.example.org/",
        SOCPROT_PROXIES="1",
        SOCPROT_LOG="warning",
    )
    try:
        assert "<https://data.example.org/sparql>" in proxied.get("/sparql").text
        kind = proxied.get("/nothing").json()["type"]
        assert kind == "https://data.example.org/errors/not-found"
    finally:
        assert proxied.stop() == 0


def test_the_longest_time_is_configuration(tmp_path: Path) -> None:
    """An operator may give queries more than is usual, or less."""
    script = "import sys; from socprot.cli import main; port, path = sys.argv[1:]; "
    script += "sys.argv[1:] = ['serve', '--port', port, '--dataset', path]; main()"
    data = tmp_path / "data.nt"
    data.write_text("".join(f'<urn:s> <urn:p> "{number}" .\n' for number in range(99)))
    with ExitStack() as stack:

        def serving(seconds: str) -> Server:
            server = Server(data, script=script, SOCPROT_TIMEOUT=seconds)
            stack.callback(server.stop)
            return server

        less, more = serving("1"), serving("90")
        assert "for up to 90<" in more.get("/limits", "text/html").text
        assert "timeout-max=90," in ask(more, "ASK {}").headers["X-Limits"]
        for wanted in ({}, {"timeout": "9"}):
            start = time.monotonic()
            assert ask(less, SLOW, **wanted).status == 504
            assert time.monotonic() - start < 9


def test_sigterm_lets_answers_finish(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "one", [HERE / "mini.trig"])
    server = Server("bundle", bundle)
    replies: list[Reply] = []
    client = threading.Thread(
        target=lambda: replies.append(ask(server, SLOW, timeout="1.5"))
    )
    client.start()
    time.sleep(0.5)
    start = time.monotonic()
    assert server.stop() == 0
    client.join(10)
    assert [reply.status for reply in replies] == [504]  # an answer, not a hang-up
    assert time.monotonic() - start < 8


def test_who_takes_longer_than_the_drain_is_left(tmp_path: Path) -> None:
    """The process ends, whatever its threads wait for."""
    bundle = make_bundle(tmp_path / "one", [HERE / "mini.trig"])
    hasty = "import functools, socprot.serve as it\n"
    hasty += "it.Traffic = functools.partial(it.Traffic, drain=1)\n"
    server = Server("bundle", bundle, script=hasty + RUN)
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        query = urlencode({"query": SLOW, "timeout": 20})
        client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not re.search(rb"_running\{[^}]*\} 1", server.get("/metrics").body):
            time.sleep(0.01)
        start = time.monotonic()
        assert server.stop() == 0
        assert 0.9 < time.monotonic() - start < 15
        assert client.recv(100) == b""


def test_logs_are_json_without_the_query(server: Server) -> None:
    secret = "SELECT ?secret { ?secret ?p ?o } LIMIT 1"
    before = len(server.log)  # what an engine says that is made to abort is no JSON
    ask(server, secret)
    server.get("/doc/event/%0a%7B%22level%22:%22forged%22%7D%1b[31m")
    time.sleep(0.2)
    lines = server.log[before:]
    entries = [json.loads(line) for line in lines]
    assert not any("secret" in line for line in lines)
    assert not any("\x1b" in line for line in lines)
    asked = [entry for entry in entries if entry.get("query")]
    assert asked
    assert all(len(entry["query"]) == 16 for entry in asked)
    assert {entry["client"] for entry in entries if "client" in entry} == {"127.0.0.0"}
    assert "forged" not in {entry["level"] for entry in entries}


def test_slow_clients_hold_no_thread(server: Server) -> None:
    """A hundred clients that send half a request do not keep others waiting."""
    sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        for one in sockets[:50]:
            one.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        for one in sockets[50:]:
            one.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
            )
        start = time.monotonic()
        assert ask(server, "ASK {}").status == 200
        assert time.monotonic() - start < 1
    finally:
        for one in sockets:
            one.close()


def test_readers_that_stall_hold_no_thread(server: Server) -> None:
    """Clients that ask for much and read nothing do not keep others waiting."""
    values = " ".join(f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 10 }}" for n in range(4))
    query = f'SELECT * {{ {values} BIND("{"x" * 400}" AS ?x) }}'
    request = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\n\r\n"
    sockets = []
    try:
        for _ in range(4):
            one = socket.create_connection(("127.0.0.1", server.port))
            one.sendall(request.encode())
            sockets.append(one)
        time.sleep(0.5)
        start = time.monotonic()
        assert ask(server, "ASK {}").status == 200
        assert time.monotonic() - start < 2
    finally:
        for one in sockets:
            one.close()


def test_who_takes_nothing_in_is_cut_off(server: Server) -> None:
    """The kernel does it, once the listening socket asks for it: the server's does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert stalled.limit(0.5) >= 1
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(listener.getsockname())
            accepted, _ = listener.accept()
            accepted.settimeout(20)
            with accepted, pytest.raises(OSError, match="timed out") as stopped:
                accepted.sendall(b"x" * 50_000_000)
            assert stopped.value.errno == errno.ETIMEDOUT  # and not our own time out
    assert "takes nothing in for 60 seconds" in server.get("/limits", "text/html").text


def test_a_request_has_one_host(server: Server) -> None:
    end = b"Connection: close\r\n\r\n"
    target = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n"
    for hosts in (b"", b"Host: a\r\nHost: b\r\n"):
        for _ in range(2):  # also where the answer is in the cache
            assert server.raw(target + hosts + end).startswith(b"HTTP/1.1 400 ")
            good = server.raw(target + b"Host: a\r\n" + end)
            assert good.startswith(b"HTTP/1.1 200 ")
    old = server.raw(target.replace(b"1.1", b"1.0") + b"\r\n")
    assert old.startswith(b"HTTP/1.0 200 ")


def test_pipelined_requests_are_answered_in_turn(server: Server) -> None:
    asked = [f"SELECT ({n} AS ?n) {{}}" for n in range(5)]
    sent = "".join(
        f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\n"
        "Accept: text/csv\r\n" + ("Connection: close\r\n\r\n" if n == 4 else "\r\n")
        for n, query in enumerate(asked)
    )
    bodies = server.raw(sent.encode()).split(b"\r\n\r\n")[1:]
    assert [body[:4] for body in bodies] == [b"n\r\n%d" % n for n in range(5)]


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n"
        b"Content-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n"
        b"Content-Length: 6\r\n\r\nASK {}",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
    ],
    ids=["two lengths", "unknown coding", "space before colon", "folded"],
)
def test_what_can_be_read_in_two_ways_is_read_in_none(
    server: Server, request_: bytes
) -> None:
    """One refusal, and the connection ends: what follows is no request."""
    answer = server.raw(request_)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_long_heads_are_refused(server: Server) -> None:
    """At the very byte: 64 KiB, whatever they are made of; and 100 headers."""
    limit = Traffic().head
    for path, query, header in (
        ("/healthz", "a" * 60_000, ""),
        ("/healthz", "", "a" * 60_000),
        ("/limits", "a=" + "b" * 30_000, "a" * 30_000),
    ):
        headers = {"Host": "x", "Connection": "close", "X": header}
        size = sum(len(name) + len(value) + 4 for name, value in headers.items())
        more = limit - size - len(path) - len(query)
        for extra, status in ((more, {200, 400}), (more + 1, {431})):
            headers["X"] = header + "y" * extra
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            request = f"GET {path}?{query} HTTP/1.1\r\n{lines}\r\n"
            answer = server.raw(request.encode())
            assert int(answer.split()[1]) in status
            assert status != {431} or b"head-too-large" in answer
    for long in (b"a" * 66_000, b"a" * 200_000):
        request = b"GET /healthz?" + long + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        assert server.raw(request).split()[1] in (b"414", b"431")
    many = b"X-Header: y\r\n" * 100
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n"
    assert server.raw(head).startswith(b"HTTP/1.1 431 ")
    assert server.get("/healthz").status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_still_loading_stops_at_once(number: signal.Signals) -> None:
    """It waits for no answers: there are none. To wait took as long as draining may."""
    command = [sys.executable, "-m", "socprot", "serve", "--port", "0"]
    command += ["--dataset", str(HERE / "mini.trig")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:

        def loads() -> bool:
            """Whether it has set its mind to signals, which comes just before that."""
            told = Path(f"/proc/{process.pid}/status").read_text()
            (caught,) = re.findall(r"^SigCgt:\s(\w+)$", told, re.MULTILINE)
            return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)

        until(loads, 30)
        process.send_signal(number)
        assert process.wait(20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_may_come_again(tmp_path: Path, number: signal.Signals) -> None:
    """As where it goes to a group of processes: it then waited forever."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup(1) may run the tests
    server = Server("bundle", make_bundle(tmp_path / "bundle", [HERE / "mini.trig"]))
    signal.signal(signal.SIGHUP, before)
    query = urlencode({"query": SLOW, "timeout": 2})
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not re.search(rb"_running\{[^}]*\} 1", server.get("/metrics").body):
            time.sleep(0.01)
        for _ in range(3):
            server.process.send_signal(number)
            time.sleep(0.1)
        assert client.recv(100).startswith(b"HTTP/1.1 504 ")
    server.wait()


def test_connections_that_say_nothing_shut_nobody_out(tmp_path: Path) -> None:
    """There may be so many; who holds nearly all of them, and uses none, loses some."""
    bundle = make_bundle(tmp_path / "bundle", [HERE / "mini.trig"])
    server = Server("bundle", bundle)
    slow = f"GET /sparql?{urlencode({'query': SLOW, 'timeout': 6})} HTTP/1.1\r\n"
    with ExitStack() as stack:

        def connect() -> socket.socket:
            address = ("127.0.0.1", server.port)
            return stack.enter_context(socket.create_connection(address, 30))

        working = connect()
        working.sendall(f"{slow}Host: x\r\n\r\n".encode())
        for number in range(Traffic().connections + 100):
            idle = connect()
            if number % 2:
                idle.sendall(b"G")
        start = time.monotonic()
        assert server.get("/healthz").status == 200
        assert time.monotonic() - start < Traffic().head_seconds / 2
        assert working.recv(65536).startswith(b"HTTP/1.1 504 ")  # it was not cut
    assert server.stop() == 0
