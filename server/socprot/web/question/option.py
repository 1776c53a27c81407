"""What may stand for a parameter of a published question: the values in the graph."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from socprot.namespaces import ID
from socprot.picture.words import words as text_in
from socprot.queries import Param
from socprot.web.frame.markup import words
from socprot.web.frame.shown import best
from socprot.web.rows import Row, Term
from socprot.web.site import site


@dataclass(frozen=True)
class Option:
    """One value that leads to an answer.

    Attributes:
        value: as an address has it: the slug, where that is enough.
        label: what people call it.
        term: the IRI or the text that it stands for.
        kind: of the record, in words; "" for text and numbers.
    """

    value: str
    label: str
    term: str
    kind: str = ""


def options(param: Param, language: str) -> Sequence[Option]:
    """The values that the graph has for a parameter, by their names in a language."""
    if not param.choices or site().engine is None:
        return ()
    found = _named(site().solutions(param.choices), language)
    if not isinstance(param.default, NamedNode):
        return [Option(value, value, value) for value in sorted(found, key=_natural)]
    made = (
        Option(short(param, iri), label, iri, _kind(iri))
        for iri, label in found.items()
    )
    return sorted(made, key=lambda option: (option.kind, option.label.casefold()))


def short(param: Param, iri: str) -> str:
    """An IRI as the address of a question may have it, as short as it can be."""
    folder, _, name = iri.rpartition("/")
    return name if folder == param.value.rpartition("/")[0] else iri


def grouped(found: Iterable[Option]) -> Mapping[str, Sequence[Option]]:
    """The options by their kind, as a form shows them."""
    groups: dict[str, list[Option]] = {}
    for option in found:
        groups.setdefault(option.kind, []).append(option)
    return groups


def _named(rows: Iterable[Row], language: str) -> dict[str, str]:
    """The best label of each value."""
    labels: dict[str, list[Term]] = {}
    for row in rows:
        if "choice" in row:
            held = labels.setdefault(row["choice"].value, [])
            held.extend(_label(row))
    return {
        value: text_in(*best(value, held, language)) or words(value)
        for value, held in labels.items()
    }


def _label(row: Row) -> Iterator[Term]:
    if "label" in row:
        yield row["label"]


def _kind(iri: str) -> str:
    """The kind of a record, from its IRI."""
    return words(iri.removeprefix(ID).partition("/")[0]) if iri.startswith(ID) else ""


def _natural(value: str) -> tuple[int, str]:
    """Numbers by their size, before text by its letters."""
    return (int(value), "") if value.lstrip("-").isdecimal() else (1 << 62, value)
