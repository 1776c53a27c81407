"""How the kinds of record are shown: see kinds.toml, which says it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from socprot.statement import iri

_FILE = Path(__file__).with_name("kinds.toml")
LABEL = "label"  # the column that holds the name of the record itself


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Attributes:
        title: what several of them are called.
        columns: the prefixed names of the properties that a table of them shows.
        order: those by which they are ordered; none for the first column.
        table: whether a list of them is a table.
    """

    name: str
    title: str
    columns: Sequence[str]
    order: Sequence[str] = ()
    table: bool = False

    def properties(self) -> Mapping[str, str]:
        """The IRI of each column that is a property."""
        return {name: iri(name).value for name in self.columns if name != LABEL}


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind, in the order in which they are shown."""
    held = _held()["kind"]
    names = [name for names in groups().values() for name in names]
    return {name: Kind(name, **held[name]) for name in names}


@cache
def ranks() -> Mapping[str, int]:
    """The rank of each kind among equal hits of a search."""
    return {kind: rank for rank, kind in enumerate(_held()["sought"])}


@cache
def groups() -> Mapping[str, Sequence[str]]:
    """The kinds of each group."""
    return {group["title"]: group["kinds"] for group in _held()["group"]}


@cache
def _held() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
