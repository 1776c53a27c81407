"""
A graph many times as large: what loading takes, how questions grow, what memory does.

The graph of `generate.py` is served as anybody would get it: in memory, or from disk
where it is too large. For a like comparison, the graph that it was made of is held in
the same way. Of each question this compares how its time grows with how its answer
grows, or, where it counts, what it counts; and, beside, how the peer's time grows. That
time is the processor's, of all processes of a server, which other work on the machine
disturbs least; what any answer takes is in it, and in the table. All servers have been
asked once before. Then both sizes of one take turns, and after them both of the peer:
when that reads all of a store, it leaves the caches of the machine cold for others.
Where an answer has more rows than one may have here, they are counted instead.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from statistics import median
from urllib.parse import quote

import generate
from load import distinct
from report import Line
from servers import JSON, Server, children_time, load, oxigraph, socprot

from socprot.engine import shelf

_SP = "PREFIX sp: <https://w3id.org/socprot/ns#> "
QUESTIONS = {
    "who ratified what, and when": "SELECT ?state ?what ?date { ?act a "
    "sp:Ratification ; sp:actor ?state ; sp:ratifies ?what ; sp:date ?date }",
    "who ratified one convention": "SELECT ?state ?date { ?act sp:ratifies "
    "<https://w3id.org/socprot/id/instrument/ilo-c102> ; sp:actor ?state ; "
    "sp:date ?date }",
    "observations of one state": "SELECT ?indicator ?value { ?o a "
    "sp:Observation ; sp:area <https://w3id.org/socprot/id/state/viet-nam> ; "
    "sp:indicator ?indicator ; sp:value ?value }",
    "observations by indicator": "SELECT ?indicator (COUNT(*) AS ?n) "
    "{ ?o a sp:Observation ; sp:indicator ?indicator } GROUP BY ?indicator",
    "classes": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "one record": "SELECT ?p ?o { <https://w3id.org/socprot/id/state/viet-nam> ?p ?o }",
}
_NOTHING = "SELECT * { FILTER(false) }"
_FEW, _MANY = 3, 25  # times that a question is asked
_BUDGET = 20.0  # seconds for that, of the slowest server
_STEPS, _STEP = 12, 5  # times so many seconds of load, to see what memory that takes
PATIENCE = 120  # seconds that a query may have, of any server
_LATE = 10  # more that one has to say that it has not made it
_TRIES = 2  # as often a question is asked that gets no answer in time
_BROKEN_OFF = "its answer broke off"
_START = 600  # seconds until a server that has loaded its graph answers


@dataclass(frozen=True)
class Answer:
    """What came of a question.

    Attributes:
        seconds, processor: how long it took.
        size: rows, or what they count.
        failed: why there is none, "" where there is one.
    """

    seconds: float = 0.0
    processor: float = 0.0
    size: int = 0
    failed: str = ""


def measured(data: Path, subjects: Path, folder: Path, factor: int) -> Iterator[Line]:
    """Lines of the table for a graph `factor` times as large as `data`."""
    needed = 3 * factor * data.stat().st_size
    if shutil.disk_usage(folder).free < needed:
        raise SystemExit(f"This takes {needed / 1e9:.0f} GB in {folder}.")
    large = folder / f"times-{factor}.nt"
    _tell("writing the graph")
    size = generate.write(data, factor, large)
    environment = {
        "SOCPROT_BUNDLES": str(folder / "shelves"),
        "SOCPROT_TIMEOUT": str(PATIENCE),
    }
    if shelf.is_large([large]):
        environment["SOCPROT_IN_MEMORY"] = "0"
    small, server = socprot(datasets=[data]), socprot(datasets=[large])
    small.environment = server.environment = environment
    _tell(f"loading {size:,} triples into Oxigraph")
    seconds, processor = load(large, folder / f"store-{factor}")
    load(data, folder / "store-1")
    peers = oxigraph(folder / "store-1"), oxigraph(folder / f"store-{factor}")
    try:
        _tell("loading and serving them here")
        before = children_time()
        server.start(_START + 10 * seconds)
        server.stop()
        used = children_time() - before
        yield Line(
            f"load and serve {size:,} triples",
            "triples/s",
            "oxigraph load",
            [size / server.started],
            [size / seconds],
            "ratio >= 0.6",
        )
        case = "the same, in processor time"
        mine, theirs = [size / used], [size / processor]
        yield Line(case, "triples/s", "oxigraph load", mine, theirs, "ratio >= 0.6")
        server.start(_START)
        yield Line("start again", "s", "", [server.started])
        for one in (small, *peers):
            one.start(_START)
        yield from _questions(small, server, peers)
        yield from _memory(server, subjects, peers[1])
    finally:
        for one in (server, small, *peers):
            one.stop()


def _questions(
    small: Server, server: Server, peers: Sequence[Server]
) -> Iterator[Line]:
    nothing, theirs = _asked([[server, peers[1]]], _NOTHING)
    if not nothing[0].failed:
        case, peer = "an answer without rows: processor time", peers[1].name
        yield Line(
            case, "s", peer, *([a.processor for a in t] for t in (nothing, theirs))
        )
    for name, query in QUESTIONS.items():
        _tell(f"asking: {name}")
        if _ask(server, _SP + query, 0).failed == _BROKEN_OFF:  # it has too many rows
            name = f"{name} (counted)"
            query = f"SELECT (COUNT(*) AS ?n) {{ {query} }}"
        before, after, *beside = _asked([[small, server], peers], _SP + query)
        if failed := before[0].failed or after[0].failed:
            yield Line(f"{name}: {failed}", "s", "", [float("inf")])
            continue
        grown = [after[0].size / before[0].size] * len(after)
        time_grows = _growth(before, after)
        answer = f"its answer, to {after[0].size:,}"
        case = f"{name}: its time grows"
        yield Line(case, "times", answer, time_grows, grown, "ratio <= 1.2")
        if not any(answers[0].failed for answers in beside):
            case, peer = f"{name}: its time grows, beside", peers[1].name
            yield Line(case, "times", peer, time_grows, _growth(*beside))
            mine, theirs = ([a.seconds for a in t] for t in (after, beside[1]))
            yield Line(f"{name}: time", "s", peer, mine, theirs)


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what} ...", file=sys.stderr)


def _growth(before: Sequence[Answer], after: Sequence[Answer]) -> list[float]:
    """How many times the processor time of the first each of the second takes."""
    usual = median(answer.processor for answer in before)
    return [answer.processor / usual for answer in after]


def _asked(pairs: Sequence[Sequence[Server]], query: str) -> list[list[Answer]]:
    """What each of the servers answers, several times, those of a pair in turns.

    Where one fails, what it failed with is all that there is of it.
    """
    first = [[_first(server, query) for server in pair] for pair in pairs]
    slowest = max(answer.seconds for early in first for answer in early)
    turns = max(_FEW, min(_MANY, int(_BUDGET / max(slowest, 0.001))))
    told: list[list[Answer]] = []
    for pair, early in zip(pairs, first, strict=True):
        answers = [[answer] if answer.failed else [] for answer in early]
        for turn in range(1, turns + 1):
            for server, mine in zip(pair, answers, strict=True):
                if not (mine and mine[0].failed):
                    mine.append(_ask(server, query, turn))
        told += answers
    failed = [[answer for answer in mine if answer.failed] for mine in told]
    return [bad or mine for bad, mine in zip(failed, told, strict=True)]


def _first(server: Server, query: str) -> Answer:
    """Ask until there is an answer, or twice: what it needs is in memory then."""
    answer = _ask(server, query, 0)
    for again in range(1, _TRIES):
        if not answer.failed or answer.failed == _BROKEN_OFF:
            break
        answer = _ask(server, query, -again)
    return answer


def _ask(server: Server, query: str, turn: int) -> Answer:
    """Ask something that was not asked in these words before."""
    text = quote(f"{query}\n# {time.time_ns()} {turn}", safe="")
    target = f"{server.path}?query={text}&timeout={PATIENCE}"
    used, begun = server.processor_time(), time.perf_counter()
    try:
        status, body, _ = server.fetch(target, {"Accept": JSON}, PATIENCE + _LATE)
    except IncompleteRead:
        return Answer(failed=_BROKEN_OFF)
    except (OSError, HTTPException):
        server.stop()  # or it would go on, and the next question would pay for it
        server.start(_START)
        return Answer(failed=f"no answer in {PATIENCE + _LATE} s")
    seconds, used = time.perf_counter() - begun, server.processor_time() - used
    if status != 200:
        return Answer(failed=f"refused with {status}")
    rows = json.loads(body)["results"]["bindings"]
    size = sum(int(row["n"]["value"]) if "n" in row else 1 for row in rows)
    return Answer(seconds, used, size)


def _memory(server: Server, subjects: Path, peer: Server) -> Iterator[Line]:
    """Whether a server grows with the requests that it has answered.

    Its workers do, and are replaced then, so what one moment shows is chance. Sorted,
    the least of one time is compared with the least of another, and so on.
    """
    _tell("looking at the memory")
    distinct(server, subjects, _STEP)
    early, late = _under_load(server, subjects), _under_load(server, subjects)
    case, target = "memory (PSS) under load, in the second minute", "ratio <= 1.2"
    yield Line(case, "MB", "itself, in the first", late, early, target)
    theirs = _under_load(peer, subjects)
    yield Line("memory (PSS) under load, beside", "MB", peer.name, late, theirs)


def _under_load(server: Server, subjects: Path) -> list[float]:
    """The memory that a server has in the course of a minute, from least to most."""
    found = []
    for _ in range(_STEPS):
        distinct(server, subjects, _STEP)
        found.append(server.memory()["Pss"])
    return sorted(found)
