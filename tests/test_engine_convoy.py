"""Several small queries at a time on one worker: none waits for a long one."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from engines import FOREVER, FORMATS, children, looped, nursery

from socprot.engine import Request
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import KIB, Limits
from socprot.errors import QueryTimeout

COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c != ?f) }"


@pytest.fixture
def engine(numbered: Path) -> Iterator[EmbeddedEngine]:
    limits = Limits(workers=4, buffer_bytes=32 * KIB, timeout=1)
    engine = EmbeddedEngine([numbered], limits).ready()
    yield engine
    engine.close()


async def small(engine: EmbeddedEngine, number: int) -> bool:
    """Ask a small question; return whether the event loop had the answer."""
    query = f"SELECT ?o {{ <http://e/s{number}> <http://e/name> ?o }}"
    begun = await engine.begin(Request(query, FORMATS))
    answer = begun.answer or await asyncio.to_thread(begun.finish)
    assert answer.read() == f"o\r\n{number}\r\n".encode()
    return begun.answer is not None


async def large(engine: EmbeddedEngine, query: str) -> bytes:
    begun = await engine.begin(Request(query, FORMATS))
    answer = begun.answer or await asyncio.to_thread(begun.finish)
    return await asyncio.to_thread(answer.read)


async def made(engine: EmbeddedEngine, number: int) -> None:
    """Wait until there are so many workers."""
    while engine.stats.workers_started < number or len(children(nursery())) < number:
        await asyncio.sleep(0.01)


def test_what_is_asked_at_once_goes_to_few_workers(engine: EmbeddedEngine) -> None:
    async def ask(start: int) -> int:
        """Ask six questions at once; return how many of four workers were woken up."""
        before = {worker: used(worker) for worker in children(nursery())}
        await asyncio.gather(*(small(engine, start + n) for n in range(6)))
        return sum(used(worker) > before[worker] for worker in before)

    async def again_and_again() -> list[int]:
        await made(engine, 4)
        return [await ask(6 * turn) for turn in range(40)]

    assert min(looped(again_and_again())) <= 3


def used(process: int) -> int:
    """How often a process has waited for something."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(text.split("\nvoluntary_ctxt_switches:")[1].split()[0])


def test_nobody_waits_behind_a_long_query(engine: EmbeddedEngine) -> None:
    """Whatever is given to its worker after it is answered before it, by others."""

    async def ask() -> float:
        await made(engine, 4)
        begun = asyncio.get_running_loop().time()
        long = asyncio.create_task(large(engine, COUNT + " # long"))
        await asyncio.sleep(0)  # it is given to a worker
        await asyncio.gather(*(small(engine, number) for number in range(3)))
        taken = asyncio.get_running_loop().time() - begun
        assert not long.done()
        with pytest.raises(QueryTimeout):
            await long
        return taken

    taken = sorted(looped(ask()) for _ in range(3))
    assert taken[1] < 0.5
    assert engine.stats.kills == {"timeout": 3}
    assert engine.stats.queries == {"ok": 9, "QueryTimeout": 3}
    assert engine.stats.running == engine.stats.waiting == {"quick": 0, "slow": 0}


def test_a_streamed_answer_takes_its_worker_along(engine: EmbeddedEngine) -> None:
    everything = "SELECT * { ?a ?b ?c }"

    async def ask() -> None:
        await made(engine, 4)
        for start in range(0, 32, 4):
            long, *_ = await asyncio.gather(
                large(engine, f"{everything} # {start}"),
                *(small(engine, start + number) for number in range(4)),
            )
            assert long.count(b"\r\n") == 2001

    looped(ask())
    assert set(engine.stats.kills) <= {"shared"}
    assert engine.stats.queries == {"ok": 40}


def test_a_worker_that_dies_takes_no_query_with_it(engine: EmbeddedEngine) -> None:
    async def ask() -> None:
        await made(engine, 4)
        for start in range(0, 60, 6):
            asked = [asyncio.create_task(small(engine, start + n)) for n in range(6)]
            await asyncio.sleep(0)
            for worker in children(nursery())[:: 1 + start % 3]:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            await asyncio.gather(*asked)
            await made(engine, 4)

    looped(ask())
    assert engine.stats.queries == {"ok": 60}
    assert engine.stats.running == engine.stats.waiting == {"quick": 0, "slow": 0}


def test_whoever_no_longer_waits_leaves_no_worker_at_work(numbered: Path) -> None:
    async def ask() -> None:
        await made(engine, 4)
        asked = asyncio.create_task(large(engine, FOREVER))
        await asyncio.sleep(0)  # later, a thread might have gone on with it
        asked.cancel()
        with suppress(asyncio.CancelledError):
            await asked
        while not engine.stats.kills:
            await asyncio.sleep(0.01)
        await small(engine, 1)

    with closing(EmbeddedEngine([numbered], Limits(workers=4)).ready()) as engine:
        looped(asyncio.wait_for(ask(), 20))  # long before it would have to end
        assert engine.stats.kills == {"abandoned": 1}
