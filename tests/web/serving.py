"""A real server process for the tests, on a free port, stopped as an operator would."""

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from socprot.namespaces import DEFAULT_UNION

HERE = Path(__file__).parent
RUN = """
import sys
from pathlib import Path
from urllib.parse import urlencode
from socprot.serve import run
port, kind, *paths = sys.argv[1:]
paths = [Path(path) for path in paths]
sys.exit(run(port=int(port), bundle=paths[0] if kind == "bundle" else None,
             datasets=paths if kind == "datasets" else ()))
"""

IN_MEMORY = "is in memory, after"  # a server says when it has left the disk


class Reply:
    """An answer, read whole."""

    def __init__(self, response: HTTPResponse, body: bytes) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = body
        self.text = body.decode("utf-8", "replace")
        self.media_type = (response.headers["Content-Type"] or "").partition(";")[0]

    def json(self) -> dict[str, object]:
        document: dict[str, object] = json.loads(self.body)
        return document


class Server:
    """`socprot serve` in a process of its own."""

    def __init__(
        self,
        *arguments: str | Path,
        port: int = 0,
        script: str = RUN,
        settled: bool = True,
        **environment: str,
    ) -> None:
        """Start one.

        Args:
            settled: wait until a bundle that has a store is served from memory.
        """
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(port), *map(str, arguments)],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.log: list[str] = []
        self.address = ""
        assert self.process.stderr is not None
        watchdog = threading.Timer(30, self.process.kill)
        watchdog.start()
        stored = any(Path(one, "store").is_dir() for one in arguments[1:])
        settled = not (settled and stored and "SOCPROT_LOG" not in environment)
        for line in self.process.stderr:
            self.log.append(line)
            if match := re.match(r"SocProt serves at http://127.0.0.1:(\d+) ", line):
                self.port = int(match[1])
                self.address = f"http://127.0.0.1:{self.port}"
            settled = settled or IN_MEMORY in line
            if self.address and settled:
                break
        watchdog.cancel()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.log.extend(self.process.stderr)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Reply(response, response.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None, **headers: str) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request(
            "GET", path, headers={**sent, **({"Accept": accept} if accept else {})}
        )

    def raw(self, data: bytes, seconds: float = 10) -> bytes:
        """Send bytes as they are; return all that comes until the other side closes."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            connection.sendall(data)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
            return received

    def stop(self, seconds: float = 20) -> int:
        """Ask the process to stop; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float = 20) -> int:
        """Wait until the process has stopped; return its exit status."""
        status = self.process.wait(seconds)
        self._reader.join(5)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status


def make_bundle(folder: Path, sources: Sequence[Path]) -> Path:
    """A bundle as the build makes it, of the files of a test."""
    store = Store()
    for path in sources:
        store.load(path=str(path), format=RdfFormat.TRIG)
    for iri in DEFAULT_UNION:
        for quad in list(store.quads_for_pattern(None, None, None, NamedNode(iri))):
            store.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    folder.mkdir()
    store.dump(str(folder / "graph.nq"), format=RdfFormat.N_QUADS)
    graphs = {
        str(name.value): sum(1 for _ in store.quads_for_pattern(None, None, None, name))
        for name in store.named_graphs()
        if isinstance(name, NamedNode)
    }
    manifest = {"hash": "0123456789abcdef" * 4, "version": "2026.1", "graphs": graphs}
    manifest["classes"] = {"https://w3id.org/socprot/ns#Event": 3}
    manifest["sha256"] = hashlib.sha256((folder / "graph.nq").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


SLOW = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . "
    "?m ?o ?p FILTER(?c != ?f || ?a = ?m) }"
)
LONG = "SELECT * { %s BIND('%s' AS ?x) }"
# What an honest client asks, of the small bundle; the answer is ASEAN.
HONEST = (
    "SELECT ?n { <https://w3id.org/socprot/id/body/asean> ?p ?n FILTER(ISLITERAL(?n)) }"
)
DIRECT = "application/sparql-query"
TEN = "{ 1 2 3 4 5 6 7 8 9 10 }"


def long(digits: int, width: int) -> str:
    """A query with a power of ten of rows, each of some bytes."""
    values = " ".join(f"VALUES ?v{n} {TEN}" for n in range(digits))
    return LONG % (values, "x" * width)


MANY_ROWS = long(4, 500)
TOO_MANY_ROWS = long(6, 20)


def ask(server: Server, query: str, accept: str | None = None, **more: str) -> Reply:
    return server.get("/sparql?" + urlencode({"query": query, **more}), accept)


def problem(reply: Reply) -> str:
    """Which problem an answer tells of."""
    assert reply.media_type == "application/problem+json"
    return str(reply.json()["type"]).rpartition("/")[2]
