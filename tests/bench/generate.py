"""Graphs of the same shape, many times as large: the records again, under new names.

Every subject below `.../id/` that is a state, a ratification or an observation, or is
linked to one, is written once more for each copy, with the number of the copy at the
end of its name; the model, the concepts and the sources stay as they are. So a question
finds about as many times more as there are copies.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_GROWING = "act|completeness|link|membership|observation|ratification|state"
_IRI = re.compile(rf"(<https://w3id\.org/socprot/id/(?:{_GROWING})/[^>]*)>")


def lines(data: Path, copies: int) -> Iterator[str]:
    """The lines of N-Triples, and their copies."""
    text = data.read_text(encoding="utf-8").splitlines(keepends=True)
    yield from text
    growing = [line for line in text if _IRI.match(line)]
    for number in range(1, copies):
        for line in growing:
            yield _IRI.sub(rf"\1-copy{number}>", line)


def write(data: Path, factor: int, target: Path) -> int:
    """Write a graph `factor` times as large as `data`; return its triples."""
    text = data.read_text(encoding="utf-8").splitlines()
    growing = sum(1 for line in text if _IRI.match(line))
    copies = 1 + (factor - 1) * len(text) // max(1, growing)
    size = 0
    with target.open("w", encoding="utf-8") as file:
        for line in lines(data, copies):
            file.write(line)
            size += 1
    return size
