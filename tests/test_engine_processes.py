"""Processes come and go: none is missed, and none is left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from waiting import until

from socprot.engine import Request, workers
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import MIB, Limits
from socprot.engine.wire import packet
from socprot.errors import EngineUnavailable, OutOfMemory, SocprotError

FORMATS = {"rows": "text/csv", "boolean": "text/csv", "triples": "text/turtle"}
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    path = tmp_path / "graph.nt"
    path.write_text(
        "".join(f'<http://e/s{i}> <http://e/name> "{i}" .\n' for i in range(2000))
    )
    return path


@pytest.fixture
def engine(graph: Path) -> Iterator[EmbeddedEngine]:
    engine = EmbeddedEngine([graph], Limits(workers=2, memory_bytes=128 * MIB)).ready()
    yield engine
    engine.close()


def run(engine: EmbeddedEngine, query: str, **options: object) -> bytes:
    return engine.answer(Request(query, FORMATS, **options)).read()  # type: ignore[arg-type]


def ask(engine: EmbeddedEngine, number: int) -> None:
    """Ask an honest question, and check the answer."""
    query = f"SELECT ?o {{ <http://e/s{number}> <http://e/name> ?o }}"
    assert run(engine, query) == f"o\r\n{number}\r\n".encode()


def children(process: int) -> list[int]:
    """The processes that a process started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, fields = stat.read_text().rpartition(")")
            state, parent = fields.split()[:2]
            if int(parent) == process and state != "Z":
                found.append(int(name.split()[0]))
    return found


