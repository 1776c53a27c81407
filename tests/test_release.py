"""The history of the graph: what each release changed, and what nobody released yet."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest
from checkout import use
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from socprot import files, lines, namespaces, news, release, subject
from socprot.bundle import Bundle
from socprot.canonical import canonical
from socprot.errors import BadParameter, BuildFailed
from socprot.release import Entry, Ledger
from socprot.subject import State, Subject

SUM = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("one", "two")}
HOST = Subject("data", "id/body/host")
LABEL = NamedNode(namespaces.PREFIXES["rdfs"] + "label")


def states(graph: str, triples: Iterable[Triple]) -> dict[Subject, State]:
    return subject.states(sorted(lines.of(triples, graph)))


def labelled(iri: str, text: str) -> Triple:
    return Triple(NamedNode(iri), LABEL, Literal(text))


# -- descriptions and their checksums


def test_a_checksum_depends_on_what_is_said_alone() -> None:
    one = labelled(HOST.iri, "one"), labelled(HOST.iri, "two")
    there, back = (states(namespaces.DATA, triples) for triples in (one, one[::-1]))
    assert there == back
    assert list(there) == [HOST]
    other = states(namespaces.DATA, one[:1])
    assert other != there


def test_the_name_of_one_subject_may_begin_with_that_of_another() -> None:
    names = [f"{HOST.iri}{end}" for end in ("", "-2", "/a", "!", "s")]
    triples = [labelled(iri, text) for iri in names for text in ("a", "b")]
    found = states(namespaces.DATA, triples)
    assert sorted(of.iri for of in found) == sorted(names)


def test_lists_count_and_the_names_of_their_cells_do_not() -> None:
    text = "PREFIX sh: <http://www.w3.org/ns/shacl#> <a:shape> sh:in ( {} ) ."
    sums = []
    for items in ("<a:1> <a:2>", "<a:1> <a:2>", "<a:2> <a:1>"):
        quads = parse(text.format(items), RdfFormat.TURTLE)
        found = states(namespaces.SHAPES, [quad.triple for quad in quads])
        (state,) = found.values()
        sums.append(state.sha256)
    assert sums[0] == sums[1] != sums[2]


def test_every_subject_of_the_published_graph_has_its_checksum(bundle: Bundle) -> None:
    entries = release.parsed((bundle.path / "changes.csv").read_text("utf-8"))
    graphs: dict[str, list[Triple]] = {}
    for quad in parse(path=bundle.graph, format=RdfFormat.N_QUADS):
        if isinstance(quad.graph_name, NamedNode):
            graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    said = {
        (graph, iri): triples
        for graph in subject.WRITTEN
        for iri, triples in subject.descriptions(
            graphs[namespaces.GRAPH + graph]
        ).items()
    }
    held = {(e.subject.graph, e.subject.iri): e.sha256 for e in entries if e.sha256}
    assert held.keys() == said.keys()
    for key in list(said)[::50]:
        assert (
            hashlib.sha256(canonical(Quad(*triple) for triple in said[key])).hexdigest()
            == held[key]
        )
    # Nobody could tell which graph's description replaces which.
    assert len({iri for _, iri in said}) == len(said)


# -- from ledgers and today's graph to history


def ledger(version: str, day: str, *rows: tuple[str, str]) -> Ledger:
    """What became of the host."""
    entries = [Entry(HOST, change, sha, version, day) for change, sha in rows]
    return Ledger(version, day, entries)


FIRST = ledger("2026.1", "2026-03-01", ("added", SUM["one"]))
GONE = ledger("2026.2", "2026-06-01", ("removed", ""))
NOW = "2026-07-01"


@pytest.mark.parametrize(
    ("ledgers", "found", "expected"),
    [
        ([], State(SUM["one"]), ("added", SUM["one"], "", NOW)),
        (
            [FIRST],
            State(SUM["one"]),
            ("added", SUM["one"], "2026.1", "2026-03-01"),
        ),
        ([FIRST], State(SUM["two"]), ("changed", SUM["two"], "", NOW)),
        ([FIRST], State(SUM["two"], True), ("withdrawn", SUM["two"], "", NOW)),
        ([FIRST], None, ("removed", "", "", NOW)),
        ([FIRST, GONE], None, ("removed", "", "2026.2", "2026-06-01")),
        ([FIRST, GONE], State(SUM["one"]), ("added", SUM["one"], "", NOW)),
    ],
    ids=["new", "same", "changed", "withdrawn", "removed", "gone", "returned"],
)
def test_what_became_of_a_subject(
    ledgers: list[Ledger], found: State | None, expected: tuple[str, ...]
) -> None:
    today = {HOST: found} if found else {}
    (entry,) = release.history(ledgers, today, NOW)
    assert (entry.change, entry.sha256, entry.version, entry.date) == expected


def test_nothing_is_dated_before_the_last_release() -> None:
    (entry,) = release.history([FIRST, GONE], {HOST: State(SUM["one"])}, "2026-04-01")
    assert entry.date == "2026-06-01"


def test_a_history_is_read_as_it_was_written() -> None:
    odd = Entry(Subject("ontology", 'urn:a,"b"'), "changed", SUM["one"], "", NOW)
    entries = [*FIRST.entries, odd]
    assert release.parsed(release.written(entries).decode()) == entries


def test_the_notes_count_what_is_new() -> None:
    fresh = Entry(Subject("ontology", "ns#Event"), "changed", SUM["one"], "", NOW)
    entries = [*FIRST.entries, fresh]
    assert news.fresh(entries) == [fresh]
    assert news.notes([fresh], "2026.1") == "Changes since 2026.1. Terms: 1 changed."
    assert news.fresh(FIRST.entries) == FIRST.entries
    assert news.notes(FIRST.entries, "") == "The first version. Records: 1 added."
    assert release.order("2026.10") > release.order("2026.9")


# -- ledgers on disk


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return use(tmp_path, monkeypatch)


def put(root: Path, version: str, day: str, entries: list[Entry]) -> Path:
    folder = root / "data" / "release"
    folder.mkdir(exist_ok=True)
    ready = release.ledger(version, date.fromisoformat(day), entries)
    for name, content in ready.items():
        (folder / name).write_bytes(content)
    return folder / f"{version}.csv"


def test_ledgers_are_read_in_the_order_of_versions(root: Path) -> None:
    assert release.read() == []
    for number in ("2026.10", "2026.9"):
        put(root, number, "2026-03-01", list(FIRST.entries))
    assert [one.version for one in release.read()] == ["2026.9", "2026.10"]
    (entry,) = release.read()[0].entries
    assert entry == Entry(HOST, "added", SUM["one"], "2026.9", "2026-03-01")


def test_a_ledger_is_described_as_csvw(root: Path) -> None:
    path = put(root, "2026.1", "2026-03-01", list(FIRST.entries))
    told = json.loads(path.with_name(path.name + release.METADATA).read_bytes())
    columns = [column["name"] for column in told["tableSchema"]["columns"]]
    assert columns == path.read_text().splitlines()[0].split(",")
    assert told["url"] == path.name


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_text(path.read_text().replace(old, new))

    return change


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "version": (lambda path: path.rename(path.with_name("last.csv")), "no version"),
    "columns": (replaced("graph,name", "name,graph"), "columns are not"),
    "graph": (replaced("data,id", "inferred,id"), "No graph 'inferred'"),
    "change": (replaced(",added,", ",new,"), "'new' is no change"),
    "checksum": (replaced(SUM["one"], "abc"), "'abc' is no checksum"),
    "removed": (replaced(",added,", ",removed,"), "is no checksum of what was removed"),
    "values": (replaced(",added", ""), "It has 3 values, not 4"),
    "quotes": (lambda path: path.write_text('"a"b'), "no CSV"),
    "bytes": (lambda path: path.write_bytes(b"\xff"), "no CSV"),
    "twice": (
        lambda path: path.write_text(path.read_text() + path.read_text().split()[1]),
        "twice",
    ),
    "day": (
        lambda path: path.with_name(path.name + release.METADATA).write_text("{}"),
        "does not tell the day",
    ),
    "time": (
        lambda path: put(path.parents[2], "2026.2", "2026-02-01", []),
        "dated before the release 2026.1",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ledger_is_refused(root: Path, name: str) -> None:
    path = put(root, "2026.1", "2026-03-01", list(FIRST.entries))
    spoil, told = BROKEN[name]
    spoil(path)
    with pytest.raises(BuildFailed, match=told) as caught:
        release.read()
    assert "data/release/" in str(caught.value)


# -- releasing

HEADER = """PREFIX owl: <http://www.w3.org/2002/07/owl#>

