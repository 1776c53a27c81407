"""Processes come and go: none is missed, and none is left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from engines import FOREVER, FORMATS, ask, children, looped, nursery, run, running
from waiting import until

from socprot.engine import Request
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import Limits
from socprot.engine.wire import packet
from socprot.errors import EngineUnavailable, SocprotError


def test_nothing_is_left_after_close(numbered: Path) -> None:
    with closing(EmbeddedEngine([numbered], Limits(workers=2)).ready()) as engine:
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


def test_nothing_is_left_when_the_engine_is_killed(numbered: Path) -> None:
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
    command = [sys.executable, "-c", program, str(numbered), FOREVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        home = nursery(process.pid)
        everyone = [home, *children(home)]
        assert len(everyone) >= 2
        process.kill()
    until(lambda: not any(running(process) for process in everyone), 2)


def test_who_loads_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    endless = tmp_path / "endless.nt"
    os.mkfifo(endless)
    program = (
        "import sys; from pathlib import Path\n"
        "from socprot.engine.embedded import EmbeddedEngine\n"
        "engine = EmbeddedEngine([Path(sys.argv[1])])\n"
        "print('loading', flush=True)\n"
        "engine.ready()\n"
    )
    command = [sys.executable, "-c", program, str(endless)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"loading\n"
        home = nursery(process.pid)
        with endless.open("wb"):  # returns once it is read
            process.kill()
            until(lambda: not running(home), 2)


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


def test_a_nursery_that_cannot_start_again_says_so(numbered: Path) -> None:
    with closing(EmbeddedEngine([numbered], Limits(workers=1)).ready()) as engine:
        text = numbered.read_text()
        numbered.write_text("broken")
        os.kill(nursery(), signal.SIGKILL)

        def unavailable() -> bool:
            try:
                ask(engine, 1)
            except EngineUnavailable as error:
                return "broken" in str(error)
            return False

        until(unavailable)
        numbered.write_text(text)
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

    looped(all_of_it())
