"""
`make bench` -- this server and its peers, measured in one run on this machine.

Everything runs on loopback. Numbers of different runs must not be compared: the table
gives ratios of values that were taken in turns.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path

import growth
import measure
import paint
import report
import virtuoso
from agreement import compare
from report import Line
from servers import (
    PEERS,
    ROOT,
    Server,
    leave_nothing,
    load,
    oxigraph,
    rdflib_endpoint,
    socprot,
)

from socprot import bundle
from socprot.bundle import Bundle

ROUNDS = int(os.environ.get("ROUNDS", "3"))
SCALES = [int(factor) for factor in os.environ.get("SCALE", "10").split()]
ONLY_SCALE = os.environ.get("ONLY") == "scale"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="socprot-bench-") as name:
        folder = Path(name)
        used = bundle.require()
        data, subjects = folder / "data.nt", folder / "subjects.txt"
        size = _default_graph(used.graph, data)
        subjects.write_text(_subjects(data))
        fact = f"{size:,} triples in the default graph."
        if not ONLY_SCALE:
            lines, facts = run(used, data, subjects, folder)
            report.write(lines, [*facts, fact])
            report.chart(PEERS / "python")
            print(report.text())
        for factor in SCALES:
            with tempfile.TemporaryDirectory(dir=folder) as place:
                _scale(data, subjects, Path(place), factor, fact)


def _scale(data: Path, subjects: Path, folder: Path, factor: int, fact: str) -> None:
    """Measure a large graph; it has a table of its own."""
    print(f"A graph {factor} times as large ...", file=sys.stderr)
    facts = _machine()
    lines = list(growth.measured(data, subjects, folder, factor))
    facts += [f"Load on the machine after the run: {os.getloadavg()[0]:.1f}."]
    facts += [f"A query may have {growth.PATIENCE} s of any server."]
    facts += [f"{factor} times the graph, which has {fact}"]
    report.write(lines, facts, stem=f"scale-{factor}")
    print(report.text(f"scale-{factor}"))


def run(
    used: Bundle, data: Path, subjects: Path, folder: Path
) -> tuple[list[Line], list[str]]:
    from socprot import files, queries

    begun = time.monotonic()
    published = {
        name: query.text
        for name, query in queries.load(files.root() / "queries/competency").items()
    }
    load(used.graph, folder / "store")  # with its named graphs, which some ask for
    ours, fast = socprot(used.path.parent), oxigraph(folder / "store")
    slow = rdflib_endpoint(data)
    facts = _machine()
    if not shutil.which("wrk"):
        facts.append("wrk is not installed: a slower load generator took its place.")
    peers = [fast, slow]
    if virtuoso.is_installed():
        peers.append(virtuoso.virtuoso(data, folder / "virtuoso"))
        facts.append(
            f"Virtuoso: {virtuoso.version()}; it has the default graph alone, and "
            "finds none of the others where a question names one."
        )
    else:
        facts.append("Virtuoso was not measured: it is not installed.")
    peers = _started(peers, facts)
    ours.start()
    facts += _agreement(ours, peers, published)
    few = {name: published[name] for name in list(published)[2::8]}
    targets = {fast.name: "ratio >= 0.4", slow.name: "ratio >= 8"}
    lines: list[Line] = []

    def add(what: str, found: Iterable[Line]) -> None:
        print(f"{time.monotonic() - begun:4.0f} s  {what} ...", file=sys.stderr)
        try:
            lines.extend(found)
        except (
            AssertionError,
            HTTPException,
            OSError,
            RuntimeError,
            subprocess.SubprocessError,
        ) as error:
            facts.append(f"Of the {what}, not all was measured: {error!r}.")

    rapid = [peer for peer in peers if peer is not slow]
    aimed = [(peer, targets.get(peer.name, "")) for peer in peers]
    try:
        add("published questions", measure.repeated_questions(ours, rapid, few, ROUNDS))
        add("distinct lookups", measure.lookups(ours, aimed, subjects, ROUNDS))
        add("heavy questions", measure.heavy(ours, used.graph, published, ROUNDS))
        add("pages and dumps", measure.pages(ours, subjects, ROUNDS))
        add("first paints", paint.paints(ours, max(ROUNDS, 5)))
        add("hostile queries", measure.hostile([ours, *peers], subjects, ROUNDS))
        add("memory", measure.memory([ours, *rapid]))
    finally:
        for server in (ours, *peers):
            server.stop()
    again = {server.name: server for server in (ours, *peers)}
    add("starts", measure.starts(again, ROUNDS))
    add("export", measure.exports(data, ROUNDS))
    add("builds", measure.builds(folder, ROUNDS))
    facts.append(f"{ROUNDS} rounds, {time.monotonic() - begun:.0f} s in all.")
    return lines, facts


def _default_graph(graph: Path, target: Path) -> int:
    """The default graph of a bundle as N-Triples; return how many there are."""
    from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize

    quads = parse(path=str(graph), format=RdfFormat.N_QUADS)
    triples = [q.triple for q in quads if q.graph_name == DefaultGraph()]
    serialize(triples, str(target), format=RdfFormat.N_TRIPLES)
    return len(triples)


def _subjects(data: Path) -> str:
    """The IRIs of records, one a line."""
    start = "<https://w3id.org/socprot/id/"
    with data.open(encoding="utf-8") as file:
        found = {line.partition(">")[0][1:] for line in file if line.startswith(start)}
    return "".join(f"{iri}\n" for iri in sorted(found) if iri.count("/") == 6)


def _started(peers: list[Server], facts: list[str]) -> list[Server]:
    """Start what can be started; say what cannot."""
    running = []
    for peer in peers:
        try:
            if isinstance(peer, virtuoso.Virtuoso):
                peer.fill()
            running.append(peer.start())
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            facts.append(f"{error}.")
    return running


def _agreement(
    ours: Server, peers: list[Server], published: dict[str, str]
) -> list[str]:
    """Whether all give the same answers, as sentences."""
    told = []
    for name, found in compare(ours, peers, published).items():
        text = f"{name} gives the same answer to {found['same']} of {found['asked']}"
        text += " published questions"
        if found["differs"]:
            text += f"; another one to {', '.join(found['differs'])}"
        if found["none"]:
            text += f"; none within 5 s to {', '.join(found['none'])}"
        told.append(text + ".")
    return told


def _machine() -> list[str]:
    names = "granian", "pyoxigraph", "flask", "socprot"
    ours = ", ".join(f"{name} {version(name)}" for name in names)
    listed = subprocess.run(
        [PEERS / "python", "-m", "pip", "freeze", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    wanted = ("oxigraph", "rdflib", "uvicorn")
    peers = ", ".join(line for line in listed if line.startswith(wanted))
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line for line in text.splitlines() if line.startswith("model name")]
    model = models[0].partition(": ")[2] if models else platform.machine()
    return [
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors ({model}), "
        f"{platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}.",
        f"SocProt: {ours}. Peers: {peers}.",
        f"Load on the machine before the run: {os.getloadavg()[0]:.1f}.",
        "A value is the median of the rounds, with the least and the most; a ratio is "
        "the median of the ratios within a round, in which the servers take turns.",
    ]


if __name__ == "__main__":
    os.chdir(ROOT)
    leave_nothing()
    main()
