"""
What is wrong with the sources, told so that a curator can put it right.

One problem is one line: the file (and the line in it), the record, what is wrong,
the rule that says so, and what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from socprot.errors import BuildFailed

LISTED = 20  # more at once would only scroll the first away


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        file: the path of the file below the root; "" where there is none to name.
        line: its line, where known.
        record: the IRI that is concerned, abbreviated; "" for none.
        message: what is wrong, as a sentence.
        rule: the name of the shape, hygiene query or check that says so.
        remedy: what to do, as a sentence.
    """

    file: str
    line: int | None
    record: str
    message: str
    rule: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        subject = ": ".join(part for part in (where, self.record) if part)
        what = f"{self.message} [{self.rule}]"
        return " ".join(part for part in (f"{subject}:", what, self.remedy) if part)


def refuse(problems: Sequence[Problem]) -> BuildFailed:
    """Return the one error that tells all problems, to be raised."""
    ordered = sorted(
        set(problems), key=lambda p: (p.file, p.line or 0, p.rule, p.record)
    )
    if len(ordered) == 1:
        return BuildFailed(str(ordered[0]))
    lines = [f"the sources have {len(ordered)} problems:"]
    lines += [f"  {problem}" for problem in ordered[:LISTED]]
    if len(ordered) > LISTED:
        lines.append(f"  ... and {len(ordered) - LISTED} more.")
    return BuildFailed("\n".join(lines))
