"""Where a record is written down, and how to change it there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import metadata

from socprot.namespaces import ID, PREFIXES
from socprot.web.rows import Term

_PART_OF = PREFIXES["dcterms"] + "isPartOf"
_IN_SCHEME = PREFIXES["skos"] + "inScheme"
_TABLE = ID + "dataset/"
_SCHEME = ID + "concept-scheme/"


@dataclass(frozen=True)
class Origin:
    """A file of the repository.

    Attributes:
        file: its path.
        address: where it can be changed; nothing where no repository is known.
        table: whether the record is a row of it.
    """

    file: str
    address: str
    table: bool


def origin(name: str, said: Mapping[str, Sequence[Term]]) -> Origin:
    """Where a record is written down.

    Args:
        name: its short name.
        said: what is said about it.
    """
    kind, _, slug = name.partition("/")
    table = _below(_TABLE, said.get(_PART_OF, ()))
    scheme = _below(_SCHEME, said.get(_IN_SCHEME, ()))
    if table:
        file = f"data/table/{table}.csv"
    elif kind == "concept-scheme" or scheme == kind:
        file = (
            f"ontology/concept-scheme/{slug if kind == 'concept-scheme' else kind}.ttl"
        )
    else:
        file = f"data/{kind}/{slug.partition('/')[0]}.ttl"
    repository = _repository()
    address = f"{repository}/edit/main/{file}" if repository else ""
    return Origin(file, address, bool(table))


def _below(start: str, terms: Sequence[Term]) -> str:
    names = (t.value.removeprefix(start) for t in terms if t.value.startswith(start))
    return next(names, "")


@cache
def _repository() -> str:
    """The address of the repository, as the package states it."""
    for entry in metadata("socprot").get_all("Project-URL") or ():
        label, _, address = entry.partition(", ")
        if label.lower() in ("repository", "source"):
            return str(address).rstrip("/")
    return ""
