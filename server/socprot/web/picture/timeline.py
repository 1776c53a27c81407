"""`/timeline` -- events, texts and acts on one axis of time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, Response

from socprot import namespaces
from socprot.errors import BadParameter
from socprot.picture import timeline
from socprot.picture.timeline import Entry
from socprot.web import languages
from socprot.web.frame.markup import address
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
FRAMEWORK = "instrument/2015-regional-framework"
_NOTE = (
    "A mark is a day. A bar with round ends is a month or a year: the source does not "
    "say which day of it. What bears no date in the graph is not on a timeline."
)


@bp.get("/timeline")
@bp.get("/timeline/")
def show() -> Response:
    """What happened between two years, by kind and by what it is linked to.

    Raises:
        BadParameter: a year is not one, or there is no such kind or record.
    """
    language = languages.wanted()
    given = values("from", "to", "about", "towards", several=("kind",))
    kinds = given.get("kind", list(_USUAL))
    for kind in kinds:
        choice.check("kind", kind, KINDS)
    first = _year(given.get("from", [_FIRST])[0])
    last = _year(given.get("to", [_LAST])[0])
    if first > last:
        raise BadParameter(f"The years are from {first} to {last}: none is in between.")
    about = given.get("about", [""])[0]
    query = {
        "kinds": " ".join(kind for kind in KINDS if kind in kinds),
        "first": first,
        "last": last,
    }
    towards = given.get("towards", [""])[0]
    for name in filter(None, (about, towards)):
        choice.check_record(name)
    if towards:
        text = text_of("process", language, {"target": record(towards)})
    elif about:
        text = text_of("timeline-about", language, {**query, "about": record(about)})
    else:
        text = text_of("timeline", language, query)

    def draw(rows: Sequence[Row]) -> Figure:
        if towards:
            return _process(rows, text, given)
        title = f"What happened and what was written, {first} to {last}"
        return _figure(rows, title, text, given, (int(first), int(last)))

    return respond(
        text,
        draw,
        "picture/timeline.html",
        language,
        kinds=KINDS,
        chosen=kinds,
        first=first,
        last=last,
        about=about,
        towards=towards,
        framework=FRAMEWORK,
        abouts=lambda: choice.of("about", language, kind=True),
    )


def process(language: str, name: str = FRAMEWORK) -> Figure:
    """What led to a text, as a timeline that ends with the text itself.

    Args:
        language: of the names in it, as far as they are held in it.
        name: the kind and the slug of the text.
    """
    text = text_of("process", language, {"target": record(name)})
    return _process(asked(text), text, {"towards": [name]})


def _process(
    rows: Sequence[Row], text: str, given: Mapping[str, Sequence[str]]
) -> Figure:
    target = record(given["towards"][0])
    names = [row["label"].words for row in rows if row["record"].value == target]
    title = f"What led to: {names[0]}" if names else "What led to it"
    return _figure(rows, title, text, given, None, *names[:1])


def _figure(
    rows: Sequence[Row],
    title: str,
    text: str,
    given: Mapping[str, Sequence[str]],
    years: tuple[int, int] | None,
    named: str = "",
) -> Figure:
    entries = _entries(rows)
    first, last = years or (None, None)
    wide, narrow = drawn(
        lambda width: timeline.draw(
            entries, title, width=width, first=first, last=last, order=KINDS
        )
    )
    return Figure(wide, narrow, text, "/timeline", given, _NOTE, named)


def _entries(rows: Sequence[Row]) -> list[Entry]:
    entries = []
    for row in rows:
        start = row["start"].value if "start" in row else ""
        end = row["end"].value if "end" in row else ""
        entry = Entry(
            row["label"].words,
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


def record(name: str) -> str:
    """The IRI of a record, given its kind and slug."""
    return name if "://" in name else namespaces.ID + name
