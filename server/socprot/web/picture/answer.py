"""The answer to any query as a picture, where its columns allow it."""

from collections.abc import Mapping

from markupsafe import Markup

from socprot.picture import NARROW, WIDE, Picture, view
from socprot.picture.view import Known, View
from socprot.web.frame.markup import address
from socprot.web.picture.figure import drawings
from socprot.web.rows import Rows
from socprot.web.site import site


def possible(result: Rows) -> list[View]:
    """The ways in which an answer can be drawn, the table apart."""
    return view.possible(result.variables, result.rows, _states())


def draw(wanted: View, result: Rows, title: str) -> tuple[Picture, Markup] | None:
    """Draw an answer: the picture, and the markup of both its drawings.

    None where its columns do not allow this view.
    """
    known = Known(_states(), address)
    pictures: list[Picture] = []
    for width in (WIDE, NARROW):
        one = view.draw(
            wanted, result.variables, result.rows, known, title, width=width
        )
        if one is None:
            return None
        pictures.append(one)
    return pictures[0], drawings(*pictures)


def _states() -> Mapping[str, str]:
    """The code of each member state, by its IRI and its names."""
    found: dict[str, str] = {}
    for row in site().rows("states"):
        code = row["iso3"].value
        found[row["state"].value] = code
        found[row["label"].value] = code
    return found
