"""`/indicator/` -- the figures of an indicator, each vintage a series of its own."""

from collections.abc import Sequence

from flask import Blueprint, Response

from socprot.picture import chart
from socprot.picture.chart import Point
from socprot.web import languages
from socprot.web.frame.markup import address
from socprot.web.picture import choice
from socprot.web.picture.figure import Figure, drawn, respond, text_of, values
from socprot.web.rows import Row

bp = Blueprint("indicator", __name__)

_USUAL = "sdg-si-cov-pensn"
SEXES = {"total": "both sexes", "female": "women", "male": "men"}
NOTE = (
    "Each vintage is a release of its own, with its own method: a difference between "
    "two vintages is no trend, so that no line joins them. A hollow mark is an "
    "estimate; where there is no mark, no figure was seen."
)
_ESTIMATES = ("estimate", "survey-based estimate", "approximate")


@bp.get("/indicator")
@bp.get("/indicator/")
def show() -> Response:
    """Small charts of an indicator, one for each state or region.

    Raises:
        BadParameter: there is no such indicator, sex or area.
    """
    language = languages.wanted()
    given = values("indicator", "sex", several=("area",))
    indicator = given.get("indicator", [_USUAL])[0]
    sex = given.get("sex", ["total"])[0]
    areas = given.get("area", [])
    if "indicator" in given:
        choice.check_record(indicator, "indicator")
    choice.check("sex", sex, SEXES)
    names = {one.value: one.label for one in choice.of("area", language)}
    for area in areas:
        choice.check("area", area, names)
    text = text_of(
        "indicator-figures",
        language,
        {"indicator": indicator, "sex": sex, "areas": " ".join(areas)},
    )
    return respond(
        text,
        lambda rows: _figure(
            rows,
            choice.called(f"indicator/{indicator}", language),
            SEXES[sex] if sex != "total" else "",
            [names[area] for area in areas],
            text,
            given,
        ),
        "picture/indicator.html",
        language,
        indicator=indicator,
        sex=sex,
        sexes=SEXES,
        areas=areas,
        indicators=lambda: choice.of("indicator", language),
        places=names,
    )


def _figure(
    rows: Sequence[Row],
    indicator: str,
    who: str,
    panels: Sequence[str],
    text: str,
    given: dict[str, list[str]],
) -> Figure:
    points = [
        Point(
            _year(row["from"].value),
            float(row["value"].value),
            row["vintageLabel"].value,
            row["areaLabel"].words,
            row["period"].value,
            row["obsStatus"].value in _ESTIMATES,
            address(row["observation"].value),
            "; ".join(
                row[name].value
                for name in ("obsStatus", "remark", "warning")
                if name in row
            ),
        )
        for row in rows
    ]
    units = dict.fromkeys(row["unit"].value for row in rows)
    unit = next(iter(units), "") if len(units) == 1 else ", ".join(units)
    title = f"{indicator}, {who}" if who else indicator
    wide, narrow = drawn(
        lambda width: chart.draw(points, title, unit, width=width, panels=panels)
    )
    return Figure(wide, narrow, text, "/indicator/", given, NOTE, indicator)


def _year(day: str) -> float:
    return float(day[:4])
