"""Visitors who mean harm: queries that never end, bombs, garbage, and rude clients."""

import random
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from urllib.parse import urlencode

from wire import Connection, Request

ALL = "?a ?b ?c . ?d ?e ?f ."
LONG = "x" * 9000
DOUBLED = "".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1}) " for n in range(40))
QUERIES = [
    f"SELECT (COUNT(*) AS ?n) {{ {ALL} ?g ?h ?i }}",
    "SELECT (COUNT(*) AS ?n) { ?a !<x:x>* ?b . ?b !<x:y>* ?c }",
    "SELECT (COUNT(*) AS ?n) { ?a ((<x:p>|!<x:x>)*)* ?b . ?c !<x:y>* ?d }",
    f"SELECT * {{ {ALL} }} ORDER BY ?f ?c",
    f"SELECT * {{ {ALL} }}",
    f"CONSTRUCT {{ ?a ?b ?f }} {{ {ALL} }}",
    f"CONSTRUCT {{ <x:a> <x:b> 1 }} {{ {ALL} ?g ?h ?i }}",
    f'SELECT ?a40 {{ BIND("{"a" * 1000}" AS ?a0) {DOUBLED} }}',
    f"SELECT (GROUP_CONCAT(CONCAT('{LONG}', STR(?a))) AS ?z) {{ {ALL} }}",
    f"SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?f), '{LONG}')) AS ?n) {{ {ALL} }}",
    f"SELECT ?x (COUNT(*) AS ?n) {{ {ALL} BIND(STRUUID() AS ?x) }} GROUP BY ?x",
    f'SELECT (REGEX("{"a" * 5000}!", "^(a+)+$") AS ?x) {{ ?s ?p ?o }}',
    "ASK { FILTER(" + "||".join(["?a"] * 12_800) + ") }",
    "ASK { FILTER(" + "+".join(["1"] * 25_000) + ") }",
    "ASK " + "{" * 30_000,
    "SELECT * { VALUES ?x { " + "1 " * 30_000 + "} VALUES ?y { " + "1 " * 999 + "} }",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "DROP ALL",
]
GARBAGE = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 100_000,
    b"\x00" * 4096,
]


class Attacker(threading.Thread):
    """Attacks until told to stop.

    Attributes:
        statuses: what came back.
    """

    def __init__(self, port: int, number: int, stop: threading.Event) -> None:
        super().__init__(name=f"attacker {number}", daemon=True)
        self._port = port
        self._connection = Connection(port)
        self._client = f"203.0.113.{number}".encode()
        self._random = random.Random(number)
        self._stop_attacking = stop
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        while not self._stop_attacking.is_set():
            match self._random.randrange(8):
                case 0:
                    self._leave()
                case 1:
                    self._babble()
                case _:
                    self._ask()
        self._connection.close()

    def _request(self) -> Request:
        """One of the queries, mostly with a comment, which makes it a new one."""
        query = self._random.choice(QUERIES)
        if self._random.randrange(4):
            query += f"\n# {self._random.random()}"
        more = {"timeout": str(self._random.choice((1, 2, 5, 30)))}
        headers = [(b"X-Forwarded-For", self._client)]
        if self._random.randrange(2) and len(query) < 10_000:
            target = "/sparql?" + urlencode({"query": query, **more})
            return Request(b"GET", target.encode(), headers)
        headers.append((b"Content-Type", b"application/sparql-query"))
        target = "/sparql?" + urlencode(more)
        return Request(b"POST", target.encode(), headers, query.encode())

    def _ask(self) -> None:
        answer = self._connection.ask(self._request())
        self.statuses[answer.status] += 1
        if answer.status in (429, 503):
            time.sleep(0.2)  # rude, but not a test of how many refusals a second go

    def _leave(self) -> None:
        """Ask and hang up."""
        with socket.create_connection(("127.0.0.1", self._port), 10) as one:
            one.sendall(self._request().wire())
            time.sleep(self._random.random())

    def _babble(self) -> None:
        """Send what is no HTTP."""
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", self._port), 1) as one,
        ):
            one.sendall(self._random.choice(GARBAGE))
            one.recv(4096)