<https://w3id.org/socprot/ns>
    a owl:Ontology ;
    owl:versionIRI <https://w3id.org/socprot/ns/2026.1> ;
    owl:versionInfo "2026.1" ;
.
"""


def test_a_version_is_released_once_and_in_order() -> None:
    quads = parse(HEADER, RdfFormat.TURTLE)
    header = [quad.triple for quad in quads]
    day = date(2026, 3, 1)
    release.require_next([], "2026.1", day, header)
    older = ledger("2025.9", "2025-01-01")
    for ledgers, number, on, told in (
        ([FIRST], "2026.1", day, "raise the version"),
        ([ledger("2027.1", "2026-01-01")], "2026.1", day, "raise the version"),
        ([ledger("2025.9", "2026-04-01")], "2026.1", day, "is of 2026-04-01"),
        ([], "2026.2", day, "must say owl:versionInfo 2026.2"),
        ([], "2026", day, "no version"),
        ([older], "2026.1", day, "must say owl:priorVersion .*/ns/2025.9"),
    ):
        with pytest.raises(BadParameter, match=told):
            release.require_next(ledgers, number, on, header)


def test_the_command_writes_a_ledger_that_the_build_reads(root: Path) -> None:
    (root / "ontology" / "ontology.ttl").write_text(HEADER)
    told = socprot("release", "--date", "2026-03-01", "--dry-run")
    assert told.stdout.startswith("2026.1: The first version. Records: ")
    assert not files.ledgers()
    told = socprot("release", "--date", "2026-03-01")
    assert told.stdout.splitlines()[1:] == [
        "data/release/2026.1.csv",
        "data/release/2026.1.csv-metadata.json",
    ]
    assert [(one.version, one.date) for one in release.read()] == [
        ("2026.1", "2026-03-01")
    ]
    assert socprot("build").returncode == 0
    history = (root.parent / "bundles" / "current" / "changes.csv").read_text()
    entries = release.parsed(history)
    assert entries
    assert not release.unreleased(entries)
    again = socprot("release")
    assert again.returncode == 1
    assert "2026.1 was released" in again.stderr


def socprot(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "socprot", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_header_of_the_ontology_says_the_version() -> None:
    """Whoever raises the version of the software raises that of the ontology."""
    text = (files.root() / "ontology" / "ontology.ttl").read_text("utf-8")
    assert f'owl:versionInfo "{version("socprot")}"' in text
    assert f"owl:versionIRI <{namespaces.BASE}ns/{version('socprot')}>" in text
