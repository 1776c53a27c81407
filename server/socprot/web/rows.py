"""
Read SPARQL answers for pages.

Implements the SPARQL 1.1 Query Results JSON Format
(https://www.w3.org/TR/sparql11-results-json/), the reading side.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from socprot.picture.words import words


@dataclass(frozen=True)
class Term:
    """One RDF term of an answer."""

    kind: Literal["uri", "literal", "bnode", "triple"]
    value: str
    language: str = ""
    datatype: str = ""

    def __str__(self) -> str:
        return self.value

    @property
    def words(self) -> str:
        """The value, as text that knows its language."""
        return words(self.value, self.language)


Row: TypeAlias = Mapping[str, Term]


@dataclass(frozen=True)
class Rows:
    """The answer to a SELECT; `boolean` is set instead for an ASK."""

    variables: Sequence[str]
    rows: list[Row]
    boolean: bool | None = None


def read(body: bytes) -> Rows:
    """Read a whole answer."""
    document = json.loads(body)
    if "boolean" in document:
        return Rows((), [], bool(document["boolean"]))
    bindings = document["results"]["bindings"]
    return Rows(
        document["head"].get("vars", ()),
        [{name: _term(value) for name, value in row.items()} for row in bindings],
    )


def _term(value: Mapping[str, Any]) -> Term:
    if value["type"] == "triple":  # RDF 1.2
        parts = (_term(part).value for part in value["value"].values())
        return Term("triple", "<<( " + " ".join(parts) + " )>>")
    kind: Literal["uri", "literal", "bnode"]
    match value["type"]:
        case "uri":
            kind = "uri"
        case "bnode":
            kind = "bnode"
        case _:  # older engines say "typed-literal"
            kind = "literal"
    return Term(
        kind,
        value["value"],
        value.get("xml:lang", ""),
        value.get("datatype", ""),
    )
