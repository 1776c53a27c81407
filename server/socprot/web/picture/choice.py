"""What the forms of the pictures offer: read from the graph, once for each bundle."""

from collections.abc import Iterable
from dataclasses import dataclass

from socprot import directory, namespaces
from socprot.errors import BadParameter
from socprot.picture.words import words
from socprot.suggestion import near
from socprot.web.frame.shown import best
from socprot.web.known import known
from socprot.web.site import site

_FEW = 24  # choices that an error message can list


@dataclass(frozen=True)
class Choice:
    """One choice of a form.

    Attributes:
        value: as in the address: the slug of a record, or its kind and its slug.
    """

    value: str
    label: str
    group: str = ""


def of(name: str, language: str, *, kind: bool = False) -> list[Choice]:
    """The choices that a query finds, under their names in a language."""
    found: dict[str, Choice] = {}
    for row in site().rows(f"choices-{name}"):
        iri = row["choice"].value
        value = slug(iri, kind=kind)
        group = row["group"].value if "group" in row else ""
        label = words(*best(iri, [row["label"]], language))
        found.setdefault(value, Choice(value, label, group))
    return list(found.values())


def slug(iri: str, *, kind: bool = False) -> str:
    """The name of a record as addresses give it."""
    name = iri.removeprefix(namespaces.ID)
    return name if kind else name.rpartition("/")[2]


def called(name: str, language: str) -> str:
    """What a record is called in a language, or else in English, by kind and slug."""
    entry = known().entries.get(name)
    return words(*entry.spoken(language)) if entry else name.rpartition("/")[2]


def check(what: str, value: str, held: Iterable[str]) -> None:
    """See that a value of an address is one of those that there are.

    Args:
        what: it is, in a word or a few.

    Raises:
        BadParameter: it is not; it is told which there are, or which come near.
    """
    names = list(dict.fromkeys(held))
    if value in names:
        return
    if found := near(value, names):
        hint = f"did you mean {' or '.join(found)}?"
    elif names and len(names) <= _FEW:
        hint = f"there are {', '.join(names)}."
    else:
        hint = f"the form of this page offers those that there are ({len(names):,})."
    raise BadParameter(f"There is no {what} {value!r}; {hint}")


def check_record(value: str, *kinds: str) -> None:
    """See that a value of an address names a record.

    Args:
        kinds: the one kind that it is of, where the value is a slug; otherwise the
            value is a kind and a slug, or a whole IRI.

    Raises:
        BadParameter: it does not.
    """
    held = known()
    if kinds:
        (kind,) = kinds
        entries = held.by_kind.get(kind, ())
        check(kind, value, (slug(entry.name) for entry in entries))
    else:
        check("record", directory.short(value), held.entries)
