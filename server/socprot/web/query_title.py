"""A title for a query: what its author says it asks, or else what it tells."""

import re
from pathlib import Path

from socprot.queries import Query

_REMARK = re.compile(r"\s*#+\s*(?P<said>[^\s#].*)")
_LONGEST = 200
PLAIN = "Answer to a query"


def title(query: str) -> str:
    """The summary of a query, its first remark, or plain words."""
    summary = Query(Path(), given=query).header.get("summary")
    if not summary:
        first = _REMARK.match(query)
        summary = first["said"].strip() if first else PLAIN
    return summary if len(summary) <= _LONGEST else summary[:_LONGEST] + "…"
