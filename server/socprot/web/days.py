"""Dates as people write them, exactly as precise as they are known."""

import re
from calendar import monthrange

from socprot.namespaces import PREFIXES
from socprot.web.rows import Term

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_TO = "\u2013"  # an en dash
_XSD = PREFIXES["xsd"]
_FORMS = {
    _XSD + "date": re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII),
    _XSD + "gYearMonth": re.compile(r"(\d{4})-(\d\d)", re.ASCII),
}


def said(term: Term) -> str:
    """A literal as text; a date as "9 October 2013" or "May 2012"."""
    form = _FORMS.get(term.datatype)
    match = form.fullmatch(term.value) if form else None
    if match is None or not 1 <= int(match[2]) <= 12:
        return term.value
    day = f"{int(match[3])} " if match.re.groups == 3 else ""
    return f"{day}{_MONTHS[int(match[2]) - 1]} {match[1]}"


def span(first: str, last: str, start: str = "") -> str:
    """The days of a directory as a date: "25-26 November 2015", "May 2012", "2014".

    What begins on the first day of a year or month and ends on the last is known to the
    year or month; so a directory writes what its sources give no more precisely.
    """
    if not first or not last:
        begun = start or first
        return f"from {_day(begun)}" if begun else f"until {_day(last)}" if last else ""
    if first == last:
        return _day(first)
    (y1, m1, d1), (y2, m2, d2) = first.split("-"), last.split("-")
    if (m1, d1, m2, d2) == ("01", "01", "12", "31"):
        return y1 if y1 == y2 else f"{y1}{_TO}{y2}"
    if d1 == "01" and _is_last(y2, m2, d2):
        until = f"{_MONTHS[int(m2) - 1]} {y2}"
        return until if (y1, m1) == (y2, m2) else f"{_day(first)[2:]} {_TO} {until}"
    if (y1, m1) == (y2, m2):
        return f"{int(d1)}{_TO}{_day(last)}"
    begun = f"{int(d1)} {_MONTHS[int(m1) - 1]}"
    return f"{begun if y1 == y2 else _day(first)} {_TO} {_day(last)}"


def _day(day: str) -> str:
    datatype = {4: "gYear", 7: "gYearMonth"}.get(len(day), "date")
    return said(Term("literal", day, datatype=_XSD + datatype))


def _is_last(year: str, month: str, day: str) -> bool:
    return monthrange(int(year), int(month))[1] == int(day)
