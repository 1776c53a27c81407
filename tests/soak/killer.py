"""Kills workers at random, and now and then the process that forks them."""

import random
import threading
from collections import Counter

import processes


class Killer(threading.Thread):
    """Kills until told to stop.

    Attributes:
        killed: how many, by what they were.
    """

    def __init__(self, root: int, stop: threading.Event, pause: float = 0.4) -> None:
        super().__init__(name="killer", daemon=True)
        self._root = root
        self._stop_killing = stop
        self._pause = pause
        self._random = random.Random(1)
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        while not self._stop_killing.wait(self._random.uniform(0.2, 1.8) * self._pause):
            nursery = self._random.randrange(40) == 0
            find = processes.nurseries if nursery else processes.workers
            if found := find(self._root):
                self._random.choice(found).kill()
                self.killed["nursery" if nursery else "worker"] += 1
