"""The processes of a server, as /proc tells."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One process.

    Attributes:
        number: its id.
        parent: that of its parent.
        confined: whether it has given up the right to start processes, as workers do.
    """

    number: int
    parent: int
    confined: bool

    def kill(self) -> None:
        """End it at once, if it has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)

    @property
    def limits(self) -> dict[str, str]:
        """What the kernel allows it: the soft limits by their names."""
        lines = Path(f"/proc/{self.number}/limits").read_text().splitlines()
        return {line[:26].strip(): line[26:47].strip() for line in lines}


def family(root: int) -> list[Process]:
    """A process and all that descend from it, zombies left out."""
    everyone = _everyone()
    found = [process for process in everyone if process.number == root]
    for process in found:
        found += [other for other in everyone if other.parent == process.number]
    return found


def workers(root: int) -> list[Process]:
    """Those that evaluate queries."""
    return [process for process in family(root) if process.confined]


def nurseries(root: int) -> list[Process]:
    """Those that fork the workers."""
    parents = {process.parent for process in workers(root)}
    return [process for process in family(root) if process.number in parents]


def zombies(root: int) -> list[int]:
    """Processes of this family that have ended and that nobody has buried."""
    parents = {process.number for process in family(root)}
    return [
        number
        for number, state, parent in _states()
        if state == "Z" and parent in parents
    ]


def memory(root: int) -> int:
    """Bytes of memory that they have together; what they share counts once."""
    total = 0
    for process in family(root):
        with suppress(OSError):
            text = Path(f"/proc/{process.number}/smaps_rollup").read_text()
            (line,) = [line for line in text.splitlines() if line.startswith("Pss:")]
            total += int(line.split()[1]) * 1024
    return total


def _everyone() -> list[Process]:
    found = []
    for number, state, parent in _states():
        if state == "Z":
            continue
        with suppress(OSError):
            limits = Path(f"/proc/{number}/limits").read_text()
            (line,) = [one for one in limits.splitlines() if "Max processes" in one]
            confined = line[26:47].strip() == "0"
            found.append(Process(number, parent, confined))
    return found


def _states() -> list[tuple[int, str, int]]:
    """The number of every process, its state and its parent."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            found.append((int(folder.name), state, int(parent)))
    return found
