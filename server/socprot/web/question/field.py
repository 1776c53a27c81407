"""The fields of a form that asks a published question, each as its type deserves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from socprot.errors import BadParameter
from socprot.namespaces import PREFIXES
from socprot.queries import Param
from socprot.web.question.option import Option, grouped, options, short

_XSD = PREFIXES["xsd"]
# The control of HTML for a type; anything else is text.
_CONTROLS: Mapping[str, str] = {
    _XSD + "boolean": "checkbox",
    _XSD + "date": "date",
    _XSD + "decimal": "number",
    _XSD + "double": "number",
    _XSD + "gYear": "number",
    _XSD + "gYearMonth": "month",
    _XSD + "integer": "number",
}


@dataclass(frozen=True)
class Field:
    """One control of a form.

    Attributes:
        control: "select", or the type of an <input>.
        value: what it shows; of a select, which option.
        known: whether the value is among the options.
    """

    param: Param
    control: str
    value: str
    options: Sequence[Option]
    known: bool

    @classmethod
    def of(cls, param: Param, value: str, language: str) -> "Field":
        """The field of a parameter that has a value, with options in a language."""
        found = options(param, language)
        if isinstance(param.default, NamedNode):
            value = short(param, _iri(param, value))
            control = "select" if found else "text"
        else:
            control = _CONTROLS.get(param.datatype or "", "text")
        known = any(option.value == value for option in found)
        return cls(param, control, value, found, known)

    @property
    def groups(self) -> Mapping[str, Sequence[Option]]:
        """The options by the kind of record."""
        return grouped(self.options)


def _iri(param: Param, value: str) -> str:
    """The IRI that a value in an address stands for."""
    try:
        return param.term(value).strip("<>")
    except (BadParameter, ValueError):
        return value
