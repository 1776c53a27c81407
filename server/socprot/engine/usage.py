"""What the processes of an engine use, for whoever watches it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What some processes use at one moment.

    Attributes:
        processor_seconds: processor time of the workers that are alive.
        memory_bytes: "rss", what each has in memory, added up; and "pss", where what
            several share counts once: most of it is the graph, which all share.
    """

    processor_seconds: float
    memory_bytes: dict[str, int]


def usage(processes: Iterable[int], seconds: float) -> Usage:
    """Look at some processes, of which any may end meanwhile: see proc(5)."""
    total = {"rss": 0, "pss": 0}
    for process in processes:
        with suppress(OSError):
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
            for line in text.splitlines():
                name, _, rest = line.partition(":")
                if name.lower() in total:
                    total[name.lower()] += int(rest.split()[0]) * 1024
    return Usage(seconds, total)
