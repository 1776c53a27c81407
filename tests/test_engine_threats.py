"""What a hostile query may try, and what it gets. Real workers, small limits."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from nested import TOO_DEEP
from waiting import until

from socprot.engine import Request
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import MIB, Limits
from socprot.errors import (
    AnswerTooLarge,
    BadRequest,
    Busy,
    OutOfMemory,
    QueryRefused,
    QueryStopped,
    QueryTimeout,
    QueryTooLarge,
    ServiceRefused,
    SocprotError,
)

LIMITS = Limits(
    workers=4,
    timeout=1.0,
    timeout_ceiling=10.0,
    memory_bytes=128 * MIB,
    slow_after=0.1,
    slow_per_client=3,
    wait=3.0,
    buffer_bytes=10_000,
)
FORMATS = {
    "rows": "text/csv",
    "boolean": "text/csv",
    "triples": "application/n-triples",
}
ALL = "?a ?b ?c . ?d ?e ?f ."
HONEST = "SELECT ?o { <http://e/s7> <http://e/name> ?o }"
FOREVER = f"SELECT (COUNT(*) AS ?n) {{ {ALL} ?g ?h ?i }}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    path = tmp_path_factory.mktemp("graph") / "graph.nt"
    path.write_text(
        "".join(
            f'<http://e/s{i}> <http://e/name> "{i}" .\n'
            f"<http://e/s{i}> <http://e/p{i % 3}> <http://e/s{i * 7 % 2000}> .\n"
            for i in range(3000)
        )
    )
    engine = EmbeddedEngine([path], LIMITS).ready()
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def _others_are_served(engine: EmbeddedEngine) -> Iterator[None]:
    """After each attack, an honest query is answered at once and rightly."""
    yield
    start = time.monotonic()
    assert run(engine, HONEST) == b"o\r\n7\r\n"
    assert time.monotonic() - start < 0.5


def run(engine: EmbeddedEngine, query: str, **options: object) -> bytes:
    return engine.answer(Request(query, FORMATS, **options)).read()  # type: ignore[arg-type]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on loopback that nobody may ever call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()


# ---- reaching out --------------------------------------------------------------


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE <{url}> {{ ?s ?p ?o }}",
        "SERVICE SILENT <{url}> {{ ?s ?p ?o }}",
        "BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }}",
        "\\u0053ERVICE <{url}> {{ ?s ?p ?o }}",
        # Not the keyword to us, but to the parser of the engine.
        "SERVICEe:x {{ ?s ?p ?o }}",
    ],
)
def test_service_reaches_nobody(
    engine: EmbeddedEngine, listener: socket.socket, clause: str
) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    prefixes = f"PREFIX e: <{url}> PREFIX SERVICEe: <{url}> "
    with pytest.raises(SocprotError):
        run(engine, prefixes + "SELECT * { " + clause.format(url=url) + " }")


def test_a_worker_can_open_no_connection(
    engine: EmbeddedEngine, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The structural guard, should the look at the tokens ever miss a SERVICE."""
    monkeypatch.setattr("socprot.engine.screen._worth_reading", lambda *_: False)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pytest.raises(ServiceRefused, match="not here"):
        run(engine, f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    assert run(engine, f"ASK {{ SERVICE SILENT <{url}> {{}} }}") == b"true"


@pytest.mark.parametrize("what", ["FROM", "FROM NAMED"])
def test_from_reads_no_address(
    engine: EmbeddedEngine, listener: socket.socket, what: str
) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.ttl"
    anywhere = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    query = f"SELECT * {what} <{url}> {anywhere}"
    assert run(engine, query).count(b"\n") == 1
    for dataset in ({"default_graphs": (url,)}, {"named_graphs": (url,)}):
        assert run(engine, query, **dataset).count(b"\n") == 1


def test_from_reads_no_file(engine: EmbeddedEngine, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<http://s> <http://p> 'secret' .")
    for name in (secret.as_uri(), "file:///etc/passwd"):
        query = f"SELECT * FROM <{name}> {{ ?s ?p ?o }}"
        assert run(engine, query) == b"o,p,s\r\n"
        assert run(engine, "SELECT * { ?s ?p ?o }", default_graphs=(name,)) == (
            b"o,p,s\r\n"
        )


@pytest.mark.parametrize(
    "update", ["LOAD <file:///etc/passwd>", "INSERT DATA { <http://a> <http://b> 1 }"]
)
def test_updates_do_nothing(engine: EmbeddedEngine, update: str) -> None:
    with pytest.raises(QueryRefused):
        run(engine, update)
    with pytest.raises(SocprotError):
        run(engine, "ASK {} ; " + update)


# ---- time ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        FOREVER,
        "SELECT (COUNT(*) AS ?n) { ?a !<http://x>* ?b . ?b !<http://y>* ?c }",
        "SELECT (COUNT(*) AS ?n)"
        " { ?a ((<http://e/p1>|!<http://x>)*)* ?b . ?c !<http://y>* ?d }",
        f"CONSTRUCT {{ <http://a> <http://b> 1 }} WHERE {{ {ALL} ?g ?h ?i }}",
        "SELECT (COUNT(*) AS ?n) {"
        + "".join(f" VALUES ?v{n} {{ {'1 ' * 1000}}}" for n in range(20))
        + "}",
        "ASK { " + "?a ?b ?c . " * 300 + "}",
    ],
    ids=["product", "path", "paths in paths", "same triple", "VALUES", "pattern"],
)
def test_what_never_ends_is_stopped(engine: EmbeddedEngine, query: str) -> None:
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.3 seconds"):
        run(engine, query, timeout=0.3)
    assert time.monotonic() - start < 0.8


