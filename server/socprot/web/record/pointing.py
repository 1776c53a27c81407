"""
What points at a record: as tables where its kind has columns, and as lists otherwise.

The provisions of an instrument, the acts at an event and the ratifications of a state
are all records that point at it; kinds.toml says which columns their tables have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from socprot import directory
from socprot.namespaces import SP
from socprot.statement import iri
from socprot.web.frame.markup import words
from socprot.web.frame.shown import Shown, show
from socprot.web.kinds import LABEL as NAME
from socprot.web.kinds import Kind, kinds
from socprot.web.languages import ENGLISH
from socprot.web.record.card import LABEL, SOURCE, inverses, units, verdicts
from socprot.web.record.footnotes import Footnotes
from socprot.web.rows import Row, Term
from socprot.web.site import site

# These say where a record comes from and what it is, and make no table here.
_PLAIN = {
    iri(name).value
    for name in (
        "dcterms:source",
        "dcterms:isPartOf",
        "qb:dataSet",
        "sp:evidence",
        "sp:saidBy",
        "sp:grade",
    )
}
_REMARKS = ("skos:note", "sp:remark")  # too long for a column: a row of their own
_MOST = 400  # records that stand in tables
_SHOWN = 100  # records of one list
_OBSERVED = (str(SP.area), str(SP.indicator))

CORRECTION, QUESTION, CHECK = "correction", "open-question", "verification"


@dataclass
class Record:
    """A record that points here.

    Attributes:
        links: by which properties.
        values: what it says.
    """

    iri: str
    links: set[str] = field(default_factory=set)
    values: dict[str, list[Shown]] = field(default_factory=dict)
    notes: Sequence[int] = ()

    @property
    def kind(self) -> str:
        return directory.short(self.iri).partition("/")[0]

    @property
    def result(self) -> str:
        """What came of a verification, in a word."""
        found = self.one("sp:verificationResult")
        return found.text if found else "without a result"

    @property
    def verdict(self) -> str:
        """What a correction says before the other value."""
        found = self.one("sp:preferred")
        return verdicts().get(directory.short(found.term.value) if found else "", "")

    def one(self, name: str) -> Shown | None:
        """A value of a property."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> Sequence[Shown]:
        """The values of a property."""
        return self.values.get(iri(name).value, ())


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    record: Shown
    cells: Sequence[Sequence[Shown]]
    roles: Sequence[str]
    remarks: Sequence[Shown]
    notes: Sequence[int]


@dataclass(frozen=True)
class Table:
    """The records of one kind that point here.

    Attributes:
        heads: the columns; an empty one holds the names of the records.
        role: how they all point here, where they do so in one way.
        has_roles: whether a column says it instead.
    """

    kind: Kind
    heads: Sequence[str]
    rows: Sequence[Line]
    role: str
    has_roles: bool

    @property
    def roles(self) -> Sequence[str]:
        """How they point here, each way once, where that differs."""
        found = {role for row in self.rows for role in row.roles}
        return sorted(found) if self.has_roles else ()


@dataclass(frozen=True)
class Links:
    """The records of one kind that point here in one way."""

    title: str
    kind: str
    records: Sequence[Shown]
    count: int


@dataclass(frozen=True)
class Pointing:
    """Everything that points at a record.

    Attributes:
        ties: the acts and the qualified links, which tie it to others.
    """

    tables: Sequence[Table]
    corrections: Sequence[Record]
    questions: Sequence[Record]
    checks: Sequence[Record]
    links: Sequence[Links]
    has_observations: bool
    ties: Sequence[Record]


def pointing(thing: str, language: str, footnotes: Footnotes) -> Pointing:
    """What points at a thing."""
    rows = site().rows("links-to-record", record=thing)
    told = [row for row in rows if _is_told(row)]
    records: dict[str, Record] = {}
    for row in told:
        subject = row["subject"].value
        if subject in records or len(records) < _MOST:
            record = records.setdefault(subject, Record(subject))
            record.links.add(row["predicate"].value)
    heads = _read(records, language)
    names = _names(rows)
    by_kind: dict[str, list[Record]] = {}
    for record in records.values():
        sources = [shown.term for shown in record.values.get(SOURCE, ())]
        record.notes = footnotes.of(sources)
        by_kind.setdefault(record.kind, []).append(record)
    corrections, questions, checks = (
        by_kind.pop(kind, []) for kind in (CORRECTION, QUESTION, CHECK)
    )
    return Pointing(
        [
            _table(thing, kinds()[kind], by_kind[kind], heads, names, language)
            for kind in kinds()
            if kind in by_kind
        ],
        corrections,
        questions,
        checks,
        _links([row for row in rows if row["subject"].value not in records], language),
        any(_is_observed(row) for row in rows),
        [*by_kind.get("act", ()), *by_kind.get("link", ())],
    )


def _is_told(row: Row) -> bool:
    """Whether a record has a place in a table, or in a box of its own."""
    kind = directory.short(row["subject"].value).partition("/")[0]
    return (
        kind in kinds()
        and kind != "observation"
        and row["predicate"].value not in _PLAIN
    )