def nursery(process: int | None = None) -> int:
    """The process that makes workers, of the one engine that there is."""
    (found,) = [
        child
        for child in children(process or os.getpid())
        if b"socprot.engine.nursery" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    return found


def processor_time(process: int) -> float:
    """The seconds that a process has used, see clock_getres(2)."""
    return time.clock_gettime((~process << 3) | 2)


def running(process: int) -> bool:
    with suppress(OSError):
        stat = Path(f"/proc/{process}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False


def test_nothing_is_left_after_close(graph: Path) -> None:
    with closing(EmbeddedEngine([graph], Limits(workers=2)).ready()) as engine:
        home = nursery()
        everyone = [home, *children(home)]
        errors: list[Exception] = []

        def wait() -> None:
            try:
                run(engine, FOREVER)
            except SocprotError as error:
                errors.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        until(lambda: engine.stats.running["slow"])
        everyone += children(home)
        engine.close()
    thread.join()
    assert not any(running(process) for process in everyone)
    assert not Path(f"/proc/{home}").exists()  # not even a zombie
    assert isinstance(errors[0], EngineUnavailable)
    with pytest.raises(EngineUnavailable):
        ask(engine, 1)


@pytest.mark.parametrize("policies", [[os.SCHED_OTHER], [os.SCHED_IDLE, os.SCHED_IDLE]])
def test_a_long_query_gives_way_where_there_are_others(
    engine: EmbeddedEngine, policies: list[int]
) -> None:
    gone = threading.Event()

    def ask() -> None:
        with suppress(SocprotError):
            run(engine, FOREVER, abandoned=gone.is_set)

    asking = [threading.Thread(target=ask) for _ in policies]
    for one in asking:
        one.start()
    found: list[int] = []
    deadline = time.monotonic() + 9
    while len(found) < len(policies) and time.monotonic() < deadline:
        time.sleep(0.05)
        at_work = [one for one in children(nursery()) if processor_time(one) > 0.8]
        found = [os.sched_getscheduler(one) for one in at_work]
    gone.set()
    for one in asking:
        one.join()
    assert found == policies


def test_nothing_is_left_when_the_engine_is_killed(graph: Path) -> None:
    program = (
        "import sys, threading; from pathlib import Path\n"
        "from socprot.engine import Request\n"
        "from socprot.engine.embedded import EmbeddedEngine\n"
        "from socprot.engine.limits import Limits\n"
        "engine = EmbeddedEngine([Path(sys.argv[1])], Limits(workers=1)).ready()\n"
        "request = Request(sys.argv[2], {'rows': 'text/csv'})\n"
        "thread = threading.Thread(target=engine.answer, args=(request,))\n"
        "thread.start()\n"
        "while not engine.stats.running['slow']: pass\n"
        "print('ready', flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(graph), FOREVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        home = nursery(process.pid)
        everyone = [home, *children(home)]
        assert len(everyone) >= 2
        process.kill()
    until(lambda: not any(running(process) for process in everyone), 2)


def test_a_killed_worker_is_replaced_and_its_query_run_again(
    engine: EmbeddedEngine,
) -> None:
    ask(engine, 1)
    home = nursery()
    for process in children(home):
        os.kill(process, signal.SIGKILL)
    ask(engine, 2)
    ask(engine, 3)
    until(lambda: len(children(home)) == 2)
    assert engine.stats.deaths["SIGKILL"] == 2


def test_a_worker_is_replaced_in_milliseconds(engine: EmbeddedEngine) -> None:
    ask(engine, 1)
    waits = []
    for _ in range(5):
        with pytest.raises(SocprotError):
            run(engine, FOREVER + " # again", timeout=0.02)
        start = time.monotonic()
        ask(engine, 2)
        waits.append(time.monotonic() - start)
    assert sorted(waits)[2] < 0.1


def test_honest_queries_survive_a_massacre(engine: EmbeddedEngine) -> None:
    """Workers, and the nursery itself, are killed while eight threads ask."""
    stop = threading.Event()
    failures: list[BaseException] = []
    answered = [0] * 8

    def honest(thread: int) -> None:
        number = thread
        while not stop.is_set():
            try:
                ask(engine, number % 2000)
            except (AssertionError, SocprotError) as error:
                failures.append(error)
                return
            number += 8
            answered[thread] += 1

    threads = [threading.Thread(target=honest, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for turn in range(12):
        time.sleep(0.1)
        with suppress(ProcessLookupError, ValueError):
            home = nursery()
            victims = [home] if turn in (4, 8) else children(home)[:1]
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
    time.sleep(0.3)
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert min(answered) > 10
    assert engine.stats.nursery_starts == 3
    ask(engine, 7)
    until(lambda: len(children(nursery())) == 2)


def test_a_nursery_that_cannot_start_again_says_so(graph: Path) -> None:
    with closing(EmbeddedEngine([graph], Limits(workers=1)).ready()) as engine:
        text = graph.read_text()
        graph.write_text("broken")
        os.kill(nursery(), signal.SIGKILL)

        def unavailable() -> bool:
            try:
                ask(engine, 1)
            except EngineUnavailable as error:
                return "broken" in str(error)
            return False

        until(unavailable)
        graph.write_text(text)
        until(lambda: not unavailable())
        ask(engine, 1)


def test_the_last_words_of_a_nursery_are_heard() -> None:
    """Also where it was told something meanwhile, and never read that."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        ours.send(b"fork")
        theirs.send(b"failed")
        theirs.close()
        assert [packet(ours), packet(ours)] == [b"failed", b""]


def test_an_event_loop_asks_as_a_thread_does(engine: EmbeddedEngine) -> None:
    """Also when workers die meanwhile, and while threads ask too."""

    async def some(start: int) -> None:
        for number in range(start, start + 50):
            query = f"SELECT ?o {{ <http://e/s{number}> <http://e/name> ?o }}"
            begun = await engine.begin(Request(query, FORMATS))
            answer = begun.answer or await asyncio.to_thread(begun.finish)
            assert answer.read() == f"o\r\n{number}\r\n".encode()
            if number % 20 == 0:
                await asyncio.to_thread(ask, engine, number)
                for worker in children(nursery())[:1]:
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)

    async def all_of_it() -> None:
        await asyncio.gather(*(some(100 * part) for part in range(6)))

    asyncio.run(all_of_it())


def test_a_worker_that_has_grown_is_replaced(graph: Path) -> None:
    with closing(
        EmbeddedEngine([graph], Limits(workers=1, retire_bytes=8 * MIB)).ready()
    ) as engine:
        until(lambda: len(children(nursery())) == 1)
        (first,) = children(nursery())
        ask(engine, 1)
        assert children(nursery()) == [first]
        many = "VALUES ?x { " + "1 " * 50 + "}"
        run(engine, f"SELECT * {{ ?a ?b ?c {many} }} ORDER BY ?c LIMIT 1", timeout=30)
        until(lambda: children(nursery()) not in ([], [first]))
        ask(engine, 2)


def test_workers_at_rest_give_back_memory(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_REST", 0.2)
    monkeypatch.setattr(workers, "_COPIED", 0)
    with closing(EmbeddedEngine([graph], Limits(workers=2)).ready()) as engine:
        ask(engine, 1)
        before = set(children(nursery()))
        until(lambda: len(set(children(nursery())) - before) == 2)
        ask(engine, 2)
        monkeypatch.setattr(workers, "_COPIED", 1 << 40)
        time.sleep(0.5)
        before = set(children(nursery()))
        time.sleep(0.5)
        assert set(children(nursery())) == before
        assert engine.stats.kills == engine.stats.deaths == {}


def test_a_worker_has_nothing_but_its_pipe(engine: EmbeddedEngine) -> None:
    for worker in children(nursery()):
        until(lambda worker=worker: limit(worker, "Max file size") == "0")
        until(lambda worker=worker: limit(worker, "Max processes") == "0")
        until(lambda worker=worker: limit(worker, "Max open files").isdigit())
        files = list(Path(f"/proc/{worker}/fd").iterdir())
        assert len(files) == int(limit(worker, "Max open files")) <= 4
        assert limit(worker, "Max core file size") == "0"
        assert Path(f"/proc/{worker}/status").read_text().count("Threads:\t1\n") == 1
        environment = Path(f"/proc/{worker}/environ").read_bytes()
        assert b"HOME=" not in environment


def limit(process: int, name: str) -> str:
    """The hard limit of a process."""
    for line in Path(f"/proc/{process}/limits").read_text().splitlines():
        if line.startswith(name):
            return line[len("Max realtime timeout      ") :].split()[1]
    raise AssertionError(name)


def test_memory_is_shared_and_returned(engine: EmbeddedEngine) -> None:
    """Many queries, some of them of the worst kind, leave nothing behind."""

    def memory() -> int:
        pages = Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")

    descriptors = Path("/proc/self/fd")
    for number in range(50):
        ask(engine, number)
    before, files = memory(), len(list(descriptors.iterdir()))
    for number in range(300):
        ask(engine, number)
        if number % 50 == 0:
            with pytest.raises((OutOfMemory, SocprotError)):
                run(engine, FOREVER, timeout=0.02)
    assert memory() - before < 8 * MIB
    until(lambda: len(list(descriptors.iterdir())) <= files)
    assert threading.active_count() <= 3


def test_counters_add_up(engine: EmbeddedEngine) -> None:
    for number in range(5):
        ask(engine, number)
    with pytest.raises(SocprotError):
        run(engine, "nonsense")
    stats = engine.stats
    assert stats.queries == {"ok": 5, "QuerySyntaxError": 1}
    assert sum(stats.buckets) == 6
    assert stats.running == stats.waiting == {"quick": 0, "slow": 0}
    assert stats.seconds > 0


def test_what_the_processes_use_is_known(engine: EmbeddedEngine) -> None:
    ask(engine, 1)
    before = engine.usage()
    # Each has a Python interpreter, which it shares with the nursery.
    assert 10 * MIB < before.memory_bytes["pss"] < before.memory_bytes["rss"]
    ballast = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    run(engine, ballast)
    after = engine.usage()
    assert after.processor_seconds - before.processor_seconds > 0.01


def test_workers_draw_numbers_of_their_own(tmp_path: Path) -> None:
    """All are copies of one process, which drew some to name the blank nodes."""
    path = tmp_path / "blank.ttl"
    path.write_text("[] <http://e/p> [], [] .")
    limits = Limits(workers=1)
    with closing(EmbeddedEngine([path], limits).ready()) as engine:
        drawn = []
        for _ in range(5):
            drawn.append(run(engine, "SELECT (STRUUID() AS ?u) (RAND() AS ?r) {}"))
            with suppress(SocprotError):
                run(engine, FOREVER, timeout=0.1)  # the next worker is a new one
    assert len(set(drawn)) == 5
