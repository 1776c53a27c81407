"""A list as its page shows it: facets, the years, and the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from socprot import directory
from socprot.directory import Directory, Entry
from socprot.picture.words import words as spoken
from socprot.web import days
from socprot.web.explore.selection import Found, Selection
from socprot.web.frame.markup import words
from socprot.web.kinds import LABEL, Kind
from socprot.web.known import in_path
from socprot.web.languages import ENGLISH
from socprot.web.rows import Row

_SHOWN = 8  # values of a facet, before "more"
_MOST = 200  # values of a facet at all
_TALLEST = 40  # of a bar
_WIDEST = 12  # of a bar with the gap beside it


@dataclass(frozen=True)
class Value:
    """One value of a facet; `address` chooses it, or takes it away again."""

    label: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow a list."""

    name: str
    title: str
    values: Sequence[Value]

    @property
    def first(self) -> Sequence[Value]:
        """Those that are shown at once: the chosen ones are among them."""
        chosen = [value for value in self.values if value.is_chosen]
        others = [value for value in self.values if not value.is_chosen]
        return [*chosen, *others][: max(_SHOWN, len(chosen))]

    @property
    def more(self) -> Sequence[Value]:
        """The others."""
        first = set(self.first)
        return [value for value in self.values if value not in first]


@dataclass(frozen=True)
class Bar:
    """One year of a histogram."""

    year: int
    count: int
    address: str
    left: int
    height: int
    is_chosen: bool


@dataclass(frozen=True)
class Item:
    """One record of a list.

    Attributes:
        language: that of the label, if it is not English.
        meta: what it is, when and where.
    """

    path: str
    label: str
    language: str
    acronym: str
    meta: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Records with their columns.

    Attributes:
        heads: what the columns are called.
        rows: the path and the label of each record, and its values.
    """

    heads: Sequence[str]
    rows: Sequence[tuple[Item, Sequence[str]]]


def facet_views(
    held: Directory, wanted: Selection, found: Found, language: str
) -> list[Facet]:
    """The facets that can narrow this list further, or do so already."""
    views = []
    for name, title in held.facets.items():
        chosen = wanted.chosen.get(name, ())
        counts = dict(found.counts.get(name, ())[:_MOST])
        if not chosen and (not counts or set(counts.values()) == {len(found.entries)}):
            continue
        for value in chosen:
            counts.setdefault(value, 0)
        values = [
            Value(
                _called(held, value, language),
                count,
                wanted.toggled(name, value).address(),
                value in chosen,
            )
            for value, count in counts.items()
        ]
        views.append(Facet(name, title, values))
    return views


def bars(wanted: Selection, years: Sequence[tuple[int, int]]) -> list[Bar]:
    """The years as bars, from the first to the last, with gaps where there is none."""
    if len(years) < 3:
        return []
    first, most = years[0][0], max(count for _, count in years)
    since, until = wanted.since or 0, wanted.until or 9999
    narrowed = wanted.since is not None or wanted.until is not None
    return [
        Bar(
            year,
            count,
            wanted.in_year(year).address(),
            (year - first) * _WIDEST,
            max(3, round(_TALLEST * count / most)),
            narrowed and since <= year <= until,
        )
        for year, count in years
    ]


def _called(held: Directory, name: str, language: str) -> str:
    """What a record, a concept or a class is called; it knows its language."""
    entry = held.entries.get(name)
    return spoken(*entry.spoken(language)) if entry else held.label(name)


def items(held: Directory, entries: Sequence[Entry], language: str) -> list[Item]:
    """The records of a list."""
    return [item(held, entry, language) for entry in entries]


def item(held: Directory, entry: Entry, language: str) -> Item:
    """One record of a list, or one hit of a search."""
    meta = [_called(held, one, language) for one in entry.facets.get("type", ())[:2]]
    meta.append(days.span(entry.first, entry.last, entry.start))
    where = entry.facets.get("place") or entry.facets.get("state") or []
    if len(where) <= 2:
        meta += [_called(held, one, language) for one in where]
    label, tongue = entry.spoken(language)
    return Item(
        path(entry.name),
        label,
        "" if tongue == ENGLISH else tongue,
        entry.acronyms[0] if entry.acronyms else "",
        [text for text in meta if text],
    )


def path(name: str) -> str:
    """Where a record is described; for a foreign IRI, the question that tells."""
    if ":" in name:
        return "/sparql?" + urlencode({"query": f"DESCRIBE <{name}>"})
    return "/id/" + in_path(name)


def table(
    kind: Kind, entries: Sequence[Entry], rows: Sequence[Row], language: str
) -> Table:
    """The records of one page, with the columns that the query behind it gives."""
    by_name = {directory.short(row["record"].value): row for row in rows}
    names = [name.partition(":")[2] for name in kind.columns if name != LABEL]
    shown = [(entry, by_name.get(entry.name, {})) for entry in entries]
    # A column that repeats the names of the records tells nothing.
    held = [
        name
        for name in names
        if any(_said(row, name) not in entry.label() for entry, row in shown)
    ]
    empty = Directory({})
    return Table(
        [words(name) for name in held],
        [
            (item(empty, entry, language), [_said(row, name) for name in held])
            for entry, row in shown
        ],
    )


def _said(row: Row, name: str) -> str:
    term = row.get(name)
    return days.said(term) if term else ""