def test_a_timeout_has_a_ceiling() -> None:
    limits = Limits()
    assert limits.seconds(None) == 10
    assert limits.seconds(3) == 3
    assert limits.seconds(10_000) == 30


def test_a_regular_expression_cannot_explode(engine: EmbeddedEngine) -> None:
    text = "a" * 5000
    for bomb in ("^(a+)+$", "^((a*)*)*b", "(a|aa)+$", "(a{1000}){1000}"):
        run(engine, f'SELECT (REGEX("{text}!", "{bomb}") AS ?x) {{}}', timeout=0.5)


# ---- memory and size -----------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?z { BIND("'
        + "a" * 1000
        + '" AS ?a0) '
        + "".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1}) " for n in range(40))
        + "BIND(STRLEN(?a40) AS ?z) }",
        "SELECT (STRLEN(GROUP_CONCAT(CONCAT(?x, STR(?a), STR(?f)))) AS ?z)"
        f" {{ {ALL} BIND('{'x' * 9000}' AS ?x) }}",
        f"SELECT * {{ {ALL} }} ORDER BY ?f ?c",
        f"SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?f), '{'x' * 999}')) AS ?n)"
        f" {{ {ALL} }}",
        f"SELECT ?x (COUNT(*) AS ?n) {{ {ALL} BIND(STRUUID() AS ?x) }} GROUP BY ?x",
        'SELECT (STRLEN(REPLACE(REPLACE("'
        + "a" * 9000
        + '", "a", "'
        + "b" * 9000
        + '"), "b", "ccc")) AS ?z) {}',
    ],
    ids=["CONCAT", "GROUP_CONCAT", "ORDER BY", "DISTINCT", "GROUP BY", "REPLACE"],
)
def test_what_needs_too_much_memory_is_stopped(
    engine: EmbeddedEngine, query: str
) -> None:
    with pytest.raises(OutOfMemory, match="memory"):
        run(engine, query, timeout=10)


def test_what_is_too_large_is_stopped(engine: EmbeddedEngine) -> None:
    with pytest.raises(AnswerTooLarge):
        run(engine, f"SELECT * {{ {ALL} }}", timeout=9)
    with pytest.raises(AnswerTooLarge):
        run(engine, f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {ALL} }}", timeout=9)
    long = "BIND('" + "x" * 9000 + "' AS ?x) BIND(CONCAT(?x, ?x, ?x, ?x, ?x) AS ?y)"
    with pytest.raises(AnswerTooLarge):
        run(engine, f"SELECT ?y {{ ?s ?p ?o {long} }}", timeout=9)


# ---- the parser ----------------------------------------------------------------


