"""
How wide words are, and where they break.

No font is measured: the reader's is not known here. The widths are those of DejaVu
Sans, the widest of the usual ones, so that what fits by them fits.
"""

import unicodedata
from functools import lru_cache

from socprot.picture.words import like

_NARROW = frozenset("fijlrtI.,:;'|!()[]/ -\u2019\u00b7")
_WIDE = frozenset("mwMWQO@%\u2026\u2014&")
_THIN = 0.4  # the narrowest of all, in ems


@lru_cache(maxsize=4096)
def width(words: str, size: float) -> float:
    """How wide a line of text is, at most."""
    return sum(_em(character) for character in words) * size


def bold(size: float) -> float:
    """The size of ordinary letters that are as wide as bold ones of this size."""
    return size * 1.12


def _em(character: str) -> float:
    if character in _NARROW:
        return _THIN
    if character in _WIDE:
        return 0.95
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.7 if character.isupper() else 0.62


def wrap(words: str, room: float, size: float, most: int = 2) -> list[str]:
    """Break words into at most so many lines of this width; what is cut ends in `…`."""
    # Whatever comes, no more is looked at than the narrowest letters could fill.
    enough = int(most * (room / (_THIN * size) + 2)) + 1
    rest = words[: enough * 2].split()
    cut = len(words) > enough * 2
    found: list[str] = []
    line = ""
    while rest and len(found) < most:
        word = rest.pop(0)
        longer = f"{line} {word}" if line else word
        if width(longer, size) <= room:
            line = longer
        elif line:
            found.append(line)
            line = ""
            rest.insert(0, word)
        else:
            kept = _fitting(word, room, size)
            found.append(word[:kept])
            rest.insert(0, word[kept:])
    if line and len(found) < most:
        found.append(line)
        line = ""
    if found and (cut or line or any(rest)):
        found[-1] = shorten(found[-1] + "…", room, size)
    return [like(line, words) for line in found] or [""]


def shorten(words: str, room: float, size: float) -> str:
    """One line that fits; what is cut ends in `…`."""
    if len(words) * _THIN * size <= room * 2 and width(words, size) <= room:
        return words
    kept = _fitting(words.removesuffix("…"), room - width("…", size), size)
    return like(words[:kept].rstrip(" ,;:-…") + "…", words)


def _fitting(words: str, room: float, size: float) -> int:
    """How many characters fit, one at least."""
    used = 0.0
    for number, character in enumerate(words):
        used += _em(character) * size
        if used > room:
            return max(1, number)
    return len(words)
