"""Shades of a map: five for numbers, one for each of a few words."""

from collections.abc import Mapping, Sequence

from socprot.picture.map import Area, Shade, Style
from socprot.picture.scale import figure

LEVELS: Sequence[Style] = ("level1", "level2", "level3", "level4", "level5")
_WORDS: Sequence[Style] = ("level5", "level2", "no", "part")
GAP = Shade("", "no data seen", "gap")


def steps(low: float, high: float, unit: str = "") -> list[Shade]:
    """Five equal steps from the least to the greatest number, the greatest first."""
    width = (high - low) / len(LEVELS)
    return [
        Shade(
            style,
            f"{figure(round(low + number * width, 6))} to "
            f"{figure(round(low + (number + 1) * width, 6))} {unit}".rstrip(),
            style,
        )
        for number, style in reversed(list(enumerate(LEVELS)))
    ]


def step(value: float, low: float, high: float) -> str:
    """The key of the step in which a number is; the greatest is in the last."""
    if high <= low:
        return LEVELS[-1]
    share = (value - low) / (high - low)
    return LEVELS[min(len(LEVELS) - 1, max(0, int(share * len(LEVELS))))]


def by_number(
    values: Mapping[str, float | None], names: Mapping[str, str], unit: str = ""
) -> tuple[list[Area], list[Shade]]:
    """States by their numbers; one without a number is hatched.

    Args:
        values: by the code of a state.
        names: every state by its code.
    """
    held = [value for value in values.values() if value is not None]
    low, high = min(0.0, *held, 0.0), max([*held, 0.0])
    areas = []
    for code, name in sorted(names.items(), key=lambda pair: pair[1]):
        value = values.get(code)
        if value is None:
            areas.append(Area(code, name, GAP.words, GAP.key))
        else:
            words = f"{figure(value)} {unit}".rstrip()
            areas.append(Area(code, name, words, step(value, low, high)))
    return areas, [*steps(low, high, unit), GAP]


def by_word(
    values: Mapping[str, Sequence[str]], names: Mapping[str, str]
) -> tuple[list[Area], list[Shade]]:
    """States by a word; with no words at all, by whether an answer has them.

    Args:
        values: by the code of a state; several words are one of their own.
        names: every state by its code.
    """
    said = {code: "; ".join(words) for code, words in values.items()}
    kinds = sorted({words for words in said.values() if words})
    if len(kinds) > len(_WORDS):  # too many to tell apart: only that there are some
        kinds = []
    shades = [Shade(words, words, _WORDS[n]) for n, words in enumerate(kinds)]
    if not shades:
        shades = [Shade("in", "in the answer", "level4")]
    gap = Shade("", "not in the answer", "gap")
    areas = []
    for code, name in sorted(names.items(), key=lambda pair: pair[1]):
        words = said.get(code)
        key = "" if words is None else words if words in kinds else "in"
        if words is not None and kinds and not words:
            key = ""
        shown = gap.words if words is None else words or shades[0].words
        areas.append(Area(code, name, shown, key))
    return areas, [*shades, gap]
