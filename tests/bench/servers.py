"""The servers that are compared: real processes, on loopback, with the same data."""

import atexit
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, IncompleteRead
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".bench" / "bin"
JSON = "application/sparql-results+json"
# What is started ends with this process, even where that is killed.
_DIE_TOO = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []

_started: list["Server"] = []


def end_all() -> None:
    """Stop every server that was started, and hear no signal meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for server in list(_started):
        server.stop()


def leave_nothing() -> None:
    """From now on, however this process ends, so do the servers that it starts."""
    atexit.register(end_all)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One SPARQL endpoint in a process of its own.

    Attributes:
        command: starts it; `{port}` stands for the port.
        path: of the endpoint.
        started: seconds from the start to the first right answer.
    """

    name: str
    command: Sequence[str]
    path: str = "/sparql"
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, query: str) -> str:
        return f"{self.address}{self.path}?query={quote(query, safe='')}"

    def prepare(self) -> None:
        """Do what must be done before a start, once the port is known."""

    def start(self, patience: float = 120) -> "Server":
        """Start it and wait until it gives a right answer."""
        self.port = free_port()
        self.prepare()
        command = [part.format(port=self.port) for part in self.command]
        begun = time.perf_counter()
        _started.append(self)
        self.process = subprocess.Popen(
            [*_DIE_TOO, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self.environment},
        )
        right = b'"value"'  # one row, and not an empty graph
        while time.perf_counter() - begun < patience:
            if self.process.poll() is not None:
                break
            try:
                status, body = self.get("SELECT ?s { ?s ?p ?o } LIMIT 1", 30)
            except (OSError, HTTPException):
                time.sleep(0.005)
                continue
            if status == 200 and right in body:
                self.started = time.perf_counter() - begun
                return self
        self.stop()
        raise RuntimeError(f"{self.name} did not start: {' '.join(command)}")

    def get(
        self, query: str, timeout: float = 30, accept: str = JSON
    ) -> tuple[int, bytes]:
        """Ask one query on a connection of its own."""
        target = f"{self.path}?query={quote(query, safe='')}"
        return self.fetch(target, {"Accept": accept}, timeout)[:2]

    def fetch(
        self, target: str, headers: Mapping[str, str], timeout: float = 30
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """Ask for something.

        Raises:
            TimeoutError: the whole of it did not come in time.
            IncompleteRead: it broke off.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        end, body = time.monotonic() + timeout, bytearray()
        try:
            connection.request("GET", target, headers=dict(headers))
            response = connection.getresponse()
            while part := response.read1(1 << 20):
                body += part
                if time.monotonic() > end:
                    raise TimeoutError
            if response.length:
                raise IncompleteRead(body, response.length)
            return response.status, bytes(body), response.headers
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """This process and all below it."""
        assert self.process is not None
        found = [self.process.pid]
        for parent in found:
            for told in Path(f"/proc/{parent}/task").glob("*/children"):
                with suppress(OSError):  # it ended meanwhile
                    found += map(int, told.read_text().split())
        return found

    def processor_time(self) -> float:
        """Seconds that all its processes have used, and those below them that ended."""
        total = 0.0
        for process in self.processes():
            with suppress(OSError):  # it ended meanwhile
                total += time.clock_gettime((~process << 3) | 2)  # see clock_getres(2)
                told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]
                ended = sum(map(int, told.split()[13:15]))
                total += ended / os.sysconf("SC_CLK_TCK")
        return total

    def memory(self) -> dict[str, float]:
        """RSS and PSS of all its processes, in MB."""
        total = {"Rss": 0.0, "Pss": 0.0}
        for process in self.processes():
            try:
                text = Path(f"/proc/{process}/smaps_rollup").read_text()
            except OSError:
                continue  # it ended meanwhile
            for line in text.splitlines():
                name, _, rest = line.partition(":")
                if name in total:
                    total[name] += int(rest.split()[0]) / 1024
        return total

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self in _started:
            _started.remove(self)


def socprot(bundle: Path | None = None, datasets: Sequence[Path] = ()) -> Server:
    """This server."""
    command = [sys.executable, "-m", "socprot", "serve", "--port", "{port}"]
    for path in datasets:
        command += ["--dataset", str(path)]
    environment = {"SOCPROT_BUNDLES": str(bundle)} if bundle else {}
    return Server("SocProt", command, environment=environment)


def oxigraph(store: Path) -> Server:
    """Oxigraph's own server, on a store on disk."""
    command = [str(PEERS / "oxigraph"), "serve-read-only", "--location", str(store)]
    return Server("Oxigraph", [*command, "--bind", "127.0.0.1:{port}"], "/query")


def rdflib_endpoint(data: Path) -> Server:
    """rdflib-endpoint, with its default store in memory."""
    command = [str(PEERS / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
    return Server(
        "rdflib-endpoint", [*command, "--port", "{port}", str(data)], path="/"
    )


def children_time() -> float:
    """Seconds of the processor that processes used which this one started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def load(data: Path, store: Path) -> tuple[float, float]:
    """Load a file into a store of Oxigraph; return the seconds, and the processor's."""
    used, begun = children_time(), time.perf_counter()
    subprocess.run(
        [PEERS / "oxigraph", "load", "--location", store, "--file", data],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begun, children_time() - used
