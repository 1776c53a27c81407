"""Evidence, data quality and statements: their numbers are those of the graph."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from serving import Server, ask
from waiting import until

from socprot import files, queries
from socprot.bundle import Bundle
from socprot.namespaces import SP

EVIDENCE = queries.load(files.root() / "queries" / "page" / "evidence")
HYGIENE = queries.load(files.root() / "queries" / "hygiene")


@pytest.fixture(scope="module")
def real(bundle: Bundle) -> Iterator[Server]:
    """The site around the published graph."""
    running = Server("bundle", Path(bundle.path))
    yield running
    assert running.stop() == 0, "".join(running.log)


def page(server: Server, path: str) -> str:
    reply = server.get(path, "text/html")
    assert reply.status == 200, reply.text
    return reply.text


def count(store: ox.Store, query: str) -> int:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    return sum(1 for _ in rows)


@pytest.mark.parametrize("name", EVIDENCE)
def test_a_table_has_the_rows_of_its_query(
    real: Server, published: ox.Store, name: str
) -> None:
    text = page(real, "/evidence")
    section = text.partition(f'<h2 id="{name}"')[2].partition("</section>")[0]
    rows = count(published, EVIDENCE[name].text)
    assert rows > 0
    assert section.count("<tr>") == rows + 1
    (behind,) = re.findall(r'href="(/sparql\?[^"]*)"', section)
    (query,) = parse_qs(urlsplit(unescape(behind)).query)["query"]
    assert query == EVIDENCE[name].text


@pytest.mark.parametrize(
    ("name", "number", "total"),
    [
        ("sources-by-grade", "sources", "Source"),
        ("corrections-by-type", "corrections", "Correction"),
        ("verifications-by-result", "readings", "Verification"),
    ],
)
def test_totals_are_those_of_the_class(
    real: Server, published: ox.Store, name: str, number: str, total: str
) -> None:
    text = page(real, "/evidence")
    section = text.partition(f'<h2 id="{name}"')[2].partition("</section>")[0]
    held = count(published, f"SELECT DISTINCT ?s {{ ?s a <{SP}{total}> }}")
    assert f"{held:,} {number} in all" in section


def test_the_report_is_that_of_the_bundle(real: Server, bundle: Bundle) -> None:
    text = page(real, "/quality")
    reply = real.get("/quality/report.ttl")
    assert reply.media_type == "text/turtle"
    assert reply.body == (Path(bundle.path) / "report.ttl").read_bytes()
    results = reply.text.count("sh:result <")
    assert text.count('class="badge warn"') == results
    assert "0 violations" in text
    assert "&lt;https" not in text  # records have names


@pytest.mark.parametrize("name", HYGIENE)
def test_a_hygiene_query_finds_nothing_when_asked_again(
    real: Server, name: str
) -> None:
    text = page(real, "/quality")
    link = "/sparql?" + urlencode({"query": HYGIENE[name].text})
    assert link in unescape(text)
    found = ask(real, HYGIENE[name].text, "application/sparql-results+json").json()
    assert found["results"] == {"bindings": []}


def test_other_files_have_no_report_but_a_page(files: Server) -> None:
    assert files.get("/quality", "text/html").status == 200
    assert files.get("/evidence", "text/html").status == 200


def test_what_the_privacy_statement_says_of_headers(real: Server) -> None:
    text = page(real, "/privacy")
    assert "sets no cookies" in text
    headers = real.get("/", "text/html").headers
    assert headers["Set-Cookie"] is None
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    allowed = {word for part in policy.split(";") for word in part.split()[1:]}
    assert allowed <= {"'none'", "'self'"}


def test_a_line_of_the_log_has_what_the_statement_says(real: Server) -> None:
    told = ["time", "method", "path", "status", "bytes", "ms", "outcome", "client"]
    real.get("/privacy?secret=1", "text/html", User_Agent="x-browser", Referer="/x")
    ask(real, "ASK { }")
    for path in ('"/privacy"', '"/sparql"'):  # lines are written together
        until(lambda path=path: path in "".join(real.log))
    lines = "".join(real.log)
    assert "secret" not in lines
    assert "x-browser" not in lines
    (line,) = [one for one in real.log if '"/sparql"' in one][:1]
    assert all(f'"{name}": ' in line for name in told)
    assert re.search(r'"query": "[0-9a-f]{16}"', line)
    assert '"client": "127.0.0.0"' in line


def test_operating_guidance_names_what_is_there(real: Server) -> None:
    text = page(real, "/limits")
    for path in ("/healthz", "/readyz", "/metrics"):
        assert path in text
        assert real.get(path).status == 200
    source = (files.root() / "server" / "socprot").rglob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in source)
    for variable in re.findall(r"SOCPROT_[A-Z]+", text):
        assert variable in code
