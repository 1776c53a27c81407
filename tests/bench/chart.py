"""Draw the ratios of `results.csv`. Runs in the environment of the peers."""

import csv
import sys
from math import isfinite
from pathlib import Path
from statistics import median

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "socprot"
from matplotlib import pyplot as plt  # noqa: E402  # after the choice of the backend


def main(folder: Path) -> None:
    groups: dict[tuple[str, str], list[float]] = {}
    bounds: dict[tuple[str, str], float] = {}
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["peer_value"] and float(row["peer_value"]):
                key = row["case"], row["peer"]
                ratio = float(row["socprot"]) / float(row["peer_value"])
                if not isfinite(ratio):
                    continue  # one of them gave no answer
                groups.setdefault(key, []).append(ratio)
                if row["target"].startswith("ratio"):
                    bounds[key] = float(row["target"].split()[2])
    keys = list(groups)[::-1]
    figure, axes = plt.subplots(figsize=(9, 0.4 * len(keys) + 1.4))
    for place, key in enumerate(keys):
        values = groups[key]
        axes.barh(place, median(values), color="#2a6f97", height=0.6)
        axes.plot([min(values), max(values)], [place, place], color="black", lw=1)
        if key in bounds:
            axes.plot(bounds[key], place, marker="|", ms=16, mew=2, color="#c1121f")
    axes.set_xscale("log")
    axes.axvline(1, color="grey", lw=0.8)
    axes.set_yticks(range(len(keys)), [f"{case}\nvs {peer}" for case, peer in keys])
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("SocProt / peer (black: spread, red: the target)")
    figure.tight_layout()
    figure.savefig(folder / "results.svg", metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
