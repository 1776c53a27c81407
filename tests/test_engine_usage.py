"""What workers have and what they use: memory, time, and nothing of others."""

import errno
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from engines import FOREVER, ask, children, nursery, run
from waiting import until

from socprot.engine import workers
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import MIB, Limits
from socprot.engine.nursery import calm
from socprot.engine.wire import LAST
from socprot.errors import Busy, OutOfMemory, QueryStopped, SocprotError


def processor_time(process: int) -> float:
    """The seconds that a process has used, see clock_getres(2)."""
    return time.clock_gettime((~process << 3) | 2)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EINVAL, errno.ENOSYS])
def test_where_the_kernel_has_no_idle_policy_the_least_priority_must_do(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            calm(process.pid, LAST)
            assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("used", "policies"),
    [(0.8, [os.SCHED_OTHER]), (0.1, [os.SCHED_IDLE, os.SCHED_IDLE])],
)
def test_a_long_query_gives_way_where_there_are_others(
    engine: EmbeddedEngine, used: float, policies: list[int]
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
    while found != policies and time.monotonic() < deadline:
        time.sleep(0.05)
        at_work = [one for one in children(nursery()) if processor_time(one) > used]
        found = [os.sched_getscheduler(one) for one in at_work]
    gone.set()
    for one in asking:
        one.join()
    assert found == policies


def test_a_worker_that_has_grown_is_replaced(numbered: Path) -> None:
    with closing(
        EmbeddedEngine([numbered], Limits(workers=1, retire_bytes=8 * MIB)).ready()
    ) as engine:
        until(lambda: len(children(nursery())) == 1)
        (first,) = children(nursery())
        ask(engine, 1)
        assert children(nursery()) == [first]
        many = "VALUES ?x { " + "1 " * 50 + "}"
        run(engine, f"SELECT * {{ ?a ?b ?c {many} }} ORDER BY ?c LIMIT 1", timeout=30)
        until(lambda: children(nursery()) not in ([], [first]))
        ask(engine, 2)


def test_there_are_no_more_workers_than_there_may_be(numbered: Path) -> None:
    """A second quick query may lie in a tray; without a loop, it waits for a worker."""
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    limits = Limits(workers=1, slow_after=60)
    with (
        closing(EmbeddedEngine([numbered], limits).ready()) as engine,
        ThreadPoolExecutor(limits.quick_lane) as threads,
    ):
        until(lambda: len(children(nursery())) == 1)
        answers = [threads.submit(run, engine, query) for _ in range(limits.quick_lane)]
        seen = set()
        while not all(answer.done() for answer in answers):
            seen |= {len(children(nursery())), -engine.stats.running["quick"]}
        assert seen >= {1, -2}
        assert max(seen) == 1
        assert len({answer.result() for answer in answers}) == 1


def test_nobody_waits_for_a_worker_longer_than_one_may(numbered: Path) -> None:
    """A worker that reads cold pages uses no processor time, and is never slow."""
    limits = Limits(workers=1, wait=0.3)
    with (
        closing(EmbeddedEngine([numbered], limits).ready()) as engine,
        ThreadPoolExecutor(1) as threads,
    ):
        until(lambda: len(children(nursery())) == 1)
        (worker,) = children(nursery())
        os.kill(worker, signal.SIGSTOP)
        first = threads.submit(run, engine, "ASK {}", timeout=20)
        until(lambda: engine.stats.running["quick"] == 1)
        with pytest.raises(Busy, match="No worker became free within"):
            ask(engine, 1)
        with pytest.raises(QueryStopped, match="Nobody waits"):
            run(engine, "ASK {}", abandoned=lambda: True)
        os.kill(worker, signal.SIGCONT)
        assert first.result().lower().startswith(b"true")
        ask(engine, 1)


def test_workers_at_rest_give_back_memory(
    numbered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_REST", 0.2)
    monkeypatch.setattr(workers, "_COPIED", 0)
    with closing(EmbeddedEngine([numbered], Limits(workers=2)).ready()) as engine:
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
