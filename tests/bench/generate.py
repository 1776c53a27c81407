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


_NUMBER = "-copyN>"


def blocks(data: Path, copies: int) -> Iterator[str]:
    """N-Triples, and their copies, each as one text."""
    text = data.read_text(encoding="utf-8")
    yield text
    growing = [line for line in text.splitlines(keepends=True) if _IRI.match(line)]
    pattern = _IRI.sub(rf"\1{_NUMBER}", "".join(growing))
    for number in range(1, copies):
        yield pattern.replace(_NUMBER, f"-copy{number}>")


def write(data: Path, factor: int, target: Path) -> int:
    """Write a graph `factor` times as large as `data`; return its triples."""
    text = data.read_text(encoding="utf-8").splitlines()
    growing = sum(1 for line in text if _IRI.match(line))
    copies = 1 + (factor - 1) * len(text) // max(1, growing)
    with target.open("w", encoding="utf-8") as file:
        for block in blocks(data, copies):
            file.write(block)
    return len(text) + (copies - 1) * growing
