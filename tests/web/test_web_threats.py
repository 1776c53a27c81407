"""Attacks on a running server, by queries and by signals; see `threats.toml`."""

import json
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from nested import TOO_DEEP
from processes import family, nurseries, workers
from serving import (
    DIRECT,
    HERE,
    HONEST,
    TEN,
    TOO_MANY_ROWS,
    Reply,
    Server,
    ask,
    long,
    make_bundle,
    problem,
)
from waiting import until

pytestmark = pytest.mark.usefixtures("others_are_served")

PRODUCT = " ".join(f"VALUES ?v{n} {TEN}" for n in range(12))
THOUSAND = " ".join(f"VALUES ?w{n} {TEN}" for n in range(3))


# ---- reaching out --------------------------------------------------------------


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE <{url}> {{ ?s ?p ?o }}",
        "SERVICE SILENT <{url}> {{ ?s ?p ?o }}",
        "BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }}",
        "\\u0053ERVICE <{url}> {{ ?s ?p ?o }}",
        "FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    ],
)
def test_service_reaches_nobody(server: Server, listener: str, clause: str) -> None:
    reply = ask(server, "SELECT * { " + clause.format(url=listener) + " }")
    assert (reply.status, problem(reply)) == (403, "service-refused")


def test_a_name_of_a_graph_is_only_a_name(
    server: Server, listener: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<http://s> <http://p> 'secret' .")
    anywhere = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    for name in (secret.as_uri(), "file:///etc/passwd", listener + "x.ttl"):
        for what in ("FROM", "FROM NAMED"):
            reply = ask(server, f"SELECT ?o {what} <{name}> {anywhere}", "text/csv")
            assert (reply.status, reply.text) == (200, "o\r\n")
        for parameter in ("default-graph-uri", "named-graph-uri"):
            more = {parameter: name}
            reply = ask(server, f"SELECT ?o {anywhere}", "text/csv", **more)
            assert (reply.status, reply.text) == (200, "o\r\n")


def test_load_is_refused(server: Server, listener: str) -> None:
    for name in ("file:///etc/passwd", listener):
        for query in (f"LOAD <{name}>", f"LOAD SILENT <{name}> INTO GRAPH <urn:x>"):
            reply = ask(server, query)
            assert (reply.status, problem(reply)) == (403, "update-refused")
        assert ask(server, f"ASK {{}} ; LOAD <{name}>").status in (400, 403)


def test_workers_can_do_nothing_else(server: Server) -> None:
    """A worker has no free descriptor, no new process, and no file to write."""
    found = [worker.limits for worker in workers(server.process.pid)]
    assert len(found) >= 2
    for limits in found:
        assert limits["Max processes"] == "0"
        assert limits["Max file size"] == "0"
        assert limits["Max core file size"] == "0"
        assert limits["Max address space"].isdecimal()
    for worker in workers(server.process.pid):
        taken = len(list(Path(f"/proc/{worker.number}/fd").iterdir()))
        assert taken == int(worker.limits["Max open files"])


def test_nobody_chooses_another_endpoint(server: Server, listener: str) -> None:
    for parameter in ("endpoint", "url", "endpoint-url", "service"):
        reply = ask(server, HONEST, "text/csv", **{parameter: listener})
        assert reply.text == "n\r\nASEAN\r\n"
        path = f"/query/adopted-in-year?{parameter}={listener}"
        assert server.get(path).status == 400
    reply = server.get("/sparql", Cookie=f"endpoint={listener}")
    assert reply.headers["Set-Cookie"] is None
    assert listener not in reply.text


# ---- time, memory and size -----------------------------------------------------


def test_a_regular_expression_cannot_explode(server: Server) -> None:
    text = "a" * 5000
    for bomb in ("^(a+)+$", "^((a*)*)*b", "(a|aa)+$", "(a{1000}){1000}"):
        query = f'SELECT (REGEX("{text}!", "{bomb}") AS ?x) {{}}'
        assert ask(server, query, timeout="1").status == 200


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}",
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"?a{n} !<x:x>* ?b{n} ." for n in range(6))
        + " }",
        "SELECT (COUNT(*) AS ?n) { ?a ((<x:p>|!<x:x>)*)* ?b . ?c !<x:y>* ?d . "
        "?e ((<x:p>|!<x:x>)*)* ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }",
        f"CONSTRUCT {{ <x:a> <x:b> 1 }} {{ {PRODUCT} }}",
        f"ASK {{ {PRODUCT} FILTER(CONCAT(STR(?v1), STR(?v11)) = 'x') }}",
    ],
    ids=["product", "paths", "paths in paths", "same triple", "ASK"],
)
def test_what_never_ends_is_stopped(server: Server, query: str) -> None:
    start = time.monotonic()
    reply = ask(server, query, timeout="0.3")
    assert (reply.status, problem(reply)) == (504, "timeout")
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    "query",
    [
        f'SELECT ?z {{ BIND("{"a" * 1000}" AS ?a0) '
        + "".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1}) " for n in range(40))
        + "BIND(STRLEN(?a40) AS ?z) }",
        f"SELECT (STRLEN(GROUP_CONCAT(?x)) AS ?z) {{ {THOUSAND} VALUES ?q {TEN} "
        f"VALUES ?r {TEN} BIND('{'x' * 9000}' AS ?x) }}",
        f"SELECT * {{ {PRODUCT} BIND(CONCAT(STR(?v1), '{'x' * 9000}') AS ?x) }} "
        "ORDER BY ?x",
        f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {PRODUCT} "
        f"BIND(CONCAT(STRUUID(), '{'x' * 9000}') AS ?x) }}",
        f'SELECT (STRLEN(REPLACE(REPLACE("{"a" * 9000}", "a", "{"b" * 9000}"), "b", '
        '"cccccc")) AS ?z) {}',
    ],
    ids=["CONCAT", "GROUP_CONCAT", "ORDER BY", "DISTINCT", "REPLACE"],
)
def test_what_needs_too_much_memory_is_stopped(server: Server, query: str) -> None:
    reply = ask(server, query, timeout="30")
    assert (reply.status, problem(reply)) == (422, "out-of-memory")


