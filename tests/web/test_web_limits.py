"""Answers that are stopped: at a limit, because nobody waits, or beside many others."""

import socket
import subprocess
import threading
import time
from http.client import IncompleteRead
from urllib.parse import urlencode

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from serving import MANY_ROWS, SLOW, TOO_MANY_ROWS, Server, ask
from waiting import until


def test_a_cut_answer_is_noticed(server: Server) -> None:
    """The row limit comes after the first bytes: the last chunk must not be sent."""
    request = (
        f"GET /sparql?{urlencode({'query': TOO_MANY_ROWS})} HTTP/1.1\r\nHost: x\r\n"
        "Accept: text/csv\r\nConnection: close\r\n\r\n"
    )
    answer = server.raw(request.encode(), 60)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"transfer-encoding: chunked" in answer
    assert len(answer) > 1 << 20
    assert not answer.endswith(b"0\r\n\r\n")
    curl = subprocess.run(
        ["curl", "-sS", "-H", "Accept: text/csv", "--data-urlencode",
         f"query={TOO_MANY_ROWS}", f"{server.address}/sparql"],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert curl.returncode != 0
    good = subprocess.run(
        ["curl", "-sS", "-H", "Accept: text/csv", "--data-urlencode",
         f"query={MANY_ROWS}", f"{server.address}/sparql"],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    assert len(good.stdout.splitlines()) == 10_001


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_cut_answer_is_noticed_in_every_coding(server: Server, coding: str) -> None:
    """Where the packer had sent nothing yet, it is an error with a status even."""
    path = "/sparql?" + urlencode({"query": TOO_MANY_ROWS})
    try:
        reply = server.get(path, "text/csv", Accept_Encoding=coding)
    except IncompleteRead:
        return
    assert reply.status == 422
    assert str(reply.json()["type"]).endswith("/errors/answer-too-large")


def test_a_cut_answer_is_noticed_without_chunks_too(server: Server) -> None:
    """For HTTP/1.0 an answer ends with its connection: that must break, not end."""
    request = (
        f"GET /sparql?{urlencode({'query': TOO_MANY_ROWS})} HTTP/1.0\r\n"
        "Accept: text/csv\r\n\r\n"
    )
    with pytest.raises(ConnectionResetError):
        server.raw(request.encode(), 60)
    good = request.replace(
        urlencode({"query": TOO_MANY_ROWS}), urlencode({"query": MANY_ROWS})
    )
    assert server.raw(good.encode(), 60).count(b"\r\n") > 10_000


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples"])
def test_a_long_graph_says_at_its_end_that_it_is_complete(
    server: Server, accept: str
) -> None:
    """A part of it would be well formed; a comment may stand there by the grammar."""
    pattern = MANY_ROWS[MANY_ROWS.index("{") :]
    template = 'BIND(IRI(CONCAT("urn:", STR(?v0), STR(?v1), STR(?v2), STR(?v3))) AS ?s)'
    query = f"CONSTRUCT {{ ?s <urn:p> ?x }} WHERE {{ {pattern} {template} }}"
    reply = ask(server, query, accept)
    assert reply.text.endswith("\n# complete: 10,000 triples\n")
    kind = RdfFormat.TURTLE if accept == "text/turtle" else RdfFormat.N_TRIPLES
    assert sum(1 for _ in parse(reply.body, kind)) == 10_000
    short = ask(server, "CONSTRUCT { <urn:a> <urn:b> 1 } {}", accept)
    assert "complete" not in short.text


def test_who_leaves_stops_the_query(server: Server) -> None:
    """A client that goes away while its query runs leaves no worker busy."""
    request = f"GET /sparql?{urlencode({'query': SLOW})} HTTP/1.1\r\nHost: x\r\n\r\n"
    before = running(server)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request.encode())
        until(lambda: running(server) > before, 8)
    until(lambda: running(server) <= before, 8)
    until(lambda: any('"client left"' in line for line in server.log), 8)


def running(server: Server) -> float:
    lines = server.get("/metrics").text.splitlines()
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith("socprot_engine_running{")
    )


def test_timeout_is_504_before_the_first_byte(server: Server) -> None:
    start = time.monotonic()
    reply = ask(server, SLOW, timeout="0.5")
    assert reply.status == 504
    assert reply.json()["type"].endswith("/errors/timeout")
    assert time.monotonic() - start < 3


def test_many_at_once_get_their_own_answers(server: Server) -> None:
    wrong: list[str] = []

    def one(number: int) -> None:
        for turn in range(5):
            value = number * 1000 + turn
            reply = ask(server, f"SELECT ({value} AS ?v) {{}}", "text/csv")
            if reply.text.split() != ["v", str(value)]:
                wrong.append(f"{value}: {reply.status} {reply.text}")

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('"01"^^xsd:integer', '"1"^^xsd:integer'),
        ('"007"^^xsd:int', '"7"^^xsd:integer'),
        ('"1.50"^^xsd:decimal', '"1.5"^^xsd:decimal'),
        (
            '"2020-01-01T24:00:00Z"^^xsd:dateTime',
            '"2020-01-02T00:00:00Z"^^xsd:dateTime',
        ),
        ('"x"@EN-Gb', '"x"@en-gb'),
        ('" 1"^^xsd:integer', '" 1"^^xsd:integer'),
        ('"abc"^^xsd:date', '"abc"^^xsd:date'),
        ('" \\t\\r\\n\u2028 "', '" \\t\\r\\n\u2028 "'),
    ],
)
def test_the_engine_spells_values_as_the_page_says(given: str, kept: str) -> None:
    """What the page says of the engine; a change of that would show here."""
    prefix = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    read = [
        next(parse(f"{prefix}<a:a> <a:b> {text} .", RdfFormat.TURTLE)).object
        for text in (given, kept)
    ]
    store = Store()
    store.add(Quad(NamedNode("a:a"), NamedNode("a:b"), read[0]))
    assert next(iter(store)).object == read[1]


def test_the_page_tells_how_values_are_spelt(server: Server) -> None:
    text = server.get("/limits", "text/html").text
    for said in ("01 is 1", "1.50 is 1.5", "24:00", "language tag", "sign by sign"):
        assert said in text
