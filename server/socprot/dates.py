"""
Dates as precise as their source: a day, a month or a year.

Each stands for an interval of days, so that dates of any precision can be ordered.
"""

import re
from calendar import monthrange
from datetime import date

from socprot.namespaces import PREFIXES

_XSD = PREFIXES["xsd"]
_PATTERNS = {
    _XSD + "date": re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII),
    _XSD + "gYearMonth": re.compile(r"(\d{4})-(\d\d)", re.ASCII),
    _XSD + "gYear": re.compile(r"(\d{4})", re.ASCII),
}

CALLED = {_XSD + "date": "day", _XSD + "gYearMonth": "month", _XSD + "gYear": "year"}


def is_date(datatype: str) -> bool:
    """Whether values of this datatype are dates that can be ordered here."""
    return datatype in _PATTERNS


def is_impossible(text: str, datatype: str) -> bool:
    """Whether it is a date in the right form, of a day that is in no calendar."""
    if not is_date(datatype) or not _PATTERNS[datatype].fullmatch(text):
        return False
    try:
        interval(text, datatype)
    except ValueError:
        return True
    return False


def interval(text: str, datatype: str) -> tuple[date, date]:
    """Return the first and the last day that a date may mean.

    Raises:
        ValueError: there is no such day, month or year, or it has a time zone.
    """
    match = _PATTERNS[datatype].fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an {datatype.replace(_XSD, 'xsd:')}")
    year, *rest = (int(part) for part in match.groups())
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    month, *days = rest
    if not days:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, month, days[0]), date(year, month, days[0])


def earliest(text: str, datatype: str) -> date:
    """Return the first day that a date may mean."""
    return interval(text, datatype)[0]


def latest(text: str, datatype: str) -> date:
    """Return the last day that a date may mean."""
    return interval(text, datatype)[1]
