"""
A map of the member states of ASEAN, each in the shade of what is known of it.

What was not seen is hatched: it is neither a zero nor a no. States too small to be seen
have a ring. On a narrow screen the states have numbers, and a list below names them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from socprot.picture import WIDE, Picture, Table, svg
from socprot.picture.lettering import bold, wrap
from socprot.picture.lettering import width as wide
from socprot.picture.outline import EAST, NORTH, SOUTH, SPOTS, WEST, rings
from socprot.picture.svg import Element

NOTE = "Borders as drawn by Natural Earth; they express no opinion."

Style = Literal["level1", "level2", "level3", "level4", "level5", "no", "part", "gap"]

# Light to dark for little to much; warm for a stated no; hatched for what is not known.
_FILLS: Mapping[Style, str] = {
    "level1": "#cfe6e6",
    "level2": "#9dcbce",
    "level3": "#61a7ae",
    "level4": "#2d7f8b",
    "level5": "#0b5563",
    "no": "#eab48a",
    "part": "#b9a6d3",
    "gap": "#e4e7e6",
}
_SIZE = 12.5
_SMALL = 11.5
_LINE = 15.0
_NEXT = 13.5
_EDGE = 14.0


@dataclass(frozen=True)
class Shade:
    """A shade, and what it means."""

    key: str
    words: str
    style: Style


@dataclass(frozen=True)
class Area:
    """What is known of a state.

    Attributes:
        iso3: its ISO 3166 code.
        value: the words beside its name.
        shade: the key of its shade.
        note: what else the table tells.
    """

    iso3: str
    label: str
    value: str
    shade: str
    address: str | None = None
    note: str = ""


def draw(
    areas: Sequence[Area],
    shades: Sequence[Shade],
    title: str,
    *,
    width: int = WIDE,
) -> Picture:
    """Draw the states that the outline has; the table has the others too."""
    placed = [area for area in areas if area.iso3 in SPOTS]
    narrow = width < 600
    styles = {shade.key: shade.style for shade in shades}
    scale = (width - 2 * _EDGE) / (EAST - WEST)
    tall = (NORTH - SOUTH) * scale
    ground = _Ground(scale, narrow)
    drawn = [_hatching(width), ground.land()]
    drawn += [
        ground.state(area, styles.get(area.shade, "gap"), width) for area in placed
    ]
    for number, area in enumerate(placed, 1):
        drawn.append(ground.number(area, number) if narrow else ground.label(area))
    height = _EDGE + tall + 8
    used = [shade for shade in shades if any(a.shade == shade.key for a in placed)]
    if narrow:
        legend, height = _legend(used, _EDGE, height, width)
        listed, height = _list(placed, styles, height + 8, width)
        drawn += [*legend, *listed]
    else:
        legend, _ = _legend(used, width - 300, _EDGE + 6, width)
        drawn += legend
    lines = wrap(NOTE, width - 2 * _EDGE, _SMALL, 2)
    drawn += svg.lines(lines, _EDGE, height + 12, _SMALL, class_="pale", fill="#526060")
    height += 14 * len(lines) + _EDGE
    description = _describe(placed, shades)
    return Picture(
        svg.drawing(
            drawn,
            width,
            height,
            title,
            description,
            linked=any(area.address for area in placed),
        ),
        title,
        description,
        width,
        round(height),
        Table(
            ("state", "value", "shown as", "note"),
            [
                (
                    area.label,
                    area.value,
                    next((s.words for s in shades if s.key == area.shade), ""),
                    area.note,
                )
                for area in areas
            ],
        ),
        len(areas) - len(placed),
    )


@dataclass(frozen=True)
class _Ground:
    """Where degrees are on the drawing."""

    scale: float
    narrow: bool

    def x(self, east: float) -> float:
        return _EDGE + (east - WEST) * self.scale

    def y(self, north: float) -> float:
        return _EDGE + (NORTH - north) * self.scale

    def land(self) -> Element:
        return svg.element(
            "path",
            class_="land",
            d=_path("", self.scale),
            fill="#eceeec",
            transform=f"translate({_EDGE} {_EDGE})",
        )

    def state(self, area: Area, style: Style, width: int) -> Element:
        spot = SPOTS[area.iso3]
        words = f"{area.label}: {area.value}"
        fill = f"url(#hatch{width})" if style == "gap" else _FILLS[style]
        shape = {"class_": f"area {style}", "fill": fill, "stroke": "#5b6b69"}
        parts = [
            svg.title(words),
            svg.element(
                "path",
                d=_path(area.iso3, self.scale),
                transform=f"translate({_EDGE} {_EDGE})",
                stroke_width=0.7,
                stroke_linejoin="round",
                **shape,
            ),
        ]
        if spot.tiny:
            east, north = spot.within
            parts.append(
                svg.element(
                    "circle",
                    cx=self.x(east),
                    cy=self.y(north),
                    r=6 if self.narrow else 8,
                    stroke_width=1.5,
                    **shape,
                )
            )
        return svg.link(area.address, parts, words)

    def label(self, area: Area) -> Element:
        """The name and the value, with a line to the state where they are beside it."""
        spot = SPOTS[area.iso3]
        x, y = self.x(spot.label[0]), self.y(spot.label[1])
        names = wrap(area.label, spot.room, bold(_SIZE), 3)
        values = wrap(area.value, spot.room, _SMALL, 3)
        across = max(
            *(wide(line, bold(_SIZE)) for line in names),
            *(wide(v, _SMALL) for v in values),
        )
        down = len(names) * _LINE + len(values) * _NEXT + 4
        left = x - across / 2 if spot.inside else x
        top = y - down / 2
        drawn: list[Element] = []
        if not spot.inside:
            east, north = (self.x(spot.within[0]), self.y(spot.within[1]))
            drawn.append(
                svg.element(
                    "line",
                    class_="leader",
                    x1=east,
                    y1=north,
                    x2=min(max(east, left - 4), left + across),
                    y2=min(max(north, top), top + down),
                    stroke="#5b6b69",
                )
            )
        plate = svg.element(
            "rect",
            class_="plate",
            x=left - 4,
            y=top,
            width=across + 8,
            height=down,
            rx=4,
            fill="#fcfcfa",
            fill_opacity=0.86,
        )
        anchor = "middle" if spot.inside else "start"
        drawn += [
            plate,
            *svg.lines(
                names,
                x,
                top + 13,
                _SIZE,
                _LINE / _SIZE,
                text_anchor=anchor,
                font_weight=600,
            ),
            *svg.lines(
                values,
                x,
                top + len(names) * _LINE + 12,
                _SMALL,
                _NEXT / _SMALL,
                text_anchor=anchor,
            ),
        ]
        return svg.group(drawn, class_="label", aria_hidden="true")

    def number(self, area: Area, number: int) -> Element:
        spot = SPOTS[area.iso3]
        east, north = spot.within
        x, y = self.x(east), self.y(north)
        if spot.tiny:
            x, y = x + 9, y - 6
        return svg.text(
            str(number),
            x,
            y + 4,
            11,
            class_="ink halo",
            font_weight=600,
            text_anchor="start" if spot.tiny else "middle",
            stroke="#fcfcfa",
            stroke_width=3,
            paint_order="stroke",
        )


@lru_cache(maxsize=64)
def _path(iso3: str, scale: float) -> str:
    """The outline of a state as path data, in tenths of a unit."""
    parts = []
    for ring in rings().get(iso3, ()):
        points: list[str] = []
        for east, north in ring[:-1]:
            x, y = (east - WEST) * scale, (NORTH - north) * scale
            point = f"{x:.1f} {y:.1f}"
            if not points or points[-1] != point:
                points.append(point)
        parts.append("M" + "L".join(points) + "Z")
    return "".join(parts)


def _hatching(width: int) -> Element:
    """The pattern of what is not known; its name tells two drawings of a page apart."""
    return svg.element(
        "defs",
        svg.element(
            "pattern",
            svg.element("rect", class_="gap", width=7, height=7, fill="#eef0ef"),
            svg.element(
                "path",
                class_="hatch",
                d="M0 0V7",
                stroke="#8b9a97",
                stroke_width=2.4,
            ),
            id=f"hatch{width}",
            width=7,
            height=7,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def _swatch(style: Style, x: float, y: float, width: int) -> Element:
    return svg.element(
        "rect",
        class_=f"area {style}",
        x=x,
        y=y,
        width=16,
        height=12,
        fill=f"url(#hatch{width})" if style == "gap" else _FILLS[style],
        stroke="#5b6b69",
        stroke_width=0.7,
    )


def _legend(
    shades: Sequence[Shade], x: float, y: float, width: int
) -> tuple[list[Element], float]:
    drawn: list[Element] = []
    for shade in shades:
        drawn.append(_swatch(shade.style, x, y, width))
        lines = wrap(shade.words, width - x - 24 - _EDGE, _SMALL, 3)
        drawn += svg.lines(lines, x + 24, y + 10, _SMALL, 14 / _SMALL)
        y += 14 * len(lines) + 6
    return drawn, y


def _list(
    areas: Sequence[Area], styles: Mapping[str, Style], y: float, width: int
) -> tuple[list[Element], float]:
    """The states by number, below the map."""
    drawn: list[Element] = []
    for number, area in enumerate(areas, 1):
        y += 8
        drawn.append(_swatch(styles.get(area.shade, "gap"), _EDGE, y, width))
        drawn.append(
            svg.text(
                str(number),
                _EDGE + 40,
                y + 10,
                _SIZE,
                text_anchor="end",
                font_weight=600,
            )
        )
        room = width - 2 * _EDGE - 48
        names = wrap(area.label, room, _SIZE, 2)
        values = wrap(area.value, room, _SMALL, 3)
        drawn.append(
            svg.link(area.address, svg.lines(names, _EDGE + 48, y + 10, _SIZE))
        )
        y += len(names) * _LINE
        drawn += svg.lines(
            values, _EDGE + 48, y + 10, _SMALL, class_="pale", fill="#526060"
        )
        y += len(values) * 14.5
    return drawn, y + 8


def _describe(areas: Sequence[Area], shades: Sequence[Shade]) -> str:
    told = []
    for shade in shades:
        names = [area.label for area in areas if area.shade == shade.key]
        if names:
            told.append(f"{shade.words}: {', '.join(names)}")
    return "; ".join(told) + "." if told else "No state is shown."
