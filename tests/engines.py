"""An engine around a small graph, questions to it, and its processes as /proc tells."""

import asyncio
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from socprot.engine import Request
from socprot.engine.embedded import EmbeddedEngine

FORMATS = {"rows": "text/csv", "boolean": "text/csv", "triples": "text/turtle"}
Made = TypeVar("Made")
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def run(engine: EmbeddedEngine, query: str, **options: object) -> bytes:
    """Ask anything, and return the whole answer."""
    return engine.answer(Request(query, FORMATS, **options)).read()  # type: ignore[arg-type]


def looped(work: Coroutine[None, None, Made]) -> Made:
    """Run something in an event loop, in a thread: a browser may have one in this."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


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


def running(process: int) -> bool:
    """Whether a process is there, and no zombie."""
    with suppress(OSError):
        stat = Path(f"/proc/{process}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False
