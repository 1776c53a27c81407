"""What the forms of the pictures offer: read from the graph, once for each bundle."""

from dataclasses import dataclass

from socprot import namespaces
from socprot.web.site import site


@dataclass(frozen=True)
class Choice:
    """One choice of a form.

    Attributes:
        value: as in the address: the slug of a record, or its kind and its slug.
    """

    value: str
    label: str
    group: str = ""


def of(name: str, *, kind: bool = False) -> list[Choice]:
    """The choices that a query finds."""
    found: dict[str, Choice] = {}
    for row in site().rows(f"choices-{name}"):
        iri = row["choice"].value
        value = slug(iri, kind=kind)
        group = row["group"].value if "group" in row else ""
        found.setdefault(value, Choice(value, row["label"].value, group))
    return list(found.values())


def slug(iri: str, *, kind: bool = False) -> str:
    """The name of a record as addresses give it."""
    name = iri.removeprefix(namespaces.ID)
    return name if kind else name.rpartition("/")[2]
