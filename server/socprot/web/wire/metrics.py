"""
What the site counted, in the text format of Prometheus
(https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import Literal, TypeAlias

from socprot.engine import stats
from socprot.engine.embedded import EmbeddedEngine
from socprot.web.site import Site
from socprot.web.wire.cache import AnswerCache
from socprot.web.wire.exchange import Exchange

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# Whoever makes up methods must not make up time series, which stay in memory.
_METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE"))

Values: TypeAlias = Mapping[tuple[str, ...], float]


def _family(
    kind: Literal["counter", "gauge"],
    name: str,
    meaning: str,
    values: Values | Mapping[str, float] | float,
    *labels: str,
) -> Iterator[str]:
    """One number, or one for each combination of labels."""
    yield from _head(kind, name, meaning)
    if not isinstance(values, Mapping):
        yield f"{name} {values}"
        return
    for key, value in sorted(values.items()):
        yield f"{name}{{{_labels(labels, key)}}} {value}"


def _head(kind: str, name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"


def _labels(names: tuple[str, ...], key: Sequence[str]) -> str:
    values = (key,) if isinstance(key, str) else key
    pairs = zip(names, values, strict=True)
    return ",".join(f'{name}="{value}"' for name, value in pairs)


def _histogram(
    labels: str, ends: tuple[float, ...], buckets: tuple[int, ...], seconds: float
) -> Iterator[str]:
    """The part of a histogram behind its name, for one combination of labels."""
    before = f"{labels}," if labels else ""
    for end, count in zip((*ends, "+Inf"), accumulate(buckets), strict=True):
        yield f'_bucket{{{before}le="{end}"}} {count}'
    after = f"{{{labels}}}" if labels else ""
    yield f"_sum{after} {seconds:.6f}"
    yield f"_count{after} {sum(buckets)}"


class _Histogram:
    """How long something took, by labels."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        self._name = name
        self._meaning = meaning
        self._labels = labels
        self._buckets: defaultdict[tuple[str, ...], list[int]] = defaultdict(
            lambda: [0] * (len(_BUCKETS) + 1)
        )
        self._seconds: defaultdict[tuple[str, ...], float] = defaultdict(float)

    def add(self, seconds: float, *values: str) -> None:
        """One more."""
        self._buckets[values][bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[values] += seconds

    def lines(self) -> Iterator[str]:
        """All of them."""
        yield from _head("histogram", self._name, self._meaning)
        for values, buckets in sorted(self._buckets.items()):
            labels = _labels(self._labels, values)
            taken = tuple(buckets), self._seconds[values]
            for part in _histogram(labels, _BUCKETS, *taken):
                yield self._name + part


class Metrics:
    """Counters of requests, to be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, ...]] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._ways: Counter[str] = Counter()
        self._routes = _Histogram(
            "socprot_request_seconds", "How long requests took.", "route"
        )
        self._queries = _Histogram(
            "socprot_query_seconds",
            "How long answers to queries took, waiting and sending included.",
            "form",
            "lane",
        )
        self._size = 0

    def observe(self, exchange: Exchange) -> None:
        """A request ended."""
        notes = exchange.notes
        route = notes.get("route", "none")
        method = exchange.environ["REQUEST_METHOD"]
        if method not in _METHODS:
            method = "other"
        lane = "cached" if exchange.way == "cache" else notes.get("lane", "")
        with self._lock:
            self._requests[route, method, str(exchange.status)] += 1
            self._outcomes[exchange.outcome.partition(":")[0]] += 1
            self._ways[exchange.way] += 1
            self._routes.add(exchange.seconds, route)
            if form := notes.get("form"):
                self._queries.add(exchange.seconds, form, lane)
            self._size += exchange.size

    def lines(self) -> Iterator[str]:
        """Everything counted so far."""
        with self._lock:
            yield from _family(
                "counter",
                "socprot_requests_total",
                "Requests.",
                self._requests,
                "route",
                "method",
                "status",
            )
            yield from _family(
                "counter",
                "socprot_answers_total",
                "How answers ended.",
                self._outcomes,
                "outcome",
            )
            yield from _family(
                "counter",
                "socprot_ways_total",
                "Who answered: the cache, the short way (express) or the application.",
                self._ways,
                "way",
            )
            yield from _family(
                "counter",
                "socprot_sent_bytes_total",
                "Bytes of the bodies of answers.",
                self._size,
            )
            yield from self._routes.lines()
            yield from self._queries.lines()


def exposition(metrics: Metrics, cache: AnswerCache, site: Site) -> str:
    """The counters of the site, its cache, and its engine where that keeps any."""
    lines = [*metrics.lines(), *_cache(cache), *_engine(site)]
    lines += _family(
        "gauge",
        "socprot_graph_loaded",
        "Whether there is a graph to ask.",
        int(site.engine is not None),
    )
    return "".join(f"{line}\n" for line in lines)


def _cache(cache: AnswerCache) -> Iterator[str]:
    name = "socprot_cache"
    lookups = {"hit": cache.hits, "miss": cache.misses}
    asked = "Requests that the cache of answers was asked for."
    yield from _family("counter", f"{name}_lookups_total", asked, lookups, "result")
    dropped = "Answers that made room for others."
    yield from _family("counter", f"{name}_evictions_total", dropped, cache.evicted)
    yield from _family("gauge", f"{name}_bytes", "Bytes of answers kept.", cache.size)
    yield from _family("gauge", f"{name}_entries", "Answers kept.", len(cache))


def _engine(site: Site) -> Iterator[str]:
    """What the engine counted, and what its processes use."""
    if not isinstance(site.engine, EmbeddedEngine):
        return
    counted, used = site.engine.stats, site.engine.usage()
    name = "socprot_engine"
    for what, meaning, values, *label in (
        ("queries", "Queries that ended.", counted.queries, "outcome"),
        ("kills", "Workers that were killed.", counted.kills, "reason"),
        ("deaths", "Workers that died by themselves.", counted.deaths, "cause"),
        ("retries", "Queries that were run again.", counted.retries),
        ("nursery_starts", "Processes started for a graph.", counted.nursery_starts),
        ("workers_started", "Workers that were made.", counted.workers_started),
    ):
        yield from _family("counter", f"{name}_{what}_total", meaning, values, *label)
    seconds = f"{name}_query_seconds"
    yield from _head("histogram", seconds, "How long queries took in the engine.")
    taken = counted.buckets, counted.seconds
    yield from (seconds + part for part in _histogram("", stats.BUCKETS, *taken))
    gauge = partial(_family, "gauge")
    yield from gauge(f"{name}_running", "Queries under way.", counted.running, "lane")
    waiting = "Queries that wait for a place."
    yield from gauge(f"{name}_waiting", waiting, counted.waiting, "lane")
    processor = "Processor time of the workers that are alive."
    yield from gauge(f"{name}_processor_seconds", processor, used.processor_seconds)
    memory = "Memory of all processes: added up (rss), or what is shared once (pss)."
    yield from gauge(f"{name}_memory_bytes", memory, used.memory_bytes, "kind")
