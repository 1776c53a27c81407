"""The marks of pictures: each has a colour and a shape, so that neither is needed.

The colours are dark enough on a light ground (3:1 at least) and keep apart for readers
who do not tell red from green; the style sheet has lighter ones for a dark ground.
"""

from socprot.picture import svg
from socprot.picture.svg import Element

# Blue, vermilion, green, purple, ochre, grey-blue, brown, black: after Okabe and Ito.
COLOURS = (
    "#0b66a8",
    "#b8480a",
    "#0a7f5f",
    "#9a4a86",
    "#8a6a00",
    "#44708c",
    "#7a4a2a",
    "#1b2424",
)
_RADIUS = 5.0
_PATHS = (
    "",  # a circle
    "M-4.6-4.6H4.6V4.6H-4.6Z",
    "M0-6.2 6.2 0 0 6.2-6.2 0Z",
    "M0-6 5.8 4.6H-5.8Z",
    "M0 6 5.8-4.6H-5.8Z",
    "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    "M-6-4 0 0-6 4ZM6-4 0 0 6 4Z",
    "M-5.6-1.8H5.6V1.8H-5.6Z",
)


def mark(
    number: int, x: float, y: float, *, hollow: bool = False, size: float = 1
) -> Element:
    """The mark of a series, around a place; hollow where it is less sure."""
    colour = COLOURS[number % len(COLOURS)]
    series = f"s{number % len(COLOURS)}"
    path = _PATHS[number % len(_PATHS)]
    given: dict[str, str | float | None] = {
        "class_": f"mark {series} hollow" if hollow else f"mark {series}",
        "fill": "none" if hollow else colour,
        "stroke": colour,
        "stroke_width": 1.8,
    }
    if not path:
        return svg.element("circle", cx=x, cy=y, r=_RADIUS * size, **given)
    place = f"translate({x:.2f} {y:.2f})"
    if size != 1:
        place += f" scale({size:.2f})"
    return svg.element("path", d=path, transform=place, **given)
