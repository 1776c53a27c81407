"""`/timeline` -- events, texts and acts on one axis of time."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response

from socprot import namespaces
from socprot.errors import BadParameter
from socprot.picture import timeline
from socprot.picture.timeline import Entry
from socprot.web.markup import address
from socprot.web.picture import choice
from socprot.web.picture.figure import (
    Figure,
    asked,
    drawn,
    respond,
    text_of,
    values,
)
from socprot.web.rows import Row

bp = Blueprint("timeline", __name__)

KINDS = ("event", "instrument", "document", "act")
_USUAL = ("event", "instrument", "document")
_FIRST, _LAST = "2011", "2015"
FRAMEWORK = namespaces.ID + "instrument/2015-regional-framework"


@bp.get("/timeline")
@bp.get("/timeline/")
def show() -> Response:
    """What happened between two years, by kind and by what it is linked to.

    Raises:
        BadParameter: a year is not one, or there is no such kind.
    """
    given = values("from", "to", "about", several=("kind",))
    kinds = given.get("kind", list(_USUAL))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise BadParameter(
            f"There is no kind {unknown[0]!r}; the kinds are {', '.join(KINDS)}."
        )
    first = _year(given.get("from", [_FIRST])[0])
    last = _year(given.get("to", [_LAST])[0])
    about = given.get("about", [""])[0]
    query = {
        "kinds": " ".join(kind for kind in KINDS if kind in kinds),
        "first": first,
        "last": last,
    }
    if about:
        text = text_of("timeline-about", {**query, "about": _iri(about)})
    else:
        text = text_of("timeline", query)

    def draw(rows: Sequence[Row]) -> Figure:
        entries = _entries(rows)
        wide, narrow = drawn(
            lambda width: timeline.draw(
                entries,
                f"What happened and what was written, {first} to {last}",
                width=width,
                first=int(first),
                last=int(last),
                order=KINDS,
            )
        )
        return Figure(wide, narrow, text, "/timeline", given, _NOTE)

    return respond(
        text,
        draw,
        "picture/timeline.html",
        kinds=KINDS,
        chosen=kinds,
        first=first,
        last=last,
        about=about,
        abouts=lambda: choice.of("about", kind=True),
    )


_NOTE = "What bears no date in the graph is not on a timeline."


def process(target: str = FRAMEWORK) -> Figure:
    """What led to a text, as a timeline; the text itself ends it."""
    text = text_of("process", {"target": target})
    entries = _entries(asked(text))
    wide, narrow = drawn(
        lambda width: timeline.draw(
            entries, "What led to it, in order", width=width, order=KINDS
        )
    )
    return Figure(wide, narrow, text, "/process", {"target": [target]})


def _entries(rows: Sequence[Row]) -> list[Entry]:
    entries = []
    for row in rows:
        start = row["start"].value if "start" in row else ""
        end = row["end"].value if "end" in row else ""
        entry = Entry(
            row["label"].value,
            start,
            "" if end == start else end,
            row["kind"].value,
            address(row["record"].value),
            row["what"].value if "what" in row else "",
        )
        if "basis" in row and row["basis"].value == "implied":
            entry = replace(entry, implied=True)
        entries.append(entry)
    return entries


def _year(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadParameter(f"A year has four digits, such as 2013; {text!r} has not.")
    return text


def _iri(name: str) -> str:
    """The IRI of a record, given its kind and slug."""
    return name if "://" in name else namespaces.ID + name
