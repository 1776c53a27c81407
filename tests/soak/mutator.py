"""Makes strange queries of good ones: some still mean something, others nothing."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Pieces: TypeAlias = list[str]

_TOKEN = re.compile(r"<[^>]*>|\"[^\"]*\"|[?$]\w+|\w*:\w*|\w+|\s+|.", re.DOTALL)
_NAME = re.compile(r"[?$]\w+|\w*:\w+")
_PIECES = Path(__file__).with_name("pieces.txt").read_text(encoding="utf-8").split()
_ODD = ["\x00", "\x01", "\ufeff", "\u202e", "\ud7ff", "\U0010ffff", "\\u0041", "\\U1"]
_CASES = (str.upper, str.lower, str.swapcase)


def mutated(query: str, seed: int) -> str:
    """The query after one or a few changes."""
    source = random.Random(seed)
    for _ in range(source.choice((1, 1, 1, 2, 3, 6))):
        if source.randrange(3):
            query = source.choice((_without_a_line, _with_another_name))(query, source)
        else:
            pieces = _TOKEN.findall(query)
            source.choice(_CHANGES)(pieces, source)
            query = "".join(pieces)
    return query


def _without_a_line(query: str, source: random.Random) -> str:
    """Often one pattern less, which leaves a larger answer."""
    lines = query.splitlines()
    plain = [n for n, line in enumerate(lines) if not {"{", "}"} & set(line)]
    if plain:
        del lines[source.choice(plain)]
    return "\n".join(lines)


def _with_another_name(query: str, source: random.Random) -> str:
    """One variable or prefixed name in the place of another."""
    names = list(_NAME.finditer(query))
    if not names:
        return query
    old, new = source.choice(names), source.choice(names)
    return query[: old.start()] + new.group() + query[old.end() :]


def _lose(pieces: Pieces, source: random.Random) -> None:
    place = _place(pieces, source)
    del pieces[place : place + source.randint(1, 4)]


def _repeat(pieces: Pieces, source: random.Random) -> None:
    place, other = _place(pieces, source), _place(pieces, source)
    pieces[place:place] = pieces[other : other + source.randint(1, 9)]


def _replace(pieces: Pieces, source: random.Random) -> None:
    place = _place(pieces, source)
    pieces[place : place + 1] = [source.choice(_PIECES)]


def _add(pieces: Pieces, source: random.Random) -> None:
    pieces.insert(_place(pieces, source), f" {source.choice(_PIECES)} ")


def _add_odd(pieces: Pieces, source: random.Random) -> None:
    pieces.insert(_place(pieces, source), source.choice(_ODD))


def _break_off(pieces: Pieces, source: random.Random) -> None:
    del pieces[_place(pieces, source) :]


def _multiply(pieces: Pieces, source: random.Random) -> None:
    place = _place(pieces, source)
    pieces[place : place + 1] = pieces[place : place + 1] * 50


def _change_case(pieces: Pieces, source: random.Random) -> None:
    change = source.choice(_CASES)
    pieces[:] = map(change, pieces)


def _place(pieces: Pieces, source: random.Random) -> int:
    return source.randrange(len(pieces) + 1)


_CHANGES: list[Callable[[Pieces, random.Random], None]] = [
    _lose,
    _repeat,
    _replace,
    _add,
    _add_odd,
    _break_off,
    _multiply,
    _change_case,
]
