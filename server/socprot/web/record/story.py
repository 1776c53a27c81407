"""What led to a record and what it led to; and what was observed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from socprot import directory
from socprot.namespaces import SP
from socprot.web import days
from socprot.web.explore.selection import Selection
from socprot.web.frame.shown import Shown, show
from socprot.web.rows import Row, Term
from socprot.web.site import site

_LED = (str(SP.ledTo), str(SP.resultedFrom))


@dataclass(frozen=True)
class Step:
    """Something that came before or after."""

    record: Shown
    when: str
    kind: str


@dataclass(frozen=True)
class Story:
    """What led here, and what this led to; directly or not."""

    before: Sequence[Step]
    after: Sequence[Step]


@dataclass(frozen=True)
class Figures:
    """The observations of one indicator in one area."""

    indicator: Shown
    area: Shown
    count: int
    first: str
    last: str

    @property
    def address(self) -> str:
        """Where they are listed."""
        area = directory.short(self.area.term.value)
        facet = area.partition("/")[0]
        chosen = {"indicator": [directory.short(self.indicator.term.value)]}
        return Selection("observation", {**chosen, facet: [area]}).address()

    @property
    def chart(self) -> str:
        """Where they are drawn."""
        names = {
            name: directory.short(shown.term.value).rpartition("/")[2]
            for name, shown in (("indicator", self.indicator), ("area", self.area))
        }
        return f"/indicator/?{urlencode(names)}"


def story(thing: str, properties: Sequence[str], language: str) -> Story:
    """The story of a record; empty without a query where it has none.

    Args:
        properties: those that the record has, stated or not.
    """
    if not set(_LED) & set(properties):
        return Story((), ())
    steps: dict[str, dict[str, list[Row]]] = {"before": {}, "after": {}}
    for row in site().rows("led", record=thing):
        if row["other"].value != thing:
            way = steps[row["way"].value]
            way.setdefault(row["other"].value, []).append(row)
    return Story(
        [_step(iri, rows, language) for iri, rows in steps["before"].items()],
        [_step(iri, rows, language) for iri, rows in steps["after"].items()],
    )


def _step(iri: str, rows: Sequence[Row], language: str) -> Step:
    row = rows[0]
    labels = [one["otherLabel"] for one in rows if "otherLabel" in one]
    first, last = (row[n].value if n in row else "" for n in ("first", "last"))
    kind = row["kindLabel"].value if "kindLabel" in row else ""
    record = show(Term("uri", iri), labels, language)
    return Step(record, days.span(first, last), kind)


def figures(thing: str, language: str) -> list[Figures]:
    """What was observed of a state, a region or an indicator."""
    return [
        Figures(
            show(row["indicator"], [row["indicatorLabel"]], language),
            show(row["area"], [row["areaLabel"]], language),
            int(row["count"].value),
            row["first"].value,
            row["last"].value,
        )
        for row in site().rows("observations-of", record=thing)
    ]
