"""The sources of a page, numbered in the order in which the page first names them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from socprot import directory
from socprot.namespaces import PREFIXES
from socprot.web.frame.shown import Shown, show
from socprot.web.rows import Row, Term
from socprot.web.site import site

_MOST = 300  # sources that one page lists
_LABEL = PREFIXES["rdfs"] + "label"
_PUBLISHER = PREFIXES["dc"] + "publisher"
# How a grade is coloured; the others are plain.
_TONES = {"official": "good", "institutional": "good"}


@dataclass
class Source:
    """One source, as the list at the foot of the page has it."""

    number: int
    title: Shown
    publisher: str = ""
    published: str = ""
    address: Term | None = None
    grade: Shown | None = None

    @property
    def tone(self) -> str:
        """How its grade is coloured."""
        name = self.grade.term.value.rpartition("/")[2] if self.grade else ""
        return _TONES.get(name, "")


@dataclass
class Footnotes:
    """The numbers of the sources that a page names."""

    language: str
    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, sources: Iterable[Term]) -> Sequence[int]:
        """The numbers of some sources; those beyond the most get none."""
        found = []
        for term in sources:
            if term.value not in self.numbers and len(self.numbers) < _MOST:
                self.numbers[term.value] = len(self.numbers) + 1
            if term.value in self.numbers:
                found.append(self.numbers[term.value])
        return sorted(set(found))

    def sources(self) -> list[Source]:
        """Every source that was named, with what is known of it."""
        if not self.numbers:
            return []
        query = site().pages["sources"].render({"source": list(self.numbers)})
        by_source: dict[str, list[Row]] = {}
        for row in site().solutions(query):
            by_source.setdefault(row["source"].value, []).append(row)
        return [
            self._source(iri, number, by_source.get(iri, []))
            for iri, number in self.numbers.items()
        ]

    def _source(self, iri: str, number: int, rows: Sequence[Row]) -> Source:
        labels = [r["object"] for r in rows if r["predicate"].value == _LABEL]
        source = Source(number, show(Term("uri", iri), labels, self.language))
        for row in rows:
            value = row["object"]
            match directory.short(row["predicate"].value):
                case "sp:published":
                    source.published = Shown(value).text
                case "sp:address":
                    source.address = value
                case "sp:grade":
                    named = [row["objectLabel"]] if "objectLabel" in row else []
                    source.grade = show(value, named, self.language)
                case predicate if predicate == _PUBLISHER:
                    source.publisher = value.value
        return source
