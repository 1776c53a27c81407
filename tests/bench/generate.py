"""Graphs of the same shape, many times as large: the records again, under new names.

Every subject below `.../id/` that is a state, a ratification or an observation, or is
linked to one, is written once more for each copy, with the number of the copy at the
end of its name; the model, the concepts and the sources stay as they are. So a question
finds about as many times more as there are copies.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_GROWING = rb"act|completeness|link|membership|observation|ratification|state"
_IRI = re.compile(rb"(<https://w3id\.org/socprot/id/(?:%b)/[^>]*)>" % _GROWING)
_CUT = b"\0"  # stands in no N-Triples, and here where the number of a copy goes


def _copies(growing: bytes, number: int) -> Iterator[bytes]:
    """So many copies of these triples less one: the first is what they are made of."""
    pieces = _IRI.sub(rb"\1" + _CUT, growing).split(_CUT)
    for copy in range(1, number):
        yield (b"-copy%d>" % copy).join(pieces)


def write(data: Path, factor: int, target: Path) -> int:
    """Write a graph `factor` times as large as `data`; return its triples.

    One copy at a time is in memory, however many there are.
    """
    lines = data.read_bytes().splitlines(keepends=True)
    growing = [line for line in lines if _IRI.match(line)]
    copies = 1 + (factor - 1) * len(lines) // max(1, len(growing))
    with target.open("wb") as file:
        file.writelines(lines)
        file.writelines(_copies(b"".join(growing), copies))
    return len(lines) + (copies - 1) * len(growing)
