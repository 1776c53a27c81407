"""
Sorted lines in one piece: what is to change in them is found by halving.

A graph has hundreds of thousands of lines and a change touches a few; to part, sort and
join them all again would take longer than everything else that the change asks for.
"""

from collections.abc import Iterable
from mmap import mmap

_STEP, _LEAP = 256, 1 << 20  # bytes to compare at once, at first and at most

Text = bytes | mmap  # sorted lines in one piece


class Mismatch(Exception):
    """A line is to go that is not there, or to come that is."""


class Sheet:
    """Sorted lines, and which of them are to go and which to come."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._gone: set[bytes] = set()
        self._new: set[bytes] = set()

    def note(self, lines: Iterable[bytes], *, there: bool) -> None:
        """Have lines that were not there, or no more some that were."""
        undone, done = (self._gone, self._new) if there else (self._new, self._gone)
        for line in lines:
            if line in undone:
                undone.remove(line)
            else:
                done.add(line)

    def content(self) -> bytes:
        """The lines as they are now, sorted.

        Raises:
            Mismatch: what was noted of one is wrong.
        """
        return spliced(self._content, self._gone, self._new)


def spliced(content: bytes, gone: set[bytes], new: set[bytes]) -> bytes:
    """Take lines out of sorted ones that have them, and put in some that they lack.

    Raises:
        Mismatch: they do not have them, or lack them.
    """
    view = memoryview(content)
    pieces: list[bytes | memoryview] = []
    done = 0
    for line in sorted(gone | new):
        place = _place(content, line, done)
        pieces.append(view[done:place])
        done = place
        if content.startswith(line, place) != (line in gone):
            raise Mismatch(line)
        if line in gone:
            done += len(line)
        else:
            pieces.append(line)
    return b"".join([*pieces, view[done:]])


def _place(content: bytes, line: bytes, low: int) -> int:
    """Where a line is among sorted ones, or would be; `low` is the first such place."""
    high = len(content)
    while low < high:
        start = content.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = content.find(b"\n", start) + 1
        if content[start:end] < line:
            low = end
        else:
            high = start
    return low


def differences(old: Text, new: Text) -> tuple[list[bytes], list[bytes]]:
    """The lines that only the one of two texts has, and those that only the other has.

    What both have is passed over in leaps.
    """
    gone: list[bytes] = []
    come: list[bytes] = []
    here = there = 0
    while here < len(old) or there < len(new):
        same = _alike(old, here, new, there)
        here, there = here + same, there + same
        one, other = _line(old, here), _line(new, there)
        if one and (not other or one < other):
            gone.append(one)
            here += len(one)
        elif other:
            come.append(other)
            there += len(other)
    return gone, come


def _alike(old: Text, here: int, new: Text, there: int) -> int:
    """How many bytes are the same from two places on, in whole lines."""
    length, step, grows = 0, _STEP, True
    while step:
        start = here + length
        piece = old[start : start + step]
        if piece and piece == new[there + length : there + length + step]:
            length += len(piece)
            step = min(step * 2, _LEAP) if grows else step // 2
        else:
            grows, step = False, step // 2
    return max(0, old.rfind(b"\n", here, here + length) + 1 - here)


def _line(text: Text, start: int) -> bytes:
    return text[start : text.find(b"\n", start) + 1]
