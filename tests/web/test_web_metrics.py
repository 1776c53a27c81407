"""`/metrics`, as Prometheus reads it."""

import re
from math import inf

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from serving import SLOW, Server, ask


def scraped(server: Server) -> dict[str, Metric]:
    """Every family by its name; what its reader does not expect, it raises."""
    reply = server.get("/metrics")
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(reply.text))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    return {family.name: family for family in families}


def value(server: Server, family: str, sample: str = "", **labels: str) -> float:
    return sum(
        one.value
        for one in scraped(server)[family].samples
        if one.name == (sample or family) and labels.items() <= one.labels.items()
    )


def test_every_number_says_what_it_is(server: Server) -> None:
    ask(server, "ASK {}")
    ask(server, "SELECT", "text/csv")
    server.get("/limits", "text/html")
    families = scraped(server)
    assert len(families) > 15
    for name, family in families.items():
        assert name.startswith("socprot_")
        assert family.documentation.endswith("."), name
        assert family.type in ("counter", "gauge", "histogram"), name
        assert "_total" not in name  # the reader takes it off a counter, and there only
        for sample in family.samples:
            assert (family.type == "counter") == sample.name.endswith("_total")
            assert sample.value >= 0
            assert all(sample.labels.values()) or sample.labels.keys() == {
                "form",
                "lane",
            }
    unit = re.compile("_(seconds|bytes)$")
    timed = {name for name, family in families.items() if family.type == "histogram"}
    assert timed
    assert all(unit.search(name) for name in timed)


def test_histograms_add_up(server: Server) -> None:
    ask(server, "ASK {}")
    for name, family in scraped(server).items():
        if family.type != "histogram":
            continue
        buckets: dict[str, list[tuple[float, float]]] = {}
        counts: dict[str, float] = {}
        for sample in family.samples:
            labels = dict(sample.labels)
            end = labels.pop("le", "")
            if sample.name == f"{name}_bucket":
                place = float(end.replace("+Inf", "inf")), sample.value
                buckets.setdefault(str(labels), []).append(place)
            elif sample.name == f"{name}_count":
                counts[str(labels)] = sample.value
        assert counts.keys() == buckets.keys() != set()
        for labels, steps in buckets.items():
            assert steps == sorted(steps)
            assert [count for _, count in steps] == sorted(count for _, count in steps)
            assert steps[-1] == (inf, counts[labels])


def test_what_happens_is_counted(server: Server) -> None:
    before = value(server, "socprot_engine_queries", "socprot_engine_queries_total")
    ask(server, "SELECT * { ?metrics ?p 1 }", "text/csv")
    after = value(server, "socprot_engine_queries", "socprot_engine_queries_total")
    assert after == before + 1
    assert ask(server, SLOW, timeout="0.2").status == 504
    kills = {"reason": "timeout"}
    assert value(server, "socprot_engine_kills", "socprot_engine_kills_total", **kills)
    assert value(server, "socprot_engine_memory_bytes", kind="pss") > 1 << 20
    assert value(server, "socprot_graph_loaded") == 1


def test_methods_that_are_made_up_make_no_series(server: Server) -> None:
    """They would stay in memory, one for each."""
    for number in range(30):
        assert server.request(f"MADE-UP-{number}", "/healthz").status == 405
    told = [
        sample.labels["method"]
        for sample in scraped(server)["socprot_requests"].samples
    ]
    assert "other" in told
    assert not [method for method in told if method.startswith("MADE")]
