"""What the columns of an answer hold, told once above each."""

from collections.abc import Sequence
from dataclasses import dataclass

from socprot.namespaces import PREFIXES
from socprot.suggestion import shortened
from socprot.web.rows import Row, Rows, Term

_XSD = PREFIXES["xsd"]
_NUMBERS = frozenset(
    _XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")
)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: of the variable.
        hint: what all of its values are, in a word or two; nothing where they differ.
        number: whether its values are numbers.
    """

    name: str
    hint: str
    number: bool


def columns(result: Rows) -> Sequence[Column]:
    """Describe the columns of an answer."""
    return [_column(name, result.rows) for name in result.variables]


def hint(term: Term) -> str:
    """What a term is, where that is not plain to see: its language or datatype."""
    if term.kind == "bnode":
        return "blank node"
    if term.language:
        return f"@{term.language}"
    if not term.datatype or term.datatype == _XSD + "string":
        return ""
    return shortened(term.datatype).strip("<>").removeprefix("xsd:")


def _column(name: str, rows: Sequence[Row]) -> Column:
    terms = [row[name] for row in rows if name in row]
    hints = {hint(term) for term in terms}
    number = bool(terms) and all(term.datatype in _NUMBERS for term in terms)
    return Column(name, hints.pop() if len(hints) == 1 else "", number)