def _is_observed(row: Row) -> bool:
    return row["predicate"].value in _OBSERVED


def _names(rows: Iterable[Row]) -> Mapping[str, str]:
    """What each link is called from here."""
    own: dict[str, str] = {}
    other: dict[str, str] = {}
    for row in rows:
        inverse, name = row.get("inverseLabel"), row.get("predicateLabel")
        if inverse is not None and inverse.language in ("", ENGLISH):
            other[row["predicate"].value] = inverse.value
        elif name is not None and name.language in ("", ENGLISH):
            own.setdefault(row["predicate"].value, name.value)
    return {**own, **inverses(), **other}


def _read(records: Mapping[str, Record], language: str) -> Mapping[str, str]:
    """Read what the records say; returns what their properties are called."""
    if not records:
        return {}
    labels: dict[tuple[str, str, Term], list[Term]] = {}
    heads: dict[str, str] = {}
    for row in site().solutions(
        site().pages["linked"].render({"subject": list(records)})
    ):
        key = (row["subject"].value, row["predicate"].value, row["object"])
        found = labels.setdefault(key, [])
        if "objectLabel" in row and row["objectLabel"] not in found:
            found.append(row["objectLabel"])
        if "predicateLabel" in row:
            heads[row["predicate"].value] = row["predicateLabel"].value
    for (subject, predicate, value), found in labels.items():
        values = records[subject].values.setdefault(predicate, [])
        values.append(show(value, found, language))
    for record in records.values():
        for values in record.values.values():
            values.sort(key=lambda shown: shown.text.casefold())
    return heads


def _table(
    thing: str,
    kind: Kind,
    records: list[Record],
    heads: Mapping[str, str],
    names: Mapping[str, str],
    language: str,
) -> Table:
    columns = [
        name
        for name in kind.columns
        if name not in _REMARKS
        and (
            name == NAME
            or any(
                shown.term.value != thing
                for record in records
                for shown in record.all(name)
            )
        )
    ]
    records.sort(key=lambda record: _order(kind, record))
    among = {iri(name).value for name in kind.columns if name != NAME}
    roles = {link for record in records for link in record.links - among}
    alike = all(roles & record.links for record in records)
    has_roles = len(roles) > 1 or (len(roles) == 1 and not alike)
    return Table(
        kind,
        ["" if n == NAME else _head(iri(n).value, heads) for n in columns],
        [
            Line(
                _named(record, language),
                [[] if name == NAME else record.all(name) for name in columns],
                sorted(names.get(link, words(link)) for link in record.links & roles),
                [one for name in _REMARKS for one in record.all(name)],
                record.notes,
            )
            for record in records
        ],
        "" if has_roles else next((names.get(r, words(r)) for r in roles), ""),
        has_roles,
    )


def _head(name: str, heads: Mapping[str, str]) -> str:
    """The head of a column, with the unit of its numbers."""
    called, unit = heads.get(name) or words(name), units().get(name, "")
    return f"{called} ({unit})" if unit else called


def _named(record: Record, language: str = ENGLISH) -> Shown:
    """The record itself, under its label in the reader's language."""
    labels = [shown.term for shown in record.values.get(LABEL, ())]
    return show(Term("uri", record.iri), labels, language)


def _order(kind: Kind, record: Record) -> tuple[tuple[bool, float, str], ...]:
    """By the columns that the kind names, or by the first; numbers as numbers."""
    keys = []
    for name in (*(kind.order or kind.columns[:1]), NAME):
        shown = _named(record) if name == NAME else record.one(name)
        value = shown.term.value if shown and shown.term.kind != "uri" else ""
        text = (shown.text if shown else "").casefold()
        number = float(value) if value.isdecimal() and len(value) < 6 else 0.0
        keys.append((shown is None, number, value or text))
    return tuple(keys)


def _links(rows: Iterable[Row], language: str) -> list[Links]:
    """What is not told above: by link, and by the kind of what links here."""
    names: dict[str, str] = dict(_names(rows := list(rows)))
    found: dict[tuple[str, str], dict[str, list[Term]]] = {}
    for row in rows:
        subject = row["subject"].value
        name = directory.short(subject)
        kind = "" if name == subject else name.partition("/")[0]
        group = found.setdefault((row["predicate"].value, kind), {})
        labels = group.setdefault(subject, [])
        if "subjectLabel" in row:
            labels.append(row["subjectLabel"])
    links = []
    for (predicate, kind), group in found.items():
        shown = [show(Term("uri", s), held, language) for s, held in group.items()]
        shown.sort(key=lambda one: one.text.casefold())
        title = names.get(predicate, words(predicate))
        several = kinds()[kind].title if kind in kinds() else words(kind) or "others"
        links.append(Links(f"{several}: {title}", kind, shown[:_SHOWN], len(shown)))
    return sorted(links, key=lambda one: one.title)
