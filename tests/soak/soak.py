"""
Some minutes of everything at once, on a real server: `make soak`.

Honest visitors ask the published questions and compare the rows, while attackers
attack and processes are killed. Then come requests that nobody should send.
`SOAK_SECONDS` says how long the first part takes, `SOAK_REQUESTS` how many requests the
second has.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

import processes
import pytest
from honest import Visitor, questions
from hostile import Attacker
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from judge import faults
from killer import Killer
from requests_made_up import REQUESTS
from serving import Server
from wire import Answer, Connection, Request

from socprot.bundle import Bundle
from socprot.engine.limits import Limits

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
MADE_UP = int(os.environ.get("SOAK_REQUESTS", "20000"))
AT_ONCE = 8
BATCH = 40
MIB = 1 << 20
MORE = 64 * MIB  # that the server may hold at the end, the cache of answers apart
LIMITS = Limits()
KEPT = (
    LIMITS.quick_workers * LIMITS.retire_bytes
)  # by workers that are not yet replaced


@pytest.fixture(scope="module")
def server(bundle: Bundle) -> Iterator[Server]:
    """The published graph, behind a proxy that tells visitors apart."""
    running = Server("bundle", bundle.path, SOCPROT_PROXIES="1", SOCPROT_LOG="warning")
    assert running.address, "".join(running.log)
    yield running
    if running.process.poll() is None:
        running.stop(45)


def test_soak(server: Server) -> None:
    root = server.process.pid
    warm_up(server)
    before = settled(server)
    report("memory before", f"{before // MIB} MiB")
    mixed_load(server)
    made_up(server)
    after = settled(server)
    report("memory after", f"{after // MIB} MiB")
    assert after <= before + MORE + KEPT
    for worker in processes.workers(root):
        worker.kill()
    renewed = settled(server)
    report("with new workers", f"{renewed // MIB} MiB")
    assert renewed <= before + MORE
    everyone = processes.family(root)
    assert len(everyone) > 3
    start = time.monotonic()
    assert server.stop(45) == 0
    report("stopped in", f"{time.monotonic() - start:.1f} s")
    left = [p.number for p in everyone if p in processes.family(p.number)]
    assert left == [], "processes were left behind"
    log = "".join(server.log)
    assert "Traceback" not in log, log[-5000:]


def report(what: str, value: object) -> None:
    print(f"{what:>24}: {value}", flush=True)


def warm_up(server: Server) -> None:
    """Ask everything once, so that what stays in memory is there."""
    connection = Connection(server.port)
    for name in questions():
        assert connection.ask(Request(b"GET", f"/query/{name}".encode())).status == 200
    for path in (b"/", b"/ns", b"/limits", b"/doc/event/", b"/sparql"):
        accept = [(b"Accept", b"text/html")]
        assert connection.ask(Request(b"GET", path, accept)).status == 200
    connection.close()


def settled(server: Server) -> int:
    """Memory of all processes without the cache, once nothing runs any more."""
    end = time.monotonic() + 60
    while value(server, "socprot_engine_running{") > 0:
        assert time.monotonic() < end, "queries run that nobody asked"
        time.sleep(0.2)
    time.sleep(3)  # replaced workers come, retired ones go
    cache = int(value(server, "socprot_cache_bytes"))
    return processes.memory(server.process.pid) - cache


def value(server: Server, name: str) -> float:
    """The sum of one family of metrics."""
    lines = server.get("/metrics").text.splitlines()
    return sum(float(x.rpartition(" ")[2]) for x in lines if x.startswith(name))


def mixed_load(server: Server) -> None:
    stop, later = threading.Event(), threading.Event()
    killer = Killer(server.process.pid, stop)
    attackers = [Attacker(server.port, n, stop) for n in range(1, 9)]
    visitors = [Visitor(server.port, n, later) for n in range(1, 7)]
    threads = [killer, *attackers, *visitors]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    stop.set()
    time.sleep(1)
    later.set()
    for thread in threads:
        thread.join(150)
        assert not thread.is_alive(), f"{thread.name} got no answer"
    right = sum((visitor.right for visitor in visitors), Counter[str]())
    retried = sum((visitor.retried for visitor in visitors), Counter[int]())
    statuses = sum((one.statuses for one in attackers), Counter[int]())
    wrong = [fault for visitor in visitors for fault in visitor.wrong]
    seconds = sorted(t for visitor in visitors for t in visitor.seconds)
    report("right answers", f"{right.total()} {dict(right)}")
    report("told to come back", dict(retried))
    report("median, 95 %, 99 %, worst", seconds_of(seconds))
    report("to attackers", dict(sorted(statuses.items())))
    report("killed", dict(killer.killed))
    assert wrong == [], wrong[:5]
    assert right.total() > SECONDS
    assert set(right) == {"question", "GET", "form", "QUERY", "POST"}
    assert killer.killed["worker"] > SECONDS / 2
    assert not {500, 501, 502} & set(statuses)


def seconds_of(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100)
    shown = (median(seconds), cuts[94], cuts[98], seconds[-1])
    return ", ".join(f"{one:.3f}" for one in shown) + " s"


def made_up(server: Server) -> None:
    """Requests that nobody should send, and a few visitors and deaths beside."""
    stop = threading.Event()
    killer = Killer(server.process.pid, stop, pause=2)
    visitor = Visitor(server.port, 100, stop)
    statuses: Counter[int] = Counter()
    local = threading.local()
    connections: list[Connection] = []

    def ask(request: Request) -> Answer:
        if not hasattr(local, "connection"):
            local.connection = Connection(server.port)
            connections.append(local.connection)
        answer: Answer = local.connection.ask(request)
        return answer

    @settings(
        max_examples=-(-MADE_UP // BATCH),
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a request that fails is shown as it is
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(REQUESTS, min_size=BATCH, max_size=BATCH))
    def are_answered(requests: list[Request]) -> None:
        for request, answer in zip(requests, pool.map(ask, requests), strict=True):
            statuses[answer.status] += 1
            assert faults(request, answer) == [], (request, answer)

    for thread in (killer, visitor):
        thread.start()
    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        are_answered()
    for connection in connections:
        connection.close()
    stop.set()
    for thread in (killer, visitor):
        thread.join(150)
    report(
        "made-up requests", f"{statuses.total()} in {time.monotonic() - start:.0f} s"
    )
    report("their statuses", dict(sorted(statuses.items())))
    report("right answers beside", visitor.right.total())
    assert visitor.wrong == []
    assert statuses.total() >= MADE_UP
    assert len(statuses) >= 8
