"""
Charts of figures: dots and lines over time, with a panel for each area.

Each series has a mark of its own, and a line joins the points of one series only: two
releases of a figure are two series, because a difference between releases is no trend.
An estimate has a hollow mark. What has no value has no mark; it is never a zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from socprot.picture import WIDE, Picture, Table, scale, svg
from socprot.picture.lettering import bold, shorten, wrap
from socprot.picture.lettering import width as wide
from socprot.picture.scale import figure
from socprot.picture.shapes import COLOURS, mark
from socprot.picture.svg import Element

MOST = 600  # points of one picture
PANELS = 24

_SMALL = 11.5
_EDGE = 14.0
_DASHES = (None, "6 3", "2 3", "9 3 2 3")
_PANEL = 168.0  # how high one is, with its name and its axis
_ALONE = 340.0  # the same where it is the only one


@dataclass(frozen=True)
class Point:
    """One figure.

    Attributes:
        x: the year, or another number.
        y: the figure itself.
        series: what it belongs to; the points of one are joined by a line.
        panel: the small chart it stands in.
        period: the words for x, where these say more.
        estimate: whether it is one.
        note: what else the table tells.
    """

    x: float
    y: float
    series: str = ""
    panel: str = ""
    period: str = ""
    estimate: bool = False
    address: str | None = None
    note: str = ""


def draw(
    points: Sequence[Point],
    title: str,
    unit: str = "",
    *,
    width: int = WIDE,
    panels: Sequence[str] = (),
    joined: bool = True,
) -> Picture:
    """Draw the points in small charts with the same axes.

    Args:
        panels: the panels there are to be, in order; one without a point says so.
        joined: whether lines join the points of a series.
    """
    names = list(dict.fromkeys((*panels, *(point.panel for point in points))))
    kept = names[:PANELS]
    shown = [point for point in points if point.panel in kept][:MOST]
    series = sorted({point.series for point in points})
    legend, top = _legend(series, shown, width)
    columns = max(1, min(len(kept), int((width - 2 * _EDGE) // 270)))
    each = (width - 2 * _EDGE) / columns
    xs = [point.x for point in shown] or [2000.0]
    ys = [point.y for point in shown] or [0.0]
    most = 100.0 if unit == "percent" and max(ys) <= 100 and min(ys) >= 0 else max(ys)
    tall = _PANEL if len(kept) > 1 else _ALONE
    frame = _Frame(
        (min(xs), max(xs)), scale.nice(min(0.0, *ys), most), series, each, tall, joined
    )
    drawn: list[Element] = [*legend]
    if unit:
        drawn.append(
            svg.text(unit, _EDGE, top + 12, _SMALL, class_="pale", fill="#526060")
        )
        top += 20
    for number, name in enumerate(kept):
        own = [point for point in shown if point.panel == name]
        drawn.append(
            svg.group(
                frame.panel(name, own),
                transform=f"translate({_EDGE + number % columns * each:.2f} "
                f"{top + number // columns * tall:.2f})",
            )
        )
    height = top + -(-len(kept) // columns) * tall + _EDGE
    left_out = len(points) - len(shown)
    description = _describe(shown, series, kept, unit, left_out)
    return Picture(
        svg.drawing(
            drawn,
            width,
            height,
            title,
            description,
            linked=any(point.address for point in shown),
        ),
        title,
        description,
        width,
        round(height),
        _table(points, unit),
        left_out,
    )


@dataclass(frozen=True)
class _Frame:
    """What all panels have in common."""

    span: tuple[float, float]
    ticks: Sequence[float]
    series: Sequence[str]
    width: float
    height: float
    joined: bool

    @property
    def x(self) -> scale.Linear:
        low, high = self.span
        if high - low < 4:  # a few years, in the middle
            low, high = low - (4 - high + low) / 2, high + (4 - high + low) / 2
        return scale.Linear(low, high, 46, self.width - 24)

    @property
    def y(self) -> scale.Linear:
        return scale.Linear(self.ticks[0], self.ticks[-1], self.height - 40, 34)

    def panel(self, name: str, points: Sequence[Point]) -> list[Element]:
        """One small chart; its own origin is its upper left corner."""
        x, y = self.x, self.y
        drawn: list[Element] = [
            svg.text(
                shorten(name, self.width - 10, bold(13)), 0, 16, 13, font_weight=600
            )
        ]
        for tick in self.ticks:
            drawn.append(
                svg.element(
                    "line",
                    class_="grid",
                    x1=38,
                    x2=self.width - 14,
                    y1=y(tick),
                    y2=y(tick),
                    stroke="#cfd8d6",
                )
            )
            drawn.append(
                svg.text(
                    figure(tick),
                    34,
                    y(tick) + 4,
                    _SMALL,
                    class_="pale",
                    fill="#526060",
                    text_anchor="end",
                )
            )
        drawn += self._years(x)
        if not points:
            drawn.append(
                svg.text(
                    "no data seen",
                    (38 + self.width - 14) / 2,
                    (y.start + y.end) / 2 + 4,
                    _SMALL,
                    class_="pale",
                    fill="#526060",
                    text_anchor="middle",
                )
            )
        for number, name_of_series in enumerate(self.series):
            own = sorted(
                (p for p in points if p.series == name_of_series), key=lambda p: p.x
            )
            drawn += self._series(number, own)
        return drawn

    def _years(self, x: scale.Linear) -> list[Element]:
        """Whole numbers under the axis, as many as there is room for."""
        most = max(2, int((x.end - x.start) // (wide("2000", _SMALL) + 14)))
        found = [n for n in scale.nice(x.low, x.high, most) if n == int(n)]
        return [
            svg.text(
                str(int(number)),
                x(number),
                self.height - 22,
                _SMALL,
                class_="pale",
                fill="#526060",
                text_anchor="middle",
            )
            for number in found
            if x.low <= number <= x.high
        ]

    def _series(self, number: int, points: Sequence[Point]) -> list[Element]:
        x, y = self.x, self.y
        drawn: list[Element] = []
        # Where series meet, the later one is smaller, so that both are seen.
        size = max(0.7, 1.15 - 0.15 * number)
        if self.joined and len(points) > 1:
            path = " ".join(f"{x(p.x):.1f},{y(p.y):.1f}" for p in points)
            drawn.append(
                svg.element(
                    "polyline",
                    class_=f"line s{number % len(COLOURS)}",
                    points=path,
                    fill="none",
                    stroke=COLOURS[number % len(COLOURS)],
                    stroke_width=1.5,
                    stroke_dasharray=_DASHES[number % len(_DASHES)],
                )
            )
        for point in points:
            words = " · ".join(
                part
                for part in (
                    f"{point.panel}: {figure(point.y)}",
                    point.period or figure(point.x),
                    point.series,
                    "estimate" if point.estimate else "",
                )
                if part
            )
            dot = svg.group(
                [
                    svg.title(words),
                    mark(
                        number, x(point.x), y(point.y), hollow=point.estimate, size=size
                    ),
                ]
            )
            drawn.append(svg.link(point.address, [dot], words))
        return drawn


def _legend(
    series: Sequence[str], shown: Sequence[Point], width: int
) -> tuple[list[Element], float]:
    """What each mark means, one below the other; and where the legend ends."""
    y = _EDGE
    drawn: list[Element] = []
    items = [(number, name, False) for number, name in enumerate(series) if name]
    if any(point.estimate for point in shown):
        items.append((0, "hollow: an estimate", True))
    for number, words, hollow in items:
        y += 8
        drawn.append(mark(number, _EDGE + 6, y, hollow=hollow))
        for line in wrap(words, width - 2 * _EDGE - 20, _SMALL, 2):
            drawn.append(svg.text(line, _EDGE + 18, y + 4, _SMALL))
            y += 14
    return drawn, y + 8


def _describe(
    shown: Sequence[Point],
    series: Sequence[str],
    panels: Sequence[str],
    unit: str,
    left_out: int,
) -> str:
    if not shown:
        return "There is no figure to show."
    said = [
        f"{len(shown)} figures{', in ' + unit if unit else ''}",
        f"{len(panels)} small charts" if len(panels) > 1 else "one chart",
        f"{len(series)} series, never joined by a line" if len(series) > 1 else "",
        f"{left_out} more only in the table" if left_out else "",
    ]
    return "; ".join(part for part in said if part) + "."


def _table(points: Sequence[Point], unit: str) -> Table:
    return Table(
        ("name", "period", unit or "value", "series", "status", "note"),
        [
            (
                point.panel,
                point.period or figure(point.x),
                figure(point.y),
                point.series,
                "estimate" if point.estimate else "",
                point.note,
            )
            for point in points
        ],
    )
