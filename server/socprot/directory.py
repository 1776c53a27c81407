"""
The directory: what there is, under which names, when, where, and of which kinds.

It is computed once, by the build, from the queries in queries/directory/ and
queries/facet/, and kept as `directory.json` in the bundle. Lists, facets and the search
read it instead of asking the graph for five thousand records each time.

Everything here is written short: `event/2013-asean-summit-23` is a record, `sp:Act` a
class.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from socprot import files, queries
from socprot.namespaces import ID, PREFIXES, SP

FILE = "directory.json"

# Asks a query; gives the terms of each solution, in the order of its SELECT.
Ask = Callable[[str], Iterable[Sequence[Any]]]

_LABEL = PREFIXES["rdfs"] + "label"
_ACRONYM = str(SP.acronym)
_ENGLISH = "en"


@dataclass
class Entry:
    """One record or concept.

    Attributes:
        name: its short name, or the IRI where that is not one of ours.
        labels: its label in each language in which it has one.
        acronyms: the initials that it goes by.
        others: every further name: other names, titles, identifiers, misspellings.
        first: the first day on which it can have begun, as YYYY-MM-DD, or nothing.
        last: the last day on which it can have ended.
        start: where no end is known, the start as it is stated: a day, month or year.
        facets: the short names of its values by facet.
    """

    name: str
    labels: dict[str, str] = field(default_factory=dict)
    acronyms: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    start: str = ""
    facets: dict[str, list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of record, or the scheme of a concept; empty for a foreign IRI."""
        return "" if ":" in self.name else self.name.partition("/")[0]

    @property
    def year(self) -> int | None:
        """The year in which it begins, or else the one in which it ends."""
        day = self.first or self.last
        return int(day[:4]) if day else None

    def label(self, language: str = _ENGLISH) -> str:
        """The label in a language, or in English, or in any, or else the name."""
        return self.spoken(language)[0]

    def spoken(self, language: str = _ENGLISH) -> tuple[str, str]:
        """The same with the language that it is in, as far as that is told."""
        for one in (language, _ENGLISH, *self.labels):
            if one in self.labels:
                return self.labels[one], one
        return self.name.rpartition("/")[2], ""


@dataclass(frozen=True)
class Directory:
    """All entries.

    Attributes:
        facets: what each facet is called, in the order in which they are shown.
        terms: what classes and schemes are called and mean, in English.
    """

    entries: Mapping[str, Entry]
    facets: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[Entry]]:
        """The entries of each kind."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            found.setdefault(entry.kind, []).append(entry)
        return found

    @cached_property
    def by_label(self) -> Mapping[str, Sequence[str]]:
        """The names of the entries that each label belongs to, in whatever language."""
        found: dict[str, list[str]] = {}
        for entry in self.entries.values():
            for label in dict.fromkeys(entry.labels.values()):
                found.setdefault(label, []).append(entry.name)
        return found

    @property
    def languages(self) -> list[str]:
        """The languages in which something has a label, English first."""
        held = {language for one in self.entries.values() for language in one.labels}
        return [_ENGLISH, *sorted(held - {_ENGLISH, ""})]

    def label(self, name: str, language: str = _ENGLISH) -> str:
        """What a record, a concept or a class is called."""
        if name in self.entries:
            return self.entries[name].label(language)
        return self.terms[name][0] if name in self.terms else name.rpartition("/")[2]


def short(iri: str) -> str:
    """The short name of an IRI of ours; another stays as it is."""
    if iri.startswith(ID):
        return iri[len(ID) :]
    namespace = str(SP)
    return f"sp:{iri[len(namespace) :]}" if iri.startswith(namespace) else iri


def full(name: str) -> str:
    """The IRI of a short name."""
    if name.startswith("sp:"):
        return str(SP) + name.removeprefix("sp:")
    return name if ":" in name else ID + name


def compile_(ask: Ask) -> Directory:
    """Make the directory of a graph; an empty one where no queries say how."""
    held = queries.load(files.root() / "queries" / "directory")
    if not held:
        return Directory({})
    entries: dict[str, Entry] = {}
    _name(entries, ask(held["names"].text))
    for thing, name in ask(held["observed"].text):
        _entry(entries, thing).labels.setdefault(_ENGLISH, name.value)
    for thing, *dates in ask(held["days"].text):
        if (entry := entries.get(short(thing.value))) is not None:
            entry.first, entry.last, entry.start = (
                date.value if date is not None else "" for date in dates
            )
    facets = facet_queries()
    for facet, query in facets.items():
        for thing, value in ask(query.text):
            if (entry := entries.get(short(thing.value))) is not None:
                entry.facets.setdefault(facet, []).append(short(value.value))
    for entry in entries.values():
        entry.facets = {name: sorted(held) for name, held in entry.facets.items()}
    terms = {
        short(term.value): (label.value, definition.value if definition else "")
        for term, label, definition in ask(held["kinds"].text)
    }
    return Directory(
        dict(sorted(entries.items())),
        {name: query.summary for name, query in facets.items()},
        dict(sorted(terms.items())),
    )


def facet_queries() -> dict[str, queries.Query]:
    """The queries that define the facets, in the order in which they are shown."""
    held = queries.load(files.root() / "queries" / "facet")
    return dict(sorted(held.items(), key=lambda pair: int(pair[1].header["order"])))


def _entry(entries: dict[str, Entry], thing: NamedNode) -> Entry:
    name = short(thing.value)
    return entries.setdefault(name, Entry(name))


def _name(entries: dict[str, Entry], rows: Iterable[Sequence[Any]]) -> None:
    """Add every name; labels first, so that no other name takes their place."""
    held = sorted(rows, key=lambda row: (row[1].value != _LABEL, *map(str, row)))
    for thing, predicate, name in held:
        if not isinstance(thing, NamedNode) or not isinstance(name, Literal):
            continue
        entry = _entry(entries, thing)
        language = name.language or _ENGLISH
        if predicate.value == _LABEL:
            entry.labels.setdefault(language, name.value)
        elif predicate.value == _ACRONYM:
            _add(entry.acronyms, name.value)
        else:
            if language != _ENGLISH:  # a reader of it would rather see this
                entry.labels.setdefault(language, name.value)
            if name.value not in (*entry.labels.values(), *entry.acronyms):
                _add(entry.others, name.value)


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def write(directory: Directory) -> bytes:
    """Write a directory down; the same bytes always."""
    entries = [
        {key: value for key, value in vars(entry).items() if value}
        for entry in directory.entries.values()
    ]
    document = {
        "facets": list(directory.facets.items()),
        "terms": directory.terms,
        "entries": entries,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def read(path: Path) -> Directory:
    """Read what `write` wrote.

    Raises:
        OSError: there is no such file.
        ValueError: it is not a directory.
    """
    document = json.loads(path.read_bytes())
    try:
        return Directory(
            {held["name"]: Entry(**held) for held in document["entries"]},
            dict(document["facets"]),
            {name: (held[0], held[1]) for name, held in document["terms"].items()},
        )
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{path} is no directory: {error}") from error
