"""What is measured. Each function returns lines of the table."""

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

from load import distinct, repeated
from pyoxigraph import QueryResultsFormat, RdfFormat, Store
from report import Line
from servers import JSON, ROOT, Server, socprot

_ACCEPT = [f"Accept: {JSON}"]
# What a stranger may send; each runs until something stops it.
HOSTILE = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
    "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?a (!<urn:x>)+ ?c }",
    "SELECT ?a { ?a ?b ?c . ?d ?e ?f "
    'FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "q{9}$")) }',
]
# Analytical questions of another kind than the published ones.
HEAVY = {
    "classes by properties": "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } "
    "GROUP BY ?c ?p ORDER BY DESC(?n) ?c ?p",
    "links between kinds": "SELECT ?c ?d (COUNT(*) AS ?n) { ?s a ?c . ?s ?p ?o . "
    "?o a ?d FILTER(isIRI(?o)) } GROUP BY ?c ?d ORDER BY DESC(?n) ?c ?d LIMIT 50",
    "pairs that share a source": "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT "
    "?source (COUNT(*) AS ?n) { ?a dcterms:source ?source . ?b dcterms:source ?source "
    "FILTER(STR(?a) < STR(?b)) } GROUP BY ?source ORDER BY DESC(?n) ?source LIMIT 20",
}


def repeated_questions(
    ours: Server, peers: Sequence[Server], queries: Mapping[str, str], rounds: int
) -> Iterator[Line]:
    """(a) The published questions, asked again and again; the first peer is the aim."""
    for name, query in queries.items():
        target = ours.url(query).removeprefix(ours.address)
        _, _, headers = ours.fetch(target, {"Accept": JSON})
        held = [*_ACCEPT, f"If-None-Match: {headers['ETag']}"]
        rates: dict[str, list[float]] = {"": [], "304": []}
        rates |= {peer.name: [] for peer in peers}
        for _ in range(rounds):
            rates[""].append(repeated(ours, target, 1, _ACCEPT).rate)
            rates["304"].append(repeated(ours, target, 1, held).rate)
            for peer in peers:
                asked = peer.url(query).removeprefix(peer.address)
                rates[peer.name].append(repeated(peer, asked, 1, _ACCEPT).rate)
                _settled(peer)
        for peer in peers:
            theirs = rates[peer.name]
            aims = ("ratio >= 1.2", "ratio >= 1.5") if peer is peers[0] else ("", "")
            yield Line(
                f"repeated: {name}", "1/s", peer.name, rates[""], theirs, aims[0]
            )
            yield Line(f"304: {name}", "1/s", peer.name, rates["304"], theirs, aims[1])


def _settled(server: Server) -> None:
    """Wait until it rests: some go on with what nobody waits for any more."""
    end = time.monotonic() + 5
    before = server.processor_time()
    while time.monotonic() < end:
        time.sleep(0.2)
        after = server.processor_time()
        if after - before < 0.01:
            return
        before = after


def lookups(
    ours: Server,
    peers: Sequence[tuple[Server, str]],
    subjects: Path,
    rounds: int,
) -> Iterator[Line]:
    """(b) Small lookups, each different."""
    rates: dict[str, list[float]] = {}
    for _ in range(rounds):
        for server in (ours, *(peer for peer, _ in peers)):
            found = distinct(server, subjects, 2)
            rates.setdefault(server.name, []).append(found.rate)
    for peer, target in peers:
        mine, theirs = rates[ours.name], rates[peer.name]
        yield Line("distinct small lookups", "1/s", peer.name, mine, theirs, target)


def heavy(
    ours: Server, data: Path, published: Mapping[str, str], rounds: int
) -> Iterator[Line]:
    """(c) Analytical questions, for the first time, beside pyoxigraph in process."""
    store = Store()
    store.bulk_load(path=str(data), format=RdfFormat.N_QUADS)

    def alone(query: str) -> float:
        begun = time.perf_counter()
        answer = store.query(query)
        assert not isinstance(answer, bool)
        answer.serialize(format=QueryResultsFormat.JSON)  # type: ignore[union-attr]
        return time.perf_counter() - begun

    slowest = sorted(published, key=lambda name: alone(published[name]))[-3:]
    questions = {**HEAVY, **{name: published[name] for name in slowest}}
    for name, query in questions.items():
        mine, theirs = [], []
        for number in range(rounds):
            theirs.append(alone(query))
            begun = time.perf_counter()
            status, _ = ours.get(f"{query}\n# {time.time_ns()} {number}")
            mine.append(time.perf_counter() - begun)
            assert status == 200, f"{name} answers with {status}"
        peer = "pyoxigraph in process"
        yield Line(f"first time: {name}", "s", peer, mine, theirs, "ratio <= 1.2")


def pages(ours: Server, subjects: Path, rounds: int) -> Iterator[Line]:
    """(d) Record pages, first and again, and a graph as a dump."""
    iris = [iri for iri in subjects.read_text().split() if "/id/event/" in iri]
    for media_type in ("text/html", "text/turtle"):
        first = []
        for iri in iris[: 10 * rounds]:
            begun = time.perf_counter()
            ours.fetch("/doc/" + iri.partition("/id/")[2], {"Accept": media_type})
            first.append(time.perf_counter() - begun)
        cuts = [first[start::rounds] for start in range(rounds)]
        mine = [statistics.median(cut) for cut in cuts]
        yield Line(f"a record as {media_type}, first time", "s", "", mine)
        target = "/doc/" + iris[0].partition("/id/")[2]
        again = [
            repeated(ours, target, 1, [f"Accept: {media_type}"]).rate
            for _ in range(rounds)
        ]
        yield Line(f"a record as {media_type}, again", "1/s", "", again)
    for target in ("/export/all.ttl", "/export/socprot.ttl", "/graph/data"):
        status, body, _ = ours.fetch(target, {"Accept": "text/turtle"}, 60)
        if status == 200:
            taken = []
            for _ in range(rounds):
                begun = time.perf_counter()
                ours.fetch(target, {"Accept": "text/turtle"}, 60)
                taken.append(time.perf_counter() - begun)
            yield Line(f"{target} ({len(body) / 1e6:.1f} MB)", "s", "", taken)


