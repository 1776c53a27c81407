"""The page of a question: a form whose fields fit their types, and every format."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from serving import Server

from socprot import files, queries
from socprot.bundle import Bundle

QUESTIONS = queries.load(files.root() / "queries" / "competency")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


class Form(HTMLParser):
    """The controls of the form that asks, with what stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.controls: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self._select = ""
        self.feed(text.partition('class="params')[2].partition("</form>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "select":
            self._select = held["name"] or ""
            self.controls[self._select] = "select"
        elif tag == "input":
            self.controls[held["name"] or ""] = held["type"] or ""
            self.values[held["name"] or ""] = held["value"] or ""
        elif tag == "option" and self._select:
            self.options.setdefault(self._select, []).append(held["value"] or "")
            if "selected" in held:
                assert self._select not in self.values
                self.values[self._select] = held["value"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


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


def test_controls_fit_their_types(real: Server) -> None:
    assert Form(page(real, "/query/members-on-day")).controls == {
        "body": "select",
        "day": "date",
    }
    assert Form(page(real, "/query/events-between-years")).controls == {
        "first": "number",
        "last": "number",
    }
    assert Form(page(real, "/query/expand-acronym")).controls == {"letters": "text"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_form_sent_as_it_stands_asks_the_same(real: Server, name: str) -> None:
    text = page(real, f"/query/{name}")
    form = Form(text)
    assert form.controls.keys() == QUESTIONS[name].params.keys()
    sent = real.get(f"/query/{name}?{urlencode(form.values)}", "text/csv")
    assert sent.status == 200
    assert sent.body == real.get(f"/query/{name}", "text/csv").body
    assert len(sent.body.splitlines()) > 1


def test_an_option_shows_its_name_and_is_remembered(real: Server) -> None:
    text = page(real, "/query/what-led-to?target=2016-almm-24")
    assert "24th ASEAN Labour Ministers Meeting" in text
    other = "https://w3id.org/socprot/id/event/2016-almm-24"
    text = page(real, "/query/what-led-to?" + urlencode({"target": other}))
    assert Form(text).values == {"target": other}
    assert '<optgroup label="event">' in text


def test_a_value_that_is_no_option_is_kept_and_finds_nothing(real: Server) -> None:
    text = page(real, "/query/what-led-to?target=no-such-text")
    assert Form(text).values == {"target": "no-such-text"}
    assert "No rows" in text


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_rows_as_triples(real: Server, suffix: str) -> None:
    reply = real.get(f"/query/members-on-day?format={suffix}")
    assert reply.status == 200
    form = RdfFormat.from_media_type(reply.media_type)
    assert form is not None
    found = list(parse(reply.body, form))
    solutions = [t for t in found if t.predicate.value == f"{RS}solution"]
    assert len(solutions) == 10
    names = {
        t.object.value for t in found if t.predicate.value == f"{RS}resultVariable"
    }  # type: ignore[union-attr]
    assert names == {"state", "iso3", "memberSince", "sources"}


def test_turtle_loses_nothing_of_a_row(real: Server) -> None:
    plain = real.get("/query/members-on-day", "application/sparql-results+json").json()
    reply = real.get("/query/members-on-day", "text/turtle")
    assert reply.media_type == "text/turtle"
    assert reply.headers["Vary"] is not None
    graph = rdflib.Graph().parse(data=reply.body, format="turtle")
    rs = rdflib.Namespace(RS)
    rows = {}
    for solution in graph.subjects(rs["index"]):
        bindings = {
            str(graph.value(one, rs.variable)): graph.value(one, rs["value"])
            for one in graph.objects(solution, rs.binding)
        }
        rows[int(str(graph.value(solution, rs["index"])))] = bindings
    told = plain["results"]["bindings"]  # type: ignore[index]
    assert [row for _, row in sorted(rows.items())] == [
        {
            name: rdflib.Literal(
                value["value"],
                lang=value.get("xml:lang"),
                datatype=value.get("datatype"),
            )
            for name, value in row.items()
        }
        for row in told
    ]


def test_formats_have_validators_of_their_own(real: Server) -> None:
    accepted = ["text/html", "text/csv", "text/turtle", "application/ld+json"]
    tags = {real.get("/query/obstacles", one).headers["ETag"] for one in accepted}
    assert len(tags) == len(accepted)


def test_the_endpoint_itself_gives_rows_only_as_its_protocol_says(real: Server) -> None:
    query = urlencode({"query": "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"})
    assert real.get(f"/sparql?{query}", "text/turtle").status == 406


def test_what_is_given_is_shown_as_text(real: Server) -> None:
    hostile = "\"><script>alert(1)</script>'"
    reply = real.get(
        "/query/expand-acronym?" + urlencode({"letters": hostile}), "text/html"
    )
    assert reply.status == 200
    assert "<script>alert" not in reply.text
    assert re.search(r"value=\"&#34;&gt;&lt;script", reply.text)


def test_an_answer_can_be_seen_as_what_its_columns_allow(real: Server) -> None:
    text = page(real, "/query/coverage-by-state")
    (ways,) = re.findall(r'aria-label="Ways to see the answer">(.*?)</nav>', text, re.S)
    assert 'aria-current="page">Table' in ways
    shown = page(real, "/query/coverage-by-state?view=map")
    assert '<div class="drawing wide"><svg' in shown
    assert "Thailand" in shown
    assert '<table class="sortable">' in shown
    assert real.get("/query/coverage-by-state?view=graph").status == 200
    refused = real.get("/query/expand-acronym?view=map", "text/html")
    assert refused.status == 400


def test_the_name_of_a_record_leads_to_it(real: Server) -> None:
    text = page(real, "/query/what-led-to")
    assert '<a href="/id/event/2013-asean-summit-23">23rd ASEAN Summit</a>' in text
    assert ">record</th>" not in text


def test_a_question_says_how_to_cite_it(real: Server) -> None:
    text = page(real, "/query/members-on-day?day=2026-01-01")
    assert "Cite this" in text
    assert "2026-01-01" in text.partition("Cite this")[2]


def test_the_home_page_shows_the_process_and_what_there_is(
    real: Server, bundle: Bundle
) -> None:
    text = page(real, "/")
    assert '<div class="drawing wide"><svg' in text
    assert "27th ASEAN Summit" in text
    events = bundle.manifest["classes"]["https://w3id.org/socprot/ns#Event"]
    assert f"<strong>{events:,}</strong> events" in text
    asked = re.findall(
        r'href="(/query/[a-z][^"]*)"', text.partition('class="cards"')[2]
    )
    assert len(set(asked)) >= 5
    assert all(real.get(one, "text/html").status == 200 for one in asked)
