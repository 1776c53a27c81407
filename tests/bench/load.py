"""The load generator: wrk in a process of its own, or a few lines of Python."""

import os
import re
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import quote

from servers import JSON, Server

HERE = Path(__file__).parent
LOOKUP = "SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }} LIMIT {limit}"
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Load:
    """What came of one measurement.

    Attributes:
        rate: right answers a second.
        median, p99: seconds.
        wrong: answers with a status of 400 or above, and broken ones.
    """

    rate: float
    median: float
    p99: float
    wrong: int


def parse(report: str) -> Load:
    """Read the report of `wrk --latency`."""

    def seconds(share: str) -> float:
        match = re.search(rf"^\s*{share}%\s+([\d.]+)(us|ms|s|m)$", report, re.MULTILINE)
        return float(match[1]) * _UNITS[match[2]] if match else float("nan")

    rate = re.search(r"Requests/sec:\s*([\d.]+)", report)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    errors = re.search(r"Socket errors: (.*)", report)
    broken = sum(map(int, re.findall(r"\d+", errors[1]))) if errors else 0
    some = rate is not None and float(rate[1]) > 0
    return Load(
        float(rate[1]) if rate else 0.0,
        seconds("50") if some else float("inf"),
        seconds("99") if some else float("inf"),
        (int(wrong[1]) if wrong else 0) + broken,
    )


def repeated(
    server: Server,
    target: str,
    seconds: float,
    headers: Sequence[str] = (),
    connections: int = 16,
) -> Load:
    """Ask the same again and again."""
    given = [part for header in headers for part in ("-H", header)]
    return _wrk(server.address + target, seconds, connections, given, {})


def distinct(
    server: Server, subjects: Path, seconds: float, connections: int = 16
) -> Load:
    """Ask for the properties of one subject after the other, never the same twice."""
    environment = {
        "BENCH_SUBJECTS": str(subjects),
        "BENCH_PATH": server.path,
        # Counts faster than any server answers, so that no number comes twice.
        "BENCH_START": str(time.time_ns() // 50_000 % 1_000_000_000),
    }
    if shutil.which("wrk"):
        script = ["-H", f"Accept: {JSON}", "-s", str(HERE / "distinct.lua")]
        return _wrk(server.address, seconds, connections, script, environment)
    iris = subjects.read_text().split()
    numbers = count(int(environment["BENCH_START"]))

    def target() -> str:
        number = next(numbers)
        query = LOOKUP.format(iri=iris[number % len(iris)], limit=number)
        return f"{server.path}?query={quote(query, safe='')}"

    return python(server.address, target, seconds, connections, {"Accept": JSON})


def _wrk(
    address: str,
    seconds: float,
    connections: int,
    more: Sequence[str],
    environment: dict[str, str],
) -> Load:
    if not shutil.which("wrk"):
        base, _, target = address.removeprefix("http://").partition("/")
        pairs = [header.partition(": ") for header in more[1::2]]
        headers = {name: value for name, _, value in pairs}
        return python(
            f"http://{base}", lambda: f"/{target}", seconds, connections, headers
        )
    command = ["wrk", "--latency", "--timeout", "10s", "-t1", f"-c{connections}"]
    answer = subprocess.run(
        [*command, f"-d{max(1, round(seconds))}s", *more, address],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return parse(answer.stdout)


def python(
    address: str,
    target: Callable[[], str],
    seconds: float,
    connections: int,
    headers: dict[str, str],
) -> Load:
    """The same with threads. It is itself slower than the faster servers."""
    times: list[float] = []
    wrong: list[int] = []
    end = time.perf_counter() + seconds

    def client() -> None:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
        while (begun := time.perf_counter()) < end:
            try:
                connection.request("GET", target(), headers=headers)
                response = connection.getresponse()
                response.read()
            except OSError:
                wrong.append(0)
                connection.close()
                continue
            times.append(time.perf_counter() - begun)
            if response.status >= 400:
                wrong.append(response.status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) < 2:
        return Load(len(times) / seconds, float("nan"), float("nan"), len(wrong))
    cuts = statistics.quantiles(times, n=100)
    return Load(len(times) / seconds, cuts[49], cuts[98], len(wrong))