def hostile(servers: Sequence[Server], subjects: Path, rounds: int) -> Iterator[Line]:
    """(e) Small lookups while hostile queries run, beside the quiet ones."""
    for server in servers:
        quiet = [distinct(server, subjects, 2, 4).p99 for _ in range(rounds)]
        with attacked(server):
            loud = [distinct(server, subjects, 2, 4).p99 for _ in range(rounds)]
        _settled(server)
        target = "ratio <= 5" if server is servers[0] else ""
        yield Line(
            f"p99 under attack: {server.name}",
            "s",
            "itself, quiet",
            loud,
            quiet,
            target,
        )


@contextmanager
def attacked(server: Server) -> Iterator[None]:
    """Four clients send hostile queries, each as soon as the last one ended."""
    stop = threading.Event()

    def client(query: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with suppress(OSError, HTTPException):
                server.get(f"{query}\n# {number}", timeout=12)

    for query in HOSTILE:
        threading.Thread(target=client, args=(query,), daemon=True).start()
    time.sleep(0.5)
    try:
        yield
    finally:
        stop.set()


def starts(make: Mapping[str, Server], rounds: int) -> Iterator[Line]:
    """From the start of a process to the first right answer."""
    taken: dict[str, list[float]] = {name: [] for name in make}
    for _ in range(rounds):
        for name, server in make.items():
            server.start()
            taken[name].append(server.started)
            server.stop()
    ours, *others = taken
    yield Line("start to first answer", "s", "", taken[ours], (), "value <= 1.0")
    for name in others:
        target = "ratio <= 1.0" if name.startswith("rdflib") else ""
        yield Line("start", "s", name, taken[ours], taken[name], target)


def memory(servers: Sequence[Server]) -> Iterator[Line]:
    """Of all processes, after everything above."""
    for kind in ("Pss", "Rss"):
        held = {server.name: server.memory()[kind] for server in servers}
        ours, *others = held
        target = "value <= 300" if kind == "Pss" else ""
        yield Line(f"memory ({kind.upper()})", "MB", "", [held[ours]], (), target)
        for name in others:
            mine, theirs = [held[ours]], [held[name]]
            yield Line(f"memory ({kind.upper()}) beside", "MB", name, mine, theirs)


def builds(folder: Path, rounds: int) -> Iterator[Line]:
    """A build of everything, of nothing, and of one record that changed."""
    root = folder / "root"
    for part in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(ROOT / part, root / part)
    environment = {
        **os.environ,
        "SOCPROT_ROOT": str(root),
        "SOCPROT_BUNDLES": str(folder / "bundles"),
    }
    record = root / "data" / "event" / "2015-jakarta-seminar.ttl"

    def build() -> float:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "socprot", "build"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        return time.perf_counter() - begun

    full, nothing, one = [], [], []
    server = socprot(folder / "bundles")
    server.environment = environment
    text = record.read_text(encoding="utf-8")
    for number in range(rounds):
        shutil.rmtree(folder / "bundles", ignore_errors=True)
        full.append(build())
        nothing.append(build())
        server.start()
        changed = text.replace('"over 60"', f'"over 60{number}"', 1)
        record.write_text(changed, encoding="utf-8")
        begun = time.perf_counter()
        build()
        one.append(_served(server, f"over 60{number}") - begun)
        server.stop()
        record.write_text(text, encoding="utf-8")
    yield Line("full build", "s", "", full, (), "value <= 15")
    yield Line("build of unchanged sources", "s", "", nothing, (), "value <= 0.5")
    yield Line("one record changed, until served", "s", "", one, (), "value <= 3")


def _served(server: Server, value: str) -> float:
    """Ask a running server until it knows of a value; return when it did."""
    query = f'SELECT ?s {{ ?s ?p "{value}" }}'
    while b'"value"' not in server.get(query, 30)[1]:
        time.sleep(0.02)
    return time.perf_counter()


def exports(data: Path, rounds: int) -> Iterator[Line]:
    """Everything as Turtle, beside rdflib's writer; both in process."""
    import rdflib
    from pyoxigraph import parse

    from socprot import export

    quads = list(parse(path=str(data), format=RdfFormat.N_TRIPLES))
    graph = rdflib.Graph().parse(data, format="nt")
    mine, theirs, bytes_ = [], [], set()
    for _ in range(rounds):
        begun = time.perf_counter()
        bytes_.add(export.write(quads, "turtle"))
        mine.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        graph.serialize(format="turtle")
        theirs.append(time.perf_counter() - begun)
    assert len(bytes_) == 1, "an export is the same bytes every time"
    # A rate, so that more is better.
    size = len(quads)
    yield Line(
        "everything as Turtle",
        "triples/s",
        "rdflib's writer",
        [size / seconds for seconds in mine],
        [size / seconds for seconds in theirs],
        "ratio >= 3",
    )
