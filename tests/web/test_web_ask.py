"""The page on which people ask: examples, answers, links, and the vocabulary."""

import json
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from serving import Reply, Server, ask

from socprot import permalink

HTML = "text/html,*/*;q=0.8"
EVENTS = """PREFIX sp: <https://w3id.org/socprot/ns#>
SELECT ?event ?start WHERE { ?event a sp:Event ; sp:earliest ?start } ORDER BY ?start"""


def page(server: Server, path: str) -> Reply:
    return server.get(path, HTML)


def written(text: str) -> str:
    """What stands in the text area of a page."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found
    return unescape(found[1])


def test_an_example_is_filled_in_and_not_run(server: Server) -> None:
    text = page(server, "/sparql").text
    assert written(text) == ""
    links = re.findall(r'href="(/sparql\?example=[^"]+)"', text)
    assert len(links) > 20
    reply = page(server, links[0])
    assert written(reply.text).startswith("#+ summary:")
    assert "<table" not in reply.text
    assert reply.headers["ETag"] != page(server, links[1]).headers["ETag"]
    missing = page(server, "/sparql?example=no-such-question")
    assert missing.status == 404


def test_an_answer_leads_to_its_short_link(server: Server) -> None:
    text = ask(server, EVENTS, HTML).text
    links = {unescape(one) for one in re.findall(r'href="(/q/[^"?]+)"', text)}
    (link,) = links
    assert permalink.read(link.removeprefix("/q/")) == EVENTS
    again = page(server, link)
    assert again.status == 200
    assert written(again.text) == EVENTS
    rows = server.get(link, "text/csv")
    assert rows.text.startswith("event,start\r\n")
    assert rows.headers["ETag"] == ask(server, EVENTS, "text/csv").headers["ETag"]
    assert server.get(link + "?format=tsv").media_type == "text/tab-separated-values"
    assert "X-Limits" in rows.headers
    unchanged = server.get(link, "text/csv", If_None_Match=rows.headers["ETag"])
    assert unchanged.status == 304


def test_a_broken_link_says_so(server: Server) -> None:
    for code in ("a", "zzzz", "a" + "_" * 50, "a%00"):
        reply = server.get(f"/q/{code}", "application/json")
        assert reply.status == 404
        assert reply.json()["detail"].startswith("This ")  # type: ignore[attr-defined]
    code = permalink.write("SELECT")
    assert server.get(f"/q/{code}", "application/json").status == 400
    beside = server.get(f"/q/{permalink.write(EVENTS)}?query=ASK%7B%7D")
    assert beside.status == 400


def test_the_graphs_that_are_asked_stay_in_the_links(server: Server) -> None:
    graph = "https://w3id.org/socprot/graph/ontology"
    query = "SELECT * WHERE { ?s ?p ?o } LIMIT 3"
    text = ask(server, query, HTML, **{"default-graph-uri": graph}).text
    wanted = urlencode({"default-graph-uri": graph})
    links = [unescape(one) for one in re.findall(r'href="(/q/[^"]+)"', text)]
    assert links
    assert all(wanted in one for one in links if "/cite" not in one)
    assert f'name="default-graph-uri" value="{graph}"' in text


def test_downloads_hold_the_whole_answer(server: Server) -> None:
    text = ask(server, EVENTS, HTML).text
    links = re.findall(r'class="button[^"]*" href="(/q/[^"]+format=(\w+))"', text)
    assert [name for _, name in links] == ["spreadsheet", "csv", "tsv", "json", "xml"]
    for link, _ in links:
        assert server.get(unescape(link)).status == 200
    triples = ask(server, "CONSTRUCT WHERE { ?s ?p ?o }", HTML).text
    links = re.findall(r'class="button[^"]*" href="(/q/[^"]+format=(\w+))"', triples)
    assert [name for _, name in links] == ["turtle", "ntriples", "jsonld", "rdfxml"]
    for link, _ in links:
        assert server.get(unescape(link)).status == 200


def test_columns_tell_what_they_hold(server: Server) -> None:
    query = """SELECT ?n ?day ?name ?mixed WHERE {
      VALUES (?n ?day ?name ?mixed) {
        (1 "2013-10-09"^^<http://www.w3.org/2001/XMLSchema#date> "a"@en "x"@fr)
        (2 "2015-11-21"^^<http://www.w3.org/2001/XMLSchema#date> "b"@en 7) } }"""
    text = ask(server, query, HTML).text
    head = text.partition("<thead>")[2].partition("</thead>")[0]
    assert re.findall(r'class="hint">([^<]+)<', head) == ["integer", "date", "@en"]
    assert '<th scope="col" class="number">n' in head
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r'class="hint">([^<]+)<', body) == ["@fr", "integer"]
    assert '<span lang="fr">x</span>' in body


def test_many_rows_are_shown_in_part(server: Server) -> None:
    ten = "{ 0 1 2 3 4 5 6 7 8 9 }"
    values = " ".join(f"VALUES ?{v} {ten}" for v in "abcd")
    text = ask(server, f"SELECT * WHERE {{ {values} }}", HTML).text
    assert "The first 1,000 of 10,000 rows." in text
    assert text.count("<tr>") == 1001


def test_a_long_query_has_no_link_but_programs(server: Server) -> None:
    # Hashes do not compress.
    terms = " ".join(f'"{hash(n):x}{n**9:x}"' for n in range(1000, 2200))
    query = f"SELECT * WHERE {{ VALUES ?x {{ {terms} }} }}"
    reply = server.request(
        "POST",
        "/sparql",
        query.encode(),
        {"Content-Type": "application/sparql-query", "Accept": HTML},
    )
    assert reply.status == 200
    assert "too long for a link" in reply.text
    assert 'href="/q/' not in reply.text
    assert "curl" in reply.text


def test_the_time_is_beside_the_page_and_not_in_it(server: Server) -> None:
    reply = ask(server, EVENTS, HTML)
    assert re.fullmatch(r"answer;dur=\d+\.\d", reply.headers["Server-Timing"])
    assert '<span class="timing"></span>' in reply.text


def test_a_syntax_error_keeps_the_query_and_its_place(server: Server) -> None:
    broken = "SELECT * WHERE {\n  ?s ?p\n}"
    reply = ask(server, broken, HTML)
    assert reply.status == 400
    assert written(reply.text) == broken
    place = re.search(r'data-line="(\d+)" data-column="(\d+)"', reply.text)
    assert place
    assert (int(place[1]), int(place[2])) == (2, 3)


def test_what_the_editor_completes(whole: Server) -> None:
    reply = whole.get("/vocabulary")
    assert reply.media_type == "application/json"
    held = json.loads(reply.body)
    assert held["prefixes"]["sp"] == "https://w3id.org/socprot/ns#"
    assert held["prefixes"]["event"] == "https://w3id.org/socprot/id/event/"
    terms = {(one["name"], one["kind"]): one for one in held["terms"]}
    assert terms["sp:Event", "class"]["label"] == "event"
    counted = ask(
        whole,
        "PREFIX sp: <https://w3id.org/socprot/ns#> "
        "SELECT (COUNT(*) AS ?n) WHERE { ?s a sp:Event }",
        "text/csv",
    )
    assert terms["sp:Event", "class"]["uses"] == int(counted.text.split()[1])
    assert whole.get("/vocabulary", If_None_Match=reply.headers["ETag"]).status == 304
    events = json.loads(whole.get("/vocabulary/event").body)
    assert events
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", slug) for slug in events)


@pytest.mark.parametrize("kind", ["no-such-kind", "%3E%7D", "..", "a%22b"])
def test_there_are_no_records_of_no_kind(server: Server, kind: str) -> None:
    assert server.get(f"/vocabulary/{kind}", "application/json").status == 404


NUMBERS = """# Tenths
SELECT ?name ?share WHERE { VALUES (?name ?share) { ("a" 0.5) ("b" 1.5) } }"""


def test_an_answer_is_seen_as_its_columns_allow(server: Server) -> None:
    code = permalink.write(NUMBERS)
    text = page(server, f"/q/{code}").text
    tabs = re.findall(r'<li><a href="([^"]+)#answer-title"[^>]*>(\w+)</a></li>', text)
    assert tabs == [(f"/q/{code}", "Table"), (f"/q/{code}?view=chart", "Chart")]
    drawn = page(server, f"/q/{code}?view=chart")
    assert "<svg" in drawn.text
    assert "The same as a table" in drawn.text
    assert drawn.headers["ETag"] != page(server, f"/q/{code}").headers["ETag"]
    assert f'href="/q/{code}/chart.svg"' in drawn.text
    undrawn = page(server, f"/q/{code}?view=map").text
    assert "The columns of this answer make no map." in undrawn
    assert "<table" in undrawn
    assert page(server, f"/q/{code}?view=painting").status == 400


def test_a_picture_of_an_answer_as_a_file(server: Server) -> None:
    code = permalink.write(NUMBERS)
    reply = server.get(f"/q/{code}/chart.svg")
    assert reply.media_type == "image/svg+xml"
    assert reply.text.startswith("<svg")
    assert "Tenths" in reply.text
    etag = reply.headers["ETag"]
    assert server.get(f"/q/{code}/chart.svg", If_None_Match=etag).status == 304
    for path in (f"/q/{code}/map.svg", f"/q/{code}/table.svg", "/q/zz/chart.svg"):
        assert server.get(path, "application/json").status == 404
    construct = permalink.write("CONSTRUCT WHERE { ?s ?p ?o }")
    assert server.get(f"/q/{construct}/chart.svg", "application/json").status == 404
    volatile = permalink.write("SELECT ('a' AS ?name) (RAND() AS ?share) WHERE { }")
    reply = server.get(f"/q/{volatile}/chart.svg")
    assert reply.headers["Cache-Control"] == "no-store"
    assert "ETag" not in reply.headers
