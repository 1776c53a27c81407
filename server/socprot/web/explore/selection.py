"""
Which records of a kind are wanted: by facets, years and words; and how many there are.

A value of a facet is one way in; several values of one facet widen the choice, and
several facets narrow it. The count beside a value is what choosing it alone would give
with everything else as it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from socprot.directory import Directory, Entry
from socprot.errors import BadParameter
from socprot.search import LONGEST, fold

SORTS = {"date": "earliest first", "-date": "latest first", "label": "by name"}
_SINGLE = ("q", "from", "to", "sort", "page", "format", "lang")
_MOST_VALUES = 20


@dataclass(frozen=True)
class Selection:
    """What is asked for.

    Attributes:
        chosen: the values of each facet that is in use.
        since: the first year, if any.
        until: the last year, if any.
        words: what names must fit.
        sort: one of SORTS.
    """

    kind: str
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    words: str = ""
    sort: str = ""
    language: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether this is less than everything."""
        return bool(self.chosen or self.words or self.since or self.until)

    def address(self, **more: str | int) -> str:
        """The address of this selection, and more parameters."""
        pairs: list[tuple[str, str]] = []
        if self.words:
            pairs.append(("q", self.words))
        pairs += [(name, one) for name, held in self.chosen.items() for one in held]
        if self.since is not None:
            pairs.append(("from", str(self.since)))
        if self.until is not None:
            pairs.append(("to", str(self.until)))
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.language:
            pairs.append(("lang", self.language))
        pairs += [(name, str(value)) for name, value in more.items()]
        path = f"/doc/{self.kind}/"
        return f"{path}?{urlencode(pairs, safe='/:')}" if pairs else path

    def toggled(self, facet: str, value: str) -> "Selection":
        """The same with one value more, or without it."""
        held = list(self.chosen.get(facet, ()))
        held = [v for v in held if v != value] if value in held else [*held, value]
        chosen = {**self.chosen, facet: held}
        return replace(self, chosen={name: v for name, v in chosen.items() if v})

    def without_years(self) -> "Selection":
        """The same of all years."""
        return replace(self, since=None, until=None)

    def in_year(self, year: int) -> "Selection":
        """The same of one year."""
        return replace(self, since=year, until=year)

    def without_words(self) -> "Selection":
        """The same whatever the names."""
        return replace(self, words="")

    def sorted_by(self, sort: str) -> "Selection":
        """The same in another order."""
        return replace(self, sort=sort)


def read(kind: str, args: "MultiDict[str, str]", facets: Iterable[str]) -> Selection:
    """Read a selection out of the parameters of an address.

    Raises:
        BadParameter: one is unknown, given twice, or ill-typed.
    """
    chosen: dict[str, list[str]] = {}
    known = list(facets)
    for name, values in args.lists():
        given = list(dict.fromkeys(value for value in values if value))
        if name in known and len(given) <= _MOST_VALUES:
            if given:
                chosen[name] = given
        elif name in known:
            raise BadParameter(f"There may be {_MOST_VALUES} values of {name}=.")
        elif name not in _SINGLE:
            names = ", ".join((*known, *_SINGLE))
            raise BadParameter(f"There is no filter {name!r}; there are {names}.")
        elif len(values) > 1:
            raise BadParameter(f"There may be one {name}=, not {len(values)}.")
    sort = args.get("sort", "")
    if sort and sort not in SORTS:
        raise BadParameter(f"sort= is one of {', '.join(SORTS)}, not {sort!r}.")
    words = args.get("q", "").strip()
    if len(words) > LONGEST:
        raise BadParameter(f"q= may have {LONGEST} characters.")
    since, until = number(args, "from"), number(args, "to")
    language = args.get("lang", "")
    return Selection(kind, chosen, since, until, words, sort, language)


def number(args: "MultiDict[str, str]", name: str) -> int | None:
    """A parameter that is a number, such as a year.

    Raises:
        BadParameter: it is none.
    """
    given = args.get(name, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= 4):
        raise BadParameter(f"{name}= is a number such as 2013, not {given!r}.")
    return int(given)


@dataclass(frozen=True)
class Found:
    """The entries of a selection, in order, and what else could be chosen.

    Attributes:
        counts: of each facet, how many each value would give, the most first.
        years: how many there are of each year, whatever years are chosen.
        sort: the order, asked for or not; empty where the best fit goes first.
    """

    entries: Sequence[Entry]
    counts: Mapping[str, Sequence[tuple[str, int]]]
    years: Sequence[tuple[int, int]]
    sort: str


def select(
    directory: Directory, everything: Sequence[Entry], wanted: Selection, language: str
) -> Found:
    """Choose among the entries of a kind, in one pass over them.

    Args:
        everything: the entries of the kind that fit the words.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in directory.facets}
    years: Counter[int] = Counter()
    entries = []
    for entry in everything:
        missed = [
            facet
            for facet, values in wanted.chosen.items()
            if not set(values) & set(entry.facets.get(facet, ()))
        ]
        in_years = _in_years(entry, wanted)
        if not missed and in_years:
            entries.append(entry)
        if len(missed) > 1 or (missed and not in_years):
            continue
        # It would be there, but for at most one facet or the years.
        if not missed and entry.year is not None:
            years[entry.year] += 1
        if in_years:
            for facet in missed or directory.facets:
                counts[facet].update(entry.facets.get(facet, ()))
    sort = wanted.sort or _usual(entries, wanted)
    return Found(
        _ordered(entries, sort, language),
        {
            facet: sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))
            for facet, held in counts.items()
        },
        sorted(years.items()),
        sort,
    )


def _in_years(entry: Entry, wanted: Selection) -> bool:
    if wanted.since is None and wanted.until is None:
        return True
    year = entry.year
    return year is not None and (wanted.since or 0) <= year <= (wanted.until or 9999)


def _usual(entries: Sequence[Entry], wanted: Selection) -> str:
    """The order where none is asked for: by fitness, by date, or by name."""
    if wanted.words:
        return ""
    dated = sum(1 for entry in entries if entry.year is not None)
    return "date" if 2 * dated > len(entries) else "label"


def _ordered(entries: Sequence[Entry], sort: str, language: str) -> Sequence[Entry]:
    """The entries in an order; those without a date come last, by name."""
    if not sort:
        return entries
    by_name = sorted(entries, key=lambda entry: fold(entry.label(language)))
    if sort == "label":
        return by_name
    dated = [entry for entry in by_name if entry.year is not None]
    dated.sort(
        key=lambda entry: entry.first or entry.last, reverse=sort.startswith("-")
    )
    return [*dated, *(entry for entry in by_name if entry.year is None)]