def test_huge_values_are_bounded(server: Server) -> None:
    within = "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 30_000 + "} }"
    reply = post(server, within)
    assert json.loads(reply.body)["results"]["bindings"][0]["n"]["value"] == "30000"
    beyond = "SELECT * { VALUES ?x { " + "1 " * 100_000 + "} }"
    assert problem(post(server, beyond)) == "query-too-large"
    assert problem(post(server, beyond + " " * (1 << 17))) == "body-too-large"


def post(server: Server, query: str, kind: str = DIRECT) -> Reply:
    return server.request("POST", "/sparql", query.encode(), {"Content-Type": kind})


def test_an_answer_too_large_is_an_error(server: Server) -> None:
    """More rows than allowed, though few bytes: nothing was sent, so a 422 is."""
    small = long(6, 0).replace("SELECT *", "SELECT ?x")
    reply = ask(server, small, "text/csv")
    assert (reply.status, problem(reply)) == (422, "answer-too-large")
    page = ask(server, TOO_MANY_ROWS, "text/html")
    assert page.status == 422
    assert "too large" in page.text


@pytest.mark.parametrize("query", TOO_DEEP.values(), ids=TOO_DEEP)
def test_what_is_too_deep_hurts_nobody(server: Server, query: str) -> None:
    reply = server.request(
        "POST", "/sparql?timeout=1", query.encode(), {"Content-Type": DIRECT}
    )
    assert (reply.status, problem(reply)) in {
        (413, "query-too-large"),
        (504, "timeout"),
    }


# ---- the process ---------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/update",
        "/sparql/update",
        "/admin",
        "/$/datasets",
        "/$/ping",
        "/data",
        "/store",
        "/upload",
        "/console",
        "/debug",
        "/?__debugger__=yes&cmd=resource&f=debugger.js",
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/.git/config",
        "/.env",
    ],
)
def test_there_is_nothing_to_administer(server: Server, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        reply = server.request(method, path, b"" if method != "GET" else None)
        assert reply.status in (404, 405) or (method, path[:2]) == ("GET", "/?")
        assert "import" not in reply.text
        assert "debugger" not in reply.text


def test_it_listens_on_loopback_only(server: Server) -> None:
    """Bound to 127.0.0.1 itself: not even another address of loopback reaches it."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), 5).close()


def test_one_client_cannot_crowd_out_the_others(server: Server) -> None:
    """Of twenty slow queries some are turned away, while the others run or wait."""
    sockets = []
    try:
        for number in range(20):
            query = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }} # crowd {number}"
            address = "/sparql?" + urlencode({"query": query, "timeout": "20"})
            one = socket.create_connection(("127.0.0.1", server.port), 20)
            one.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            sockets.append(one)
        answered, _, _ = select.select(sockets, [], [], 15)
        head = answered[0].recv(65536).lower()
        assert head.startswith(b"http/1.1 429 ")
        assert b"retry-after: 5\r\n" in head
        assert ask(server, "ASK {} # meanwhile").status == 200
    finally:
        for one in sockets:
            one.close()


def test_killed_workers_cost_nobody_an_answer(server: Server) -> None:
    """Every worker is killed, then the process that forks them, while queries run."""

    def honest(number: int) -> str:
        work = f"SELECT (COUNT(*) AS ?n) {{ {THOUSAND} VALUES ?x {TEN} }} # {number}"
        return ask(server, work, "text/csv").text

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(honest, range(60))
        for _ in range(3):
            for worker in workers(server.process.pid):
                worker.kill()
            time.sleep(0.1)
        for nursery in nurseries(server.process.pid):
            nursery.kill()
        assert list(answers) == ["n\r\n10000\r\n"] * 60


def test_a_killed_server_leaves_no_process(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "one", [HERE / "mini.trig"])
    victim = Server("bundle", bundle, SOCPROT_LOG="warning")
    until(lambda: len(family(victim.process.pid)) > 4)  # they come after it
    root, *others = family(victim.process.pid)
    root.kill()
    until(lambda: not any(one in family(one.number) for one in others), 10)
    assert victim.wait() != 0
