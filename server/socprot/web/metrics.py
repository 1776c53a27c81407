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

from socprot.web.cache import AnswerCache
from socprot.web.site import Site

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of requests, to be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.buckets: dict[str, list[int]] = {}
        self.seconds: dict[str, float] = {}
        self.size = 0

    def observe(
        self,
        route: str,
        method: str,
        status: int,
        seconds: float,
        size: int,
        outcome: str,
    ) -> None:
        """A request ended."""
        with self._lock:
            self.requests[route, method, status] += 1
            self.outcomes[outcome.partition(":")[0]] += 1
            buckets = self.buckets.setdefault(route, [0] * (len(_BUCKETS) + 1))
            buckets[bisect_left(_BUCKETS, seconds)] += 1
            self.seconds[route] = self.seconds.get(route, 0) + seconds
            self.size += size

    def lines(self) -> Iterator[str]:
        """Everything counted so far."""
        with self._lock:
            yield "# HELP socprot_requests_total Requests by route, method and status."
            yield "# TYPE socprot_requests_total counter"
            for (route, method, status), count in sorted(self.requests.items()):
                labels = f'route="{route}",method="{method}",status="{status}"'
                yield f"socprot_requests_total{{{labels}}} {count}"
            yield "# HELP socprot_answers_total How answers ended."
            yield "# TYPE socprot_answers_total counter"
            for outcome, count in sorted(self.outcomes.items()):
                yield f'socprot_answers_total{{outcome="{outcome}"}} {count}'
            yield "# TYPE socprot_sent_bytes_total counter"
            yield f"socprot_sent_bytes_total {self.size}"
            yield "# HELP socprot_request_seconds How long requests took."
            yield "# TYPE socprot_request_seconds histogram"
            for route, buckets in sorted(self.buckets.items()):
                yield from self._histogram(route, buckets)

    def _histogram(self, route: str, buckets: list[int]) -> Iterator[str]:
        name = "socprot_request_seconds"
        ends = [*map(str, _BUCKETS), "+Inf"]
        for end, count in zip(ends, accumulate(buckets), strict=True):
            yield f'{name}_bucket{{route="{route}",le="{end}"}} {count}'
        yield f'{name}_sum{{route="{route}"}} {self.seconds[route]:.6f}'
        yield f'{name}_count{{route="{route}"}} {sum(buckets)}'


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
    """What the engine counted, whatever that is."""
    stats = getattr(site.engine, "stats", None)
    held = stats() if callable(stats) else stats
    if held is None:
        return
    facts: Mapping[str, Any] = vars(held)
    for name, value in facts.items():
        metric = f"socprot_engine_{name}"
        if isinstance(value, Mapping):
            for label, number in value.items():
                yield f'{metric}{{of="{label}"}} {number}'
        elif isinstance(value, int | float):
            yield f"{metric} {value}"
