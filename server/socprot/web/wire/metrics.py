"""
What the site counted, in the text format of Prometheus
(https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from socprot.engine.embedded import EmbeddedEngine
from socprot.web.site import Site
from socprot.web.wire.cache import AnswerCache
from socprot.web.wire.exchange import Exchange

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class _Histogram:
    """How long something took, by labels."""

    def __init__(self, name: str, *labels: str) -> None:
        self._name = name
        self._labels = labels
        self._buckets: dict[tuple[str, ...], list[int]] = {}
        self._seconds: dict[tuple[str, ...], float] = {}

    def add(self, seconds: float, *values: str) -> None:
        """One more."""
        buckets = self._buckets.setdefault(values, [0] * (len(_BUCKETS) + 1))
        buckets[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[values] = self._seconds.get(values, 0) + seconds

    def lines(self) -> Iterator[str]:
        """All of them."""
        ends = [*map(str, _BUCKETS), "+Inf"]
        yield f"# TYPE {self._name} histogram"
        for values, buckets in sorted(self._buckets.items()):
            pairs = zip(self._labels, values, strict=True)
            labels = ",".join(f'{label}="{value}"' for label, value in pairs)
            for end, count in zip(ends, accumulate(buckets), strict=True):
                yield f'{self._name}_bucket{{{labels},le="{end}"}} {count}'
            yield f"{self._name}_sum{{{labels}}} {self._seconds[values]:.6f}"
            yield f"{self._name}_count{{{labels}}} {sum(buckets)}"


class Metrics:
    """Counters of requests, to be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._ways: Counter[str] = Counter()
        self._routes = _Histogram("socprot_request_seconds", "route")
        self._queries = _Histogram("socprot_query_seconds", "form", "lane")
        self._size = 0

    def observe(self, exchange: Exchange) -> None:
        """A request ended."""
        notes = exchange.notes
        route = notes.get("route", "none")
        method = exchange.environ["REQUEST_METHOD"]
        lane = "cached" if exchange.way == "cache" else notes.get("lane", "")
        with self._lock:
            self._requests[route, method, exchange.status] += 1
            self._outcomes[exchange.outcome.partition(":")[0]] += 1
            self._ways[exchange.way] += 1
            self._routes.add(exchange.seconds, route)
            if form := notes.get("form"):
                self._queries.add(exchange.seconds, form, lane)
            self._size += exchange.size

    def lines(self) -> Iterator[str]:
        """Everything counted so far."""
        with self._lock:
            yield "# HELP socprot_requests_total Requests by route, method and status."
            yield "# TYPE socprot_requests_total counter"
            for (route, method, status), count in sorted(self._requests.items()):
                labels = f'route="{route}",method="{method}",status="{status}"'
                yield f"socprot_requests_total{{{labels}}} {count}"
            yield "# HELP socprot_answers_total How answers ended."
            yield "# TYPE socprot_answers_total counter"
            for outcome, count in sorted(self._outcomes.items()):
                yield f'socprot_answers_total{{outcome="{outcome}"}} {count}'
            yield "# HELP socprot_ways_total Who answered: cache, express or Flask."
            yield "# TYPE socprot_ways_total counter"
            for way, count in sorted(self._ways.items()):
                yield f'socprot_ways_total{{way="{way}"}} {count}'
            yield "# TYPE socprot_sent_bytes_total counter"
            yield f"socprot_sent_bytes_total {self._size}"
            yield "# HELP socprot_request_seconds How long requests took, by route."
            yield from self._routes.lines()
            yield "# HELP socprot_query_seconds How long answers to queries took."
            yield from self._queries.lines()


def exposition(metrics: Metrics, cache: AnswerCache, site: Site) -> str:
    """The counters of the site, its cache, and its engine where that keeps any."""
    lines = [*metrics.lines(), *_cache(cache), *_engine(site)]
    ready = int(site.engine is not None)
    lines += ["# TYPE socprot_graph_loaded gauge", f"socprot_graph_loaded {ready}"]
    return "".join(f"{line}\n" for line in lines)


def _cache(cache: AnswerCache) -> Iterator[str]:
    yield "# HELP socprot_cache_lookups_total Requests that the cache was asked for."
    yield "# TYPE socprot_cache_lookups_total counter"
    yield f'socprot_cache_lookups_total{{result="hit"}} {cache.hits}'
    yield f'socprot_cache_lookups_total{{result="miss"}} {cache.misses}'
    yield "# TYPE socprot_cache_evictions_total counter"
    yield f"socprot_cache_evictions_total {cache.evicted}"
    yield "# TYPE socprot_cache_bytes gauge"
    yield f"socprot_cache_bytes {cache.size}"
    yield "# TYPE socprot_cache_entries gauge"
    yield f"socprot_cache_entries {len(cache)}"


def _engine(site: Site) -> Iterator[str]:
    """What the engine counted, and what its processes use."""
    if not isinstance(site.engine, EmbeddedEngine):
        return
    facts: Mapping[str, Any] = {**vars(site.engine.stats), **vars(site.engine.usage())}
    for name, value in facts.items():
        metric = f"socprot_engine_{name}"
        if isinstance(value, Mapping):
            for label, number in value.items():
                yield f'{metric}{{of="{label}"}} {number}'
        elif isinstance(value, int | float):
            yield f"{metric} {value}"