@pytest.mark.parametrize("query", TOO_DEEP.values(), ids=TOO_DEEP)
def test_what_is_too_deep_hurts_nobody(engine: EmbeddedEngine, query: str) -> None:
    with pytest.raises((QueryTooLarge, QueryTimeout)):
        run(engine, query, timeout=0.3)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { " + "FILTER EXISTS {" * 120 + "}" * 120 + " }",
        "ASK { FILTER(" + "STR(" * 120 + "1" + ")" * 120 + ") }",
        "ASK " + "{SELECT * " * 120 + "{}" + "}" * 120,
        "SELECT * { VALUES ?x { " + "1 " * 30_000 + "} }",
    ],
    ids=["EXISTS", "function", "subquery", "VALUES"],
)
def test_what_is_deep_or_long_within_the_limits_is_answered(
    engine: EmbeddedEngine, query: str
) -> None:
    assert run(engine, query)


# ---- clients -------------------------------------------------------------------


def test_a_reader_who_goes_away_stops_the_query(engine: EmbeddedEngine) -> None:
    before = engine.stats.kills.get("abandoned", 0)
    for how in ("close", "forget"):
        answer = engine.answer(Request(f"SELECT * {{ {ALL} }}", FORMATS))
        assert answer.size is None
        next(answer.chunks)
        if how == "close":
            answer.chunks.close()  # type: ignore[attr-defined]
        del answer
    assert engine.stats.kills["abandoned"] == before + 2
    assert sum(engine.stats.running.values()) == 0


def test_a_caller_who_goes_away_stops_the_query(engine: EmbeddedEngine) -> None:
    start = time.monotonic()
    with pytest.raises(QueryStopped, match="Nobody waits"):
        run(engine, FOREVER, abandoned=lambda: True)
    assert time.monotonic() - start < 0.5


def test_a_slow_reader_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "graph.nt"
    path.write_text(
        "".join(f"<http://s{i}> <http://p> <http://o> .\n" for i in range(2000))
    )
    with closing(
        EmbeddedEngine(
            [path], Limits(workers=1, buffer_bytes=1000, delivery=0.1)
        ).ready()
    ) as engine:
        answer = engine.answer(Request(f"SELECT * {{ {ALL} }}", FORMATS))
        next(answer.chunks)
        until(lambda: engine.stats.kills.get("delivery"))
        with pytest.raises(QueryStopped, match="fast enough"):
            answer.read()


def test_one_client_cannot_take_all_slow_places(engine: EmbeddedEngine) -> None:
    """Six slow queries of one client: three are refused, and others get a place."""
    outcomes: list[str] = []

    def hostile(number: int) -> None:
        try:
            run(engine, f"{FOREVER} # {number}", client="one", timeout=4)
        except SocprotError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=hostile, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    until(lambda: engine.stats.running["slow"] >= 2, 6)
    start = time.monotonic()
    assert run(engine, HONEST, client="two") == b"o\r\n7\r\n"
    assert time.monotonic() - start < 0.5
    sort = (
        "SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?c))) AS ?n) { ?a ?b ?c . ?d ?e 7 }"
    )
    assert run(engine, sort, client="two")
    for thread in threads:
        thread.join()
    assert outcomes.count("ClientBusy") >= 3
    assert outcomes.count("QueryTimeout") >= 2
    assert len(outcomes) == 6


def test_short_queries_overtake_long_ones(engine: EmbeddedEngine) -> None:
    def hostile(number: int) -> None:
        with pytest.raises((QueryTimeout, Busy)):
            run(engine, f"{FOREVER} # {number}", client=f"client {number}", timeout=4)

    threads = [threading.Thread(target=hostile, args=(n,)) for n in range(10, 20)]
    for thread in threads:
        thread.start()
    until(lambda: engine.stats.running["slow"] > 2, 8)
    waits = []
    for _ in range(20):
        start = time.monotonic()
        assert run(engine, HONEST, client="honest") == b"o\r\n7\r\n"
        waits.append(time.monotonic() - start)
    for thread in threads:
        thread.join()
    assert sorted(waits)[10] < 0.3


def test_bad_values_are_the_callers_fault(engine: EmbeddedEngine) -> None:
    with pytest.raises(BadRequest):
        run(engine, HONEST, default_graphs=("http://e/ \r\nX: y",))
