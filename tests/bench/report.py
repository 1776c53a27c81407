"""Write what was measured: a table as Markdown and as CSV, and a chart as SVG."""

import csv
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        ours, theirs: one value per round; `theirs` is empty where there is no peer.
        target: what issue 5 asks for, as in "ratio >= 1.2" or "value <= 1.0".
        ratio: "ours / theirs", or the other way round for times.
    """

    case: str
    unit: str
    peer: str
    ours: Sequence[float]
    theirs: Sequence[float] = ()
    target: str = ""

    @property
    def ratio(self) -> float | None:
        """The median of the ratios of each round; beside nothing, it is infinite."""
        if not self.theirs:
            return None
        pairs = zip(self.ours, self.theirs, strict=True)
        return median(ours / theirs if theirs else inf for ours, theirs in pairs)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if not self.target:
            return None
        what, sign, bound = self.target.split()
        value = self.ratio if what == "ratio" else median(self.ours)
        if value is None:
            return None
        return value >= float(bound) if sign == ">=" else value <= float(bound)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    if len(values) == 1:
        return _number(values[0])
    return (
        f"{_number(median(values))} ({_number(min(values))} to {_number(max(values))})"
    )


def markdown(lines: Iterable[Line], facts: Sequence[str]) -> str:
    """The table, under what it holds for."""
    rows = [
        "| case | unit | SocProt | peer | the peer's | ratio | target | met |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        met = {True: "yes", False: "**no**", None: ""}[line.met]
        target = line.target.replace(">=", "at least").replace("<=", "at most")
        cells = [line.case, line.unit, _spread(line.ours), line.peer]
        cells += [_spread(line.theirs), ratio, target, met]
        rows.append("| " + " | ".join(cells) + " |")
    told = [f"* {fact}" for fact in facts]
    return "\n".join(["# Measured", "", *told, "", *rows]) + "\n"


def text(stem: str = "results", folder: Path = RESULTS) -> str:
    """The table that was written last."""
    return (folder / f"{stem}.md").read_text(encoding="utf-8")


def write(
    lines: Sequence[Line],
    facts: Sequence[str],
    folder: Path = RESULTS,
    stem: str = "results",
) -> None:
    """Write the table, as Markdown and as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.md").write_text(markdown(lines, facts), encoding="utf-8")
    with (folder / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            "case unit round socprot peer peer_value target".split()  # noqa: SIM905
        )
        for line in lines:
            for number, ours in enumerate(line.ours):
                theirs = line.theirs[number] if line.theirs else ""
                row = [line.case, line.unit, number + 1, ours, line.peer, theirs]
                table.writerow([*row, line.target])


def chart(python: Path, folder: Path = RESULTS) -> None:
    """Draw the ratios, with the matplotlib of the peers' environment."""
    script = Path(__file__).with_name("chart.py")
    subprocess.run([python, script, folder], check=True, stdout=sys.stderr)
