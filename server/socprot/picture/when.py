"""When something was: a day, a month or a year, no more precisely than its source."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from socprot import dates
from socprot.namespaces import PREFIXES

Precision = Literal["day", "month", "year"]

_XSD = PREFIXES["xsd"]
_BY_LENGTH: dict[int, tuple[Precision, str]] = {
    4: ("year", _XSD + "gYear"),
    7: ("month", _XSD + "gYearMonth"),
    10: ("day", _XSD + "date"),
}


@dataclass(frozen=True)
class When:
    """The days that a date may mean."""

    first: date
    last: date
    precision: Precision
    text: str


def when(text: str) -> When | None:
    """Read `2013`, `2013-10` or `2013-10-09`; None for anything else."""
    if len(text) not in _BY_LENGTH:
        return None
    precision, datatype = _BY_LENGTH[len(text)]
    try:
        first, last = dates.interval(text, datatype)
    except ValueError:
        return None
    return When(first, last, precision, text)
