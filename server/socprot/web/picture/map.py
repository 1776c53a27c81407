"""`/map` -- the member states of ASEAN: ratification, coverage, or migrants' access."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from socprot.picture import map as drawing
from socprot.picture.map import Area, Shade
from socprot.picture.scale import figure as number
from socprot.picture.words import words
from socprot.web import languages
from socprot.web.frame.markup import address
from socprot.web.frame.shown import best
from socprot.web.languages import ENGLISH
from socprot.web.picture import choice
from socprot.web.picture.figure import Figure, drawn, respond, text_of, values
from socprot.web.rows import Row
from socprot.web.site import site

bp = Blueprint("map", __name__)

SHOWS = {
    "standards": "Social-security instruments ratified, as far as seen",
    "ratification": "Ratification of one instrument",
    "coverage": "Coverage by social protection",
    "access": "Access of migrant workers",
}
# What must be a record; the vintages of an indicator are looked at apart.
_RECORDS = ("instrument", "indicator", "branch")
_GAP = Shade("", "no data seen", "gap")


@bp.get("/map")
@bp.get("/map/")
def show() -> Response:
    """A map of the states, coloured by what is chosen.

    Raises:
        BadParameter: there is no such map, or nothing that is called so to show.
    """
    language = languages.wanted()
    given = values("show", "instrument", "indicator", "vintage", "branch")
    wanted = given.get("show", ["standards"])[0]
    choice.check("map", wanted, SHOWS)
    for kind in _RECORDS:
        for name in given.get(kind, ()):
            choice.check_record(name, kind)
    names = {
        "instrument": given.get("instrument", ["ilo-c102"])[0],
        "indicator": given.get("indicator", ["sdg-si-cov-benfts"])[0],
        "vintage": given.get("vintage", [""])[0],
        "branch": given.get("branch", ["old-age"])[0],
    }
    if wanted == "coverage":
        names["vintage"] = _vintage(names["indicator"], names["vintage"])
    elif names["vintage"]:
        choice.check_record(names["vintage"], "vintage")
    asked = {
        "standards": {},
        "ratification": {"text": names["instrument"]},
        "coverage": {"indicator": names["indicator"], "vintage": names["vintage"]},
        "access": {"branch": names["branch"]},
    }
    query = text_of(f"map-{wanted}", language, asked[wanted])

    def draw(rows: Sequence[Row]) -> Figure:
        areas, shades, note = _READERS[wanted](rows)
        title, named = _title(wanted, names, language)
        wide, narrow = drawn(
            lambda width: drawing.draw(areas, shades, title, width=width)
        )
        return Figure(wide, narrow, query, "/map", given, note, named)

    return respond(
        query,
        draw,
        "picture/map.html",
        language,
        wanted=wanted,
        shows=SHOWS,
        names=names,
        instruments=lambda: choice.of("instrument", language),
        branches=lambda: choice.of("branch", language),
        coverages=lambda: _held(language),
    )


def _title(wanted: str, names: dict[str, str], language: str) -> tuple[str, str]:
    """What the map shows, and the name of what was chosen, which is a part of that."""

    def label(kind: str) -> str:
        return choice.called(f"{kind}/{names[kind]}", language)

    match wanted:
        case "ratification" | "access":
            name = label("instrument" if wanted == "ratification" else "branch")
            return f"{SHOWS[wanted]}: {name}", name
        case "coverage":
            name = label("indicator")
            return f"{name}, {label('vintage')}", name
        case _:
            return SHOWS[wanted], ""


@dataclass(frozen=True)
class Held:
    """A vintage that has figures of an indicator, and of how many states."""

    indicator: str
    label: str
    vintage: str
    words: str
    states: int


def _held(language: str) -> list[Held]:
    """What there is to show of coverage."""
    return [
        Held(
            choice.slug(row["choice"].value),
            words(*best(row["choice"].value, [row["label"]], language)),
            choice.slug(row["vintage"].value),
            words(*best(row["vintage"].value, [row["vintageLabel"]], language)),
            int(row["states"].value),
        )
        for row in site().rows("choices-coverage")
    ]


def _vintage(indicator: str, wanted: str) -> str:
    """The vintage to show: that which is wanted, or the last of those with most states.

    Raises:
        BadParameter: it has no figures of this indicator, or none has.
    """
    held = _held(ENGLISH)
    if not held:  # of other data nothing is drawn, and that is no mistake
        return wanted
    choice.check("map of an indicator", indicator, (one.indicator for one in held))
    own = [one for one in held if one.indicator == indicator]
    if wanted:
        vintages = (one.vintage for one in own)
        choice.check(f"figure of {indicator} in the vintage", wanted, vintages)
        return wanted
    return max(own, key=lambda one: (one.states, one.vintage)).vintage


def _by_state(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["iso3"].value, []).append(row)
    return found


def _value(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def _area(row: Row, value: str, shade: str, note: str = "") -> Area:
    return Area(
        row["iso3"].value,
        row["label"].words,
        value,
        shade,
        address(row["state"].value),
        note,
    )


_Read = tuple[list[Area], list[Shade], str]


def _standards(rows: Sequence[Row]) -> _Read:
    """How many instruments: of what was seen, since the list is not complete."""
    shades = [
        Shade("3", "3 or more ratifications seen", "level5"),
        Shade("2", "2 ratifications seen", "level3"),
        Shade("1", "1 ratification seen", "level1"),
        Shade("", "none seen, which is no proof of none", "gap"),
    ]
    areas = []
    for row in rows:
        seen = int(row["seen"].value)
        texts = _value(row, "texts")
        areas.append(
            _area(
                row,
                f"{seen} seen: {texts}" if seen else "none seen",
                str(min(seen, 3)) if seen else "",
                _value(row, "completeness"),
            )
        )
    note = (
        "The list of ratifications is not complete: these are numbers of what was "
        "seen, and the table below says for each state what is missing."
    )
    return areas, shades, note


_STATUSES = (
    ("denounced", "denounced", "part"),
    ("in-force", "ratified, in force", "level5"),
    ("ratified", "ratified", "level4"),
    ("signed", "signed, not ratified as far as seen", "level2"),
    ("listed", "listed as a party, without a date", "level3"),
    ("not-ratified", "stated not to have ratified", "no"),
)


def _ratification(rows: Sequence[Row]) -> _Read:
    shades = [Shade(key, words, style) for key, words, style in _STATUSES]  # type: ignore[arg-type]
    shades.append(Shade("", "no statement seen, which is no proof of anything", "gap"))
    areas = []
    for own in _by_state(rows).values():
        said = []
        for row in own:
            status = choice.slug(_value(row, "status"))
            if status:
                date, as_of = _value(row, "date"), _value(row, "asOf")
                when = f" {date}" if date else f" (as of {as_of})" if as_of else ""
                said.append((date or as_of, status, _value(row, "statusLabel") + when))
        # The last statement decides; of several with one date, the first above.
        order = [key for key, _, _ in _STATUSES]
        last = max((date for date, _, _ in said), default="")
        statuses = sorted(
            (status for date, status, _ in said if date == last), key=order.index
        )
        areas.append(
            _area(
                own[0],
                "; ".join(dict.fromkeys(words for _, _, words in said))
                or "no statement seen",
                statuses[0] if statuses else "",
            )
        )
    note = (
        "A state that is hatched may or may not have ratified: nothing was seen that "
        "says so. That differs from a state that a source says has not."
    )
    return areas, shades, note


def _coverage(rows: Sequence[Row]) -> _Read:
    """Shares in steps of twenty; other units in five equal steps."""
    held = [float(row["value"].value) for row in rows if "value" in row]
    percent = all(0 <= value <= 100 for value in held)
    top = 100.0 if percent else max(held, default=1.0)
    unit = next((_value(row, "unit") for row in rows if "unit" in row), "")
    shades = [
        Shade(
            str(step),
            f"{number(top * (step - 1) / 5)} to {number(top * step / 5)} {unit}",
            f"level{step}",  # type: ignore[arg-type]
        )
        for step in (5, 4, 3, 2, 1)
    ]
    areas = []
    for own in _by_state(rows).values():
        row = own[0]
        if "value" not in row:
            areas.append(_area(row, "no data seen", ""))
            continue
        value = float(row["value"].value)
        step = min(5, max(1, int(value / top * 5) + 1)) if top else 1
        status = _value(row, "obsStatus")
        note = "; ".join(
            part
            for part in (status, _value(row, "period"), _value(row, "remark"))
            if part
        )
        words = f"{number(value)} {'%' if unit == 'per cent' else unit}"
        areas.append(_area(row, f"{words} ({_value(row, 'period')})", str(step), note))
    note = (
        "One vintage only, the latest year of each state: the years differ, and "
        "figures of two vintages do not form a trend."
    )
    return areas, [*shades, _GAP], note


_ACCESS = (
    ("equal", "equal access", "level5"),
    ("conditional", "access on conditions", "level2"),
    ("excluded", "excluded", "no"),
    ("mixed", "rules differ by scheme or by year: see the table", "part"),
)


def _access(rows: Sequence[Row]) -> _Read:
    shades = [Shade(key, words, style) for key, words, style in _ACCESS]  # type: ignore[arg-type]
    shades.append(Shade("", "no rule seen", "gap"))
    areas = []
    for own in _by_state(rows).values():
        rules = [row for row in own if "access" in row]
        latest = [r for r in rules if _value(r, "asOf") == _value(rules[0], "asOf")]
        kinds = {choice.slug(row["access"].value) for row in latest}
        words = []
        for row in rules:
            details = [_value(row, "scope"), _value(row, "condition")]
            told = ": ".join(part for part in details if part)
            as_of = f" ({_value(row, 'asOf')})" if "asOf" in row else ""
            words.append(
                f"{_value(row, 'accessLabel')}{as_of}" + (f", {told}" if told else "")
            )
        shade = kinds.pop() if len(kinds) == 1 else "mixed" if kinds else ""
        head = {_value(row, "accessLabel") for row in latest}
        as_of = _value(rules[0], "asOf") if rules else ""
        value = " and ".join(sorted(head)) + (f", {as_of}" if as_of else "")
        areas.append(_area(own[0], value or "no rule seen", shade, "; ".join(words)))
    note = (
        "The latest rule that was seen for each state, for workers in formal work; not "
        "a complete list, and some are old. The table has them all, with conditions."
    )
    return areas, shades, note


_READERS: dict[str, Callable[[Sequence[Row]], _Read]] = {
    "standards": _standards,
    "ratification": _ratification,
    "coverage": _coverage,
    "access": _access,
}
