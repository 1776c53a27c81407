"""Visitors who ask the published questions and know the answers."""

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from wire import Answer, Connection, Request

from socprot import files, queries

EXPECTED = Path(__file__).parents[1] / "competency"
TSV = b"text/tab-separated-values"
_PATIENCE = 120.0  # seconds for one question, all attempts together


def questions() -> Mapping[str, str]:
    """Each published question as SPARQL."""
    loaded = queries.load(files.root() / "queries" / "competency")
    return {name: query.text for name, query in loaded.items()}


class Visitor(threading.Thread):
    """Asks one question after the other until told to stop.

    Attributes:
        right: answers that were right, by the way of asking.
        wrong: what was not, in words.
        retried: answers that said "later", by status.
        seconds: how long each question took, with every attempt.
    """

    def __init__(self, port: int, number: int, stop: threading.Event) -> None:
        super().__init__(name=f"visitor {number}", daemon=True)
        self._connection = Connection(port)
        self._client = f"198.51.100.{number}".encode()
        self._random = random.Random(number)
        self._stop_asking = stop
        self._questions = questions()
        self.right: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.retried: Counter[int] = Counter()
        self.seconds: list[float] = []

    def run(self) -> None:
        names = list(self._questions)
        while not self._stop_asking.is_set():
            self._ask(self._random.choice(names))
        self._connection.close()

    def _ask(self, name: str) -> None:
        way, request = self._request(name)
        start = time.monotonic()
        answer = self._connection.ask(request)
        while answer.status in (429, 503) and time.monotonic() < start + _PATIENCE:
            self.retried[answer.status] += 1
            wait = answer.headers["Retry-After"]
            if wait is None:
                self.wrong.append(f"{name}: {answer.status} without Retry-After")
                return
            time.sleep(float(wait))
            answer = self._connection.ask(request)
        self.seconds.append(time.monotonic() - start)
        expected = (EXPECTED / f"{name}.tsv").read_bytes()
        if answer.status == 200 and answer.body == expected and not answer.cut:
            self.right[way] += 1
        else:
            self.wrong.append(f"{name}: {_shown(answer)}")

    def _request(self, name: str) -> tuple[str, Request]:
        """Ask in one of the ways; most of them go past the cache."""
        unique = f"{self._questions[name]}\n# {self._random.random()}"
        headers = [(b"Accept", TSV), (b"X-Forwarded-For", self._client)]
        match self._random.randrange(5):
            case 0:
                target = f"/query/{name}".encode()
                return "question", Request(b"GET", target, headers)
            case 1:
                target = f"/sparql?{urlencode({'query': unique})}".encode()
                return "GET", Request(b"GET", target, headers)
            case 2:
                form = (b"Content-Type", b"application/x-www-form-urlencoded")
                body = urlencode({"query": unique}).encode()
                return "form", Request(b"POST", b"/sparql", [*headers, form], body)
            case 3:
                direct = (b"Content-Type", b"application/sparql-query")
                asked = [*headers, direct]
                return "QUERY", Request(b"QUERY", b"/sparql", asked, unique.encode())
            case _:
                direct = (b"Content-Type", b"application/sparql-query")
                asked = [*headers, direct]
                return "POST", Request(b"POST", b"/sparql", asked, unique.encode())


def _shown(answer: Answer) -> str:
    cut = " (cut)" if answer.cut else ""
    return f"{answer.status}{cut} {answer.text[:200]!r}"
