"""
The history of the graph: what each release changed, and what has changed since.

A build has no clock and a wheel no version control, so history is data. Once per
release `socprot release` writes down what became of each subject since the one before:

    data/release/2026.1.csv                 graph,name,change,sha256
    data/release/2026.1.csv-metadata.json   its day, and what the columns are (CSVW)

These ledgers and the graph of today tell which release each subject is of, and what no
release has yet. They hold checksums, no descriptions: of a subject, only what is said
today can be had.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from socprot import files, namespaces
from socprot.errors import BadParameter
from socprot.problem import Problem, refuse
from socprot.subject import WRITTEN, State, Subject

ADDED, CHANGED, REMOVED, WITHDRAWN = CHANGES = (
    "added",
    "changed",
    "removed",
    "withdrawn",
)
COLUMNS = ("graph", "name", "change", "sha256")
METADATA = "-metadata.json"
HEADER = namespaces.BASE + "ns"  # what the header of the ontology describes

_VERSION = re.compile(r"\d{4}\.\d{1,4}", re.ASCII)
_SUM = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """What last became of a subject.

    Attributes:
        change: one of CHANGES.
        sha256: of its description; "" where nothing is said of it any more.
        version: the release that brought it; "" where none has yet.
        date: the day of that release, as in ISO 8601.
    """

    subject: Subject
    change: str
    sha256: str
    version: str = ""
    date: str = ""


@dataclass(frozen=True)
class Ledger:
    """What one release changed."""

    version: str
    date: str
    entries: Sequence[Entry]


def order(version: str) -> tuple[int, ...]:
    """Where a version stands among others: 2026.10 comes after 2026.9."""
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))


def read() -> list[Ledger]:
    """Read every ledger, the oldest first.

    Raises:
        BuildFailed: some are broken, or do not follow each other in time.
    """
    ledgers: list[Ledger] = []
    problems: list[Problem] = []
    for path in files.ledgers():
        ledger, wrong = _read(path)
        ledgers.append(ledger)
        problems += wrong
    if not problems:
        ledgers.sort(key=lambda ledger: order(ledger.version))
        for before, after in pairwise(ledgers):
            if after.date < before.date:
                file = f"data/release/{after.version}.csv{METADATA}"
                message = f"It is dated before the release {before.version}."
                problems.append(_problem(file, None, message))
    if problems:
        raise refuse(problems)
    return ledgers


def history(
    ledgers: Iterable[Ledger], found: Mapping[Subject, State], day: str
) -> list[Entry]:
    """What last became of each subject that there is or was, sorted.

    Args:
        found: what is said of each subject today.
        day: on which the graph is as it is; what no release has bears this date, or
            that of the last release if it is later.
    """
    last: dict[Subject, Entry] = {}
    for ledger in ledgers:
        day = max(day, ledger.date)
        last |= {entry.subject: entry for entry in ledger.entries}
    entries = []
    for subject in sorted({*last, *found}):
        before, now = last.get(subject), found.get(subject)
        if before and before.sha256 == (now.sha256 if now else ""):
            entries.append(before)
        else:
            change = _change(before, now)
            entries.append(Entry(subject, change, now.sha256 if now else "", date=day))
    return entries


def _change(before: Entry | None, now: State | None) -> str:
    if now is None:
        return REMOVED
    if now.deprecated:
        return WITHDRAWN
    return ADDED if before is None or before.change == REMOVED else CHANGED


def unreleased(entries: Iterable[Entry]) -> list[Entry]:
    """What no release has yet."""
    return [entry for entry in entries if not entry.version]


def require_next(
    ledgers: Sequence[Ledger],
    version: str,
    day: date,
    header: Iterable[Triple],
) -> None:
    """Make sure that a version can be the next release.

    Args:
        header: what the ontology says of itself.

    Raises:
        BadParameter: it was released, it is older than what was, or the header of the
            ontology says something else.
    """
    if not _VERSION.fullmatch(version):
        raise BadParameter(f"{version!r} is no version: it is the year and a number.")
    last = ledgers[-1] if ledgers else None
    if last and order(version) <= order(last.version):
        raise BadParameter(
            f"{last.version} was released: raise the version {version} in "
            "pyproject.toml and install again."
        )
    if last and day.isoformat() < last.date:
        raise BadParameter(f"the release {last.version} is of {last.date}, later.")
    wanted = {"versionInfo": version, "versionIRI": f"{HEADER}/{version}"}
    if last:
        wanted["priorVersion"] = f"{HEADER}/{last.version}"
    said = {
        (triple.predicate.value, getattr(triple.object, "value", ""))
        for triple in header
    }
    for name, value in wanted.items():
        if (namespaces.PREFIXES["owl"] + name, value) not in said:
            raise BadParameter(
                f"ontology/ontology.ttl must say owl:{name} {value} first."
            )


def written(entries: Iterable[Entry]) -> bytes:
    """Entries as a table, with version and date: as a bundle keeps its history."""
    return _table((*COLUMNS, "version", "date"), map(_row, entries))


def parsed(content: str) -> list[Entry]:
    """Entries from such a table."""
    rows = csv.reader(io.StringIO(content))
    next(rows)
    return [Entry(Subject(row[0], row[1]), *row[2:]) for row in rows]


def ledger(version: str, day: date, entries: Iterable[Entry]) -> dict[str, bytes]:
    """The files of a release by their names: its ledger and what describes it."""
    rows = (_row(entry)[: len(COLUMNS)] for entry in entries)
    metadata = json.dumps(_metadata(version, day), indent=2).encode() + b"\n"
    name = f"{version}.csv"
    return {name: _table(COLUMNS, rows), name + METADATA: metadata}


def _row(entry: Entry) -> tuple[str, ...]:
    of = entry.subject
    return of.graph, of.name, entry.change, entry.sha256, entry.version, entry.date


def _table(header: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _metadata(version: str, day: date) -> dict[str, Any]:
    about = {
        "graph": "The graph that describes the subject.",
        "name": "The IRI of the subject, below https://w3id.org/socprot/ or whole.",
        "change": f"What became of it: {', '.join(CHANGES)}.",
        "sha256": "The SHA-256 of its description in canonical form (RDFC-1.0).",
    }
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{version}.csv",
        "dc:title": f"What release {version} changed",
        "dc:issued": day.isoformat(),
        "tableSchema": {
            "primaryKey": ["graph", "name"],
            "columns": [
                {"name": name, "titles": name, "dc:description": about[name]}
                for name in COLUMNS
            ],
        },
    }


def _read(path: Path) -> tuple[Ledger, list[Problem]]:
    """One ledger, and what is wrong with it."""
    name, version = files.name(path), path.stem
    entries: list[Entry] = []
    problems: list[Problem] = []
    if not _VERSION.fullmatch(version):
        problems.append(_problem(name, None, f"{version!r} is no version."))
    try:
        told = json.loads(path.with_name(path.name + METADATA).read_bytes())
        day = date.fromisoformat(told["dc:issued"]).isoformat()
    except (OSError, ValueError, KeyError, TypeError):
        day = ""
        problems.append(_problem(name + METADATA, None, "It does not tell the day."))
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8")), strict=True))
    except (ValueError, csv.Error) as error:
        problems.append(_problem(name, None, f"It is no CSV: {error}."))
        return Ledger(version, day, []), problems
    if tuple(rows[:1] and rows[0]) != COLUMNS:
        problems.append(_problem(name, 1, f"Its columns are not {', '.join(COLUMNS)}."))
    seen: set[Subject] = set()
    for line, row in enumerate(rows[1:], 2):
        problems += _faults(name, line, row, seen)
        if len(row) == len(COLUMNS):
            subject = Subject(row[0], row[1])
            seen.add(subject)
            entries.append(Entry(subject, row[2], row[3], version, day))
    return Ledger(version, day, entries), problems


def _faults(
    file: str, line: int, row: Sequence[str], seen: set[Subject]
) -> Iterator[Problem]:
    if len(row) != len(COLUMNS):
        yield _problem(file, line, f"It has {len(row)} values, not {len(COLUMNS)}.")
        return
    graph, name, change, sha256 = row
    if graph not in WRITTEN or not name:
        yield _problem(file, line, f"No graph {graph!r} describes {name!r}.")
    if Subject(graph, name) in seen:
        yield _problem(file, line, f"It tells of {name!r} twice.")
    if change not in CHANGES:
        yield _problem(file, line, f"{change!r} is no change: {', '.join(CHANGES)}.")
    elif not (_SUM.fullmatch(sha256) if change != REMOVED else sha256 == ""):
        yield _problem(file, line, f"{sha256!r} is no checksum of what was {change}.")


def _problem(file: str, line: int | None, message: str) -> Problem:
    remedy = "`socprot release` writes ledgers; take the file as it was written."
    return Problem(file, line, "", message, "release", remedy)
