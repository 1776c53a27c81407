"""A title for a query: what its author says it asks, or else what it asks for."""

import re
from pathlib import Path

from socprot.queries import Query

_REMARK = re.compile(r"\s*#+\s*(?P<said>[^\s#].*)")
_SELECTED = re.compile(r"\bSELECT\b(?P<what>[^{]*)", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)\s*(?=$|[?$(),\s])")
_LONGEST = 200
_MANY = 4  # variables that a title names


def title(query: str) -> str:
    """The summary of a query, its first remark, or the variables that it selects."""
    said = remark(query)
    if said:
        return said
    selected = _SELECTED.search(query)
    names = _VARIABLE.findall(selected["what"]) if selected else []
    if not names:
        return "A query"
    listed = ", ".join(names[:_MANY])
    return f"A query for {listed}" + (" and more" if len(names) > _MANY else "")


def remark(query: str) -> str:
    """What the author of a query says that it asks; nothing where nothing is said."""
    said = Query(Path(), given=query).header.get("summary")
    if not said:
        first = _REMARK.match(query)
        said = first["said"].strip() if first else ""
    return said if len(said) <= _LONGEST else said[:_LONGEST] + "…"
