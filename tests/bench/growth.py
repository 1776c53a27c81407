"""
A graph many times as large: what loading takes, how questions grow, what memory does.

The graph of `generate.py` is served from disk, as a graph of that size is; for a like
comparison, so is the graph that it was made of. Of each question this compares how its
time grows with how its answer grows, or, where it counts, what it counts.
"""

import json
import statistics
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import generate
from load import distinct
from report import Line
from servers import Server, load, oxigraph, socprot

_SP = "PREFIX sp: <https://w3id.org/socprot/ns#> "
QUESTIONS = {
    "who ratified what, and when": _SP + "SELECT ?state ?what ?date { ?act a "
    "sp:Ratification ; sp:actor ?state ; sp:ratifies ?what ; sp:date ?date }",
    "observations of one state": _SP + "SELECT ?indicator ?value { ?o a "
    "sp:Observation ; sp:area <https://w3id.org/socprot/id/state/viet-nam> ; "
    "sp:indicator ?indicator ; sp:value ?value }",
    "observations by indicator": _SP + "SELECT ?indicator (COUNT(*) AS ?n) "
    "{ ?o a sp:Observation ; sp:indicator ?indicator } GROUP BY ?indicator",
    "classes": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
}
LOOKUP = "SELECT ?p ?o { <https://w3id.org/socprot/id/state/viet-nam> ?p ?o }"
_TURNS = 5


def measured(data: Path, subjects: Path, folder: Path, factor: int) -> Iterator[Line]:
    """Lines of the table for a graph `factor` times as large as `data`."""
    large = folder / f"times-{factor}.nt"
    size = generate.write(data, factor, large)
    seconds = load(large, folder / f"store-{factor}")
    shelf = {"SOCPROT_BUNDLES": str(folder / "shelves")}
    server = socprot(datasets=[large])
    server.environment = {**shelf, "SOCPROT_IN_MEMORY": "0"}
    small = socprot(datasets=[data])
    small.environment = server.environment
    peer = oxigraph(folder / f"store-{factor}")
    try:
        server.start(1800)
        yield Line(
            f"load and serve {size:,} triples",
            "triples/s",
            "oxigraph load",
            [size / server.started],
            [size / seconds],
            "ratio >= 0.6",
        )
        server.stop()
        server.start(120)
        yield Line("start again", "s", "", [server.started])
        small.start()
        peer.start()
        yield from _questions(small, server, peer)
        yield from _memory(server, subjects)
    finally:
        for one in (server, small, peer):
            one.stop()


def _questions(small: Server, server: Server, peer: Server) -> Iterator[Line]:
    for name, query in {**QUESTIONS, "one record": LOOKUP}.items():
        before, after, theirs = (_ask(one, query) for one in (small, server, peer))
        if not (before and after):
            yield Line(f"{name}: no answer in time", "s", "", [float("inf")])
            continue
        yield Line(
            f"{name}: its time grows",
            "times",
            f"its answer, to {after[1]:,}",
            [after[0] / before[0]],
            [after[1] / before[1]],
            "ratio <= 1.2",
        )
        if theirs:
            yield Line(f"{name}: time", "s", peer.name, [after[0]], [theirs[0]])


def _ask(server: Server, query: str) -> tuple[float, int] | None:
    """The median time of an answer, and its size; None where there is none."""
    times, size = [], 0
    for turn in range(_TURNS):
        begun = time.perf_counter()
        try:
            status, body = server.get(f"{query}\n# {time.time_ns()} {turn}", 60)
        except (OSError, HTTPException):
            return None
        times.append(time.perf_counter() - begun)
        if status != 200:
            return None
        rows = json.loads(body)["results"]["bindings"]
        size = sum(int(row["n"]["value"]) if "n" in row else 1 for row in rows)
    return statistics.median(times), size


def _memory(server: Server, subjects: Path) -> Iterator[Line]:
    distinct(server, subjects, 10)
    before = server.memory()["Pss"]
    distinct(server, subjects, 30)
    after = server.memory()["Pss"]
    yield Line(
        "memory (PSS) after many requests",
        "MB",
        "itself, after a quarter of them",
        [after],
        [before],
        "ratio <= 1.2",
    )
