"""Lists, search and the pages of records, on the published graph and on others."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import RdfFormat, Store
from serving import Reply, Server

from socprot import directory, files
from socprot.bundle import Bundle
from socprot.directory import Directory
from socprot.negotiation import TRIPLES, Format
from socprot.web import behind, selection
from socprot.web.kinds import kinds
from socprot.web.selection import Selection

PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture(scope="module")
def graph(bundle: Bundle) -> Iterator[Server]:
    """The published graph."""
    running = Server("bundle", bundle.path)
    yield running
    assert running.stop() == 0
    assert "Traceback" not in "".join(running.log)


@pytest.fixture(scope="module")
def held(bundle: Bundle) -> Directory:
    """Its directory."""
    return directory.read(bundle.path / directory.FILE)


def page(server: Server, path: str, **headers: str) -> Reply:
    return server.get(path, PAGE, **headers)


class Reader(HTMLParser):
    """Collects headings, identifiers and local links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append(tag)
        if "id" in held:
            self.names.append(held["id"] or "")
        if tag == "a":
            self.links.append(held.get("href") or "")


def one_of_each(held: Directory) -> list[str]:
    """The entry of each kind that has the most to say, and the first."""
    return [entries[0].name for kind, entries in held.by_kind.items() if kind]


def rows(server: Server, path: str) -> list[dict[str, str]]:
    reply = server.get(path, "text/csv")
    assert reply.status == 200, reply.text
    assert reply.media_type == "text/csv"
    return list(csv.DictReader(io.StringIO(reply.text)))


# Lists


def test_each_kind_has_a_list(graph: Server, held: Directory) -> None:
    text = page(graph, "/explore").text
    for kind, entries in held.by_kind.items():
        assert kind == "concept-scheme" or f'href="/doc/{kind}/"' in text
        reply = page(graph, f"/doc/{kind}/")
        assert reply.status == 200, kind
        assert reply.text.count("<h1>") == 1
        assert f"{len(entries):,} record" in reply.text, kind


def test_each_list_is_what_its_query_gives(held: Directory, published: Store) -> None:
    facets = directory.facet_queries()
    for kind, entries in held.by_kind.items():
        text = behind.query(Selection(kind), "en", facets, held.terms)
        found = [row["record"].value for row in published.query(text)]
        assert sorted(found) == sorted(directory.full(entry.name) for entry in entries)


SELECTIONS = [
    "event/?state=state/thailand",
    "event/?state=state/thailand&state=state/viet-nam&type=event-type/summit",
    "event/?from=2011&to=2015",
    "event/?to=1930&place=place/geneva",
    "event/?body=body/ilo&grade=grade/official&from=2012",
    "act/?type=sp:Funding",
    "instrument/?type=document-type/ilo-convention&theme=theme/social-security-standards",
    "ratification/?state=state/philippines&result=ratification-status/ratified",
    "observation/?indicator=indicator/old-age-beneficiaries&sort=-date",
    "source/?grade=grade/official",
    "event/?q=seminar&sort=label",
    "provision/?branch=branch/old-age",
    "event-type/",
]


def _real(held: Directory, path: str) -> str:
    """The selection; a value that nothing has gives way to one that something has."""
    kind, _, query = path.partition("/?")
    parts = []
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        if name in held.facets:
            there = {one for e in held.by_kind[kind] for one in e.facets.get(name, ())}
            value = value if value in there else sorted(there)[0]
        parts.append((name, value))
    return f"/doc/{kind.rstrip('/')}/" + (f"?{urlencode(parts)}" if parts else "")


@pytest.mark.parametrize("path", SELECTIONS)
def test_a_list_its_csv_and_its_query_are_the_same(
    graph: Server, held: Directory, published: Store, path: str
) -> None:
    path = _real(held, path)
    text = page(graph, path).text
    query = re.search(r"<pre><code>(.*?)</code></pre>", text, re.DOTALL)
    assert query is not None
    asked = [row["record"].value for row in published.query(unescape(query[1]))]
    given = [row["record"] for row in rows(graph, path)]
    assert given == asked
    shown = re.findall(r'<(?:li|th scope="row")><a href="(/id/[^"]+)"', text)
    assert shown
    if 'rel="next"' not in text:
        assert sorted(given) == sorted(directory.full(one[4:]) for one in shown)
    found = json.loads(graph.get(path, "application/json").body)
    assert len(found["results"]["bindings"]) == len(given)


def test_counts_are_what_choosing_gives(graph: Server, held: Directory) -> None:
    """Every link of a facet leads to as many records as stand beside it."""
    path = "/doc/event/?from=2005"
    text = page(graph, path).text
    links = re.findall(
        r'<li><a href="(/doc/event/[^"]+)" rel="nofollow"><span class="name">'
        r'[^<]*</span> <span class="count">(\d+)</span>',
        text,
    )
    assert len(links) > 20
    for address, count in links[:40]:
        found = page(graph, address.replace("&amp;", "&")).text
        assert re.search(rf'<h2 id="found">{count} of ', found), address


def test_rows_are_shown_with_what_their_names_do_not_say(graph: Server) -> None:
    text = page(graph, "/doc/observation/?state=state/thailand").text
    heads = re.findall(r'<th scope="col">([^<]*)</th>', text)
    assert {"value", "unit", "vintage"} <= set(heads)
    assert not {"indicator", "area", "period"} & set(heads)


def test_values_of_one_facet_widen_and_facets_narrow(held: Directory) -> None:
    events = held.by_kind["event"]
    thai = Selection("event", {"state": ["state/thailand"]})
    both = thai.toggled("state", "state/viet-nam")
    narrow = both.toggled("type", "event-type/summit")

    def names(wanted: Selection) -> set[str]:
        found = selection.select(held, events, wanted, "en")
        return {entry.name for entry in found.entries}

    assert names(thai) < names(both)
    assert names(narrow) < names(both)
    assert both.toggled("state", "state/viet-nam") == thai


def test_a_list_is_read_page_by_page(graph: Server, held: Directory) -> None:
    seen: list[str] = []
    for number in range(1, 9):
        reply = page(graph, f"/doc/act/?page={number}")
        if reply.status == 404:
            break
        seen += re.findall(r'<li><a href="/id/(act/[^"]+)"', reply.text)
    assert sorted(seen) == sorted(entry.name for entry in held.by_kind["act"])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "no filter"),
        ("state=state/nowhere", "Nothing here has the state"),
        ("state=state/thailnd", "state/thailand"),
        ("state=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "Nothing here has"),
        ("state=%3E%20.%20%3Fx%20%3Fy%20%3Fz", "Nothing here has"),
        ("from=nineteen", "is a number"),
        ("from=-1", "is a number"),
        ("from=%D9%A2%D9%A0", "is a number"),
        ("from=99999", "is a number"),
        ("from=2001&from=2002", "may be one"),
        ("sort=random", "sort= is one of"),
        ("q=" + "x" * 201, "characters"),
        ("lang=xx", "Labels are held in"),
        ("format=pdf", "There is no format"),
        ("&".join(f"state=s{n}" for n in range(30)), "values of state"),
    ],
)
def test_what_cannot_be_chosen_is_refused(graph: Server, query: str, said: str) -> None:
    reply = graph.get(f"/doc/event/?{query}", "application/json")
    assert reply.status == 400
    assert said in str(reply.json()["detail"])
    assert "<script>alert" not in page(graph, f"/doc/event/?{query}").text


@pytest.mark.parametrize("form", TRIPLES, ids=lambda form: form.name)
def test_a_kind_is_rdf_too(graph: Server, published: Store, form: Format) -> None:
    """The same list in each format: every record, its classes and its labels."""
    reply = graph.get(f"/doc/event.{form.name}")
    assert reply.media_type == form.media_type
    assert graph.get("/doc/event", form.media_type).body == reply.body
    assert graph.get("/doc/event/", form.media_type).body == reply.body
    told = Store()
    told.load(reply.body, format=RdfFormat.from_media_type(form.media_type))
    document = "https://w3id.org/socprot/doc/event/"

    def values(store: Store, about: str, property_: str) -> set[str]:
        found = store.query(f"SELECT DISTINCT ?o {{ <{about}> {property_} ?o }}")
        return {row["o"].value for row in found}  # type: ignore[union-attr]

    topics = values(told, document, "<http://xmlns.com/foaf/0.1/topic>")
    assert topics == {row["record"] for row in rows(graph, "/doc/event.csv")}
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    for about in topics:
        for property_ in ("a", label):
            known = values(published, about, property_)
            assert values(told, about, property_) == known
    (dump,) = values(told, document, "<http://www.w3.org/2000/01/rdf-schema#seeAlso>")
    assert graph.get(dump.removeprefix(graph.address)).status == 200


def test_a_narrowed_list_is_rdf_too(graph: Server) -> None:
    reply = graph.get("/doc/event.nt?from=2013&to=2013")
    topics = re.findall(r"<http://xmlns.com/foaf/0.1/topic> <([^>]*)>", reply.text)
    found = rows(graph, "/doc/event/?from=2013&to=2013&format=csv")
    assert sorted(topics) == sorted(row["record"] for row in found)
    links = ", ".join(reply.headers.get_all("Link") or ())
    assert '</doc/event.ttl?from=2013&to=2013>; rel="alternate"' in links


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        (PAGE, "text/html"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/rdf+xml, text/html;q=0.5", "application/rdf+xml"),
    ],
)
def test_a_list_has_the_format_that_is_preferred(
    graph: Server, accept: str | None, media_type: str
) -> None:
    assert graph.get("/doc/body/", accept).media_type == media_type
    assert graph.get("/doc/body/", "image/png").status == 406


def test_a_kind_is_no_thing(graph: Server) -> None:
    assert "/doc/event/" in str(graph.get("/id/event").json()["detail"])


def test_kinds_that_there_are_not(graph: Server) -> None:
    reply = graph.get("/doc/evnt/")
    assert reply.status == 404
    assert "/doc/event/" in str(reply.json()["detail"])
    assert page(graph, "/doc/event/?page=99").status == 404


@pytest.mark.parametrize("path", ["/explore", "/doc/event/", "/search?q=almm"])
def test_lists_are_cached_as_what_they_are(graph: Server, path: str) -> None:
    reply = page(graph, path)
    assert {"Accept-Language"} <= {w.strip() for w in reply.headers["Vary"].split(",")}
    etag = reply.headers["ETag"]
    assert etag.startswith('"')
    again = page(graph, path, If_None_Match=etag)
    assert again.status == 304
    assert "Accept-Language" in again.headers["Vary"]
    head = graph.request("HEAD", path, headers={"Accept": PAGE})
    assert (head.status, head.body) == (200, b"")


# Search


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("ALMM", "body/almm"),
        ("viet nam", "state/viet-nam"),
        ("Việt Nam", "state/viet-nam"),
        ("philipines", "state/philippines"),
        ("27th summit", "event/2015-asean-summit-27"),
    ],
)
def test_a_search_leads_to_what_is_meant(graph: Server, words: str, name: str) -> None:
    found = graph.get(f"/search?q={quote(words)}", "application/json").json()
    results = found["results"]
    assert isinstance(results, list)
    assert results[0]["address"] == f"/id/{name}"
    assert results[0]["iri"] == directory.full(name)
    assert f'href="/id/{name}"' in page(graph, f"/search?q={quote(words)}").text


@pytest.mark.parametrize(
    ("words", "path", "name"),
    [
        ("who paid for the Bangkok seminar?", "", "event/2014-bangkok-seminar"),
        ("who paid for events", "/query/who-paid-for-events", ""),
        ("give me all ratifications as CSV", "/doc/ratification/", ""),
        (
            "chart pensions in Thailand",
            "/indicator/?indicator=sdg-si-cov-pensn&area=thailand",
            "",
        ),
        ("what came out of the 27th Summit?", "", "event/2015-asean-summit-27"),
        ("cite it", "/about#cite", ""),
    ],
)
def test_a_search_leads_to_pages_too(
    graph: Server, words: str, path: str, name: str
) -> None:
    text = unescape(page(graph, f"/search?q={quote(words)}").text)
    offered, _, records = text.partition('<div class="hits">')
    offered = offered.split('<h2 id="meant">')[-1]
    if path:
        assert f'<a href="{path}">' in offered
        assert graph.get(path, "text/html").status == 200
    else:
        assert records.split('href="/id/')[1].startswith(f'{name}"')


def test_a_search_says_what_it_did_not_find(graph: Server) -> None:
    assert "Nothing here is called" in page(graph, "/search?q=zzzzqqqq").text
    assert page(graph, "/search").status == 200
    nothing = graph.get("/search?q=zzzzqqqq&format=json").json()
    assert nothing["results"] == nothing["pages"] == []


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=a>',
        "{{ 7 * 7 }}",
        "\x00",
    ],
)
def test_a_search_is_only_text(graph: Server, words: str) -> None:
    reply = page(graph, f"/search?q={quote(words)}")
    assert reply.status == 200
    assert "<script>alert" not in reply.text
    assert "<img" not in reply.text.replace('<img src="/static', "")
    assert "49" not in re.findall(r"<h1>.(\d+).</h1>", reply.text)


@pytest.mark.parametrize(
    "query",
    ["q=" + "x" * 201, "q=a&limit=0", "q=a&limit=51", "q=a&limit=x", "q=a&format=csv"],
)
def test_searches_that_are_refused(graph: Server, query: str) -> None:
    assert graph.get(f"/search?{query}").status == 400


def test_a_group_of_hits_leads_to_its_list(graph: Server) -> None:
    text = page(graph, "/search?q=asean").text
    addresses = re.findall(r'<p><a href="(/doc/[^"]+)">All (\d+) in', text)
    assert addresses
    for address, count in addresses:
        assert f'<h2 id="found">{count} of' in page(graph, address).text


# Languages


def test_labels_follow_the_reader(graph: Server, held: Directory) -> None:
    entry = next(e for e in held.by_kind["instrument"] if "ja" in e.labels)
    path = f"/doc/{entry.name}"
    english = page(graph, path)
    assert f"<h1>{entry.labels['en']}</h1>" in english.text
    assert english.headers["Content-Language"] == "en"
    for japanese in (
        page(graph, path, Accept_Language="ja-JP,ja;q=0.9,en;q=0.5"),
        page(graph, path + "?lang=ja"),
    ):
        assert f'<h1 lang="ja">{entry.labels["ja"]}</h1>' in japanese.text
        assert japanese.headers["Content-Language"] == "ja, en"
        assert "Accept-Language" in japanese.headers["Vary"]
        assert japanese.headers["ETag"] != english.headers["ETag"]
    german = page(graph, path, Accept_Language="de-CH")
    assert f"<h1>{entry.labels['en']}</h1>" in german.text
    listed = page(graph, "/doc/instrument/?q=" + quote(entry.labels["ja"]) + "&lang=ja")
    assert f'lang="ja">{entry.labels["ja"]}</a>' in listed.text


def test_languages_do_not_mix_in_the_cache(graph: Server, held: Directory) -> None:
    entry = next(e for e in held.by_kind["instrument"] if "ja" in e.labels)
    for _ in range(2):
        for header, label in (("ja", "ja"), ("en-GB", "en"), ("fr-CH", "en")):
            text = page(graph, f"/doc/{entry.name}", Accept_Language=header).text
            assert f">{entry.labels[label]}</h1>" in text


# Records


def test_a_page_of_every_kind(graph: Server, held: Directory) -> None:
    for name in one_of_each(held):
        reply = page(graph, f"/doc/{name}")
        assert reply.status == 200, name
        read = Reader(reply.text)
        assert read.tags.count("h1") == 1, name
        assert len(read.names) == len(set(read.names)), name
        for link in read.links:
            if link.startswith("#"):
                assert link[1:] in read.names, (name, link)


def test_a_card_says_what_when_and_where(graph: Server) -> None:
    text = page(graph, "/doc/event/2014-bangkok-seminar").text
    assert "17 November 2014" in text
    assert '<a href="/id/place/bangkok">Bangkok</a>' in text
    assert '<a href="/id/event-type/tripartite-seminar">' in text
    assert "led to, directly or through others" in text
    assert 'id="source-1"' in text


def test_a_correction_is_told_where_it_matters(graph: Server) -> None:
    text = page(graph, "/doc/event/2013-asean-summit-23").text
    assert "A caption puts Bandar Seri Begawan in Indonesia" in text
    assert "What holds: <strong>Bandar Seri Begawan, Brunei Darussalam</strong>" in text
    assert "open question" in text


def test_provisions_stand_in_their_order(graph: Server) -> None:
    text = page(graph, "/doc/instrument/ilo-c102").text
    table = text.partition('<section id="provision">')[2].partition("</section>")[0]
    parts = re.findall(r"Convention No\. 102, Part ([IVX]+):", table)
    assert parts[:3] == ["I", "II", "III"]


def test_ratifications_of_a_state_are_a_table(graph: Server) -> None:
    text = page(graph, "/doc/state/philippines").text
    table = text.partition('<section id="ratification">')[2].partition("</section>")[0]
    assert "<table>" in table
    assert "/id/instrument/ilo-c" in table
    assert re.search(r"\d+ [A-Z][a-z]+ \d{4}", table)  # a day in words


def test_what_rests_on_a_source(graph: Server) -> None:
    text = page(graph, "/doc/source/ilo-asean-partnership-page").text
    assert "rests on this source" in text
    assert 'href="/id/event/2013-asean-summit-23"' in text


def test_a_record_shows_its_own_file(graph: Server) -> None:
    text = page(graph, "/doc/event/2013-asean-summit-23").text
    shown = re.search(r'<pre class="turtle"><code>(.*?)</code></pre>', text, re.DOTALL)
    assert shown is not None
    path = files.root() / "data" / "event" / "2013-asean-summit-23.ttl"
    assert unescape(shown[1]).strip() == path.read_text(encoding="utf-8").strip()
    assert "data/event/2013-asean-summit-23.ttl" in text.partition('id="edit"')[2]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ratification/albania-ilo-c102", "data/table/ratification.csv"),
        ("event-type/summit", "ontology/concept-scheme/event-type.ttl"),
        ("concept-scheme/theme", "ontology/concept-scheme/theme.ttl"),
        ("state/thailand", "data/state/thailand.ttl"),
    ],
)
def test_it_is_said_where_a_record_is_written(
    graph: Server, name: str, file: str
) -> None:
    assert file in page(graph, f"/doc/{name}").text.partition('id="edit"')[2]
    assert (files.root() / file).is_file()


def test_a_record_says_how_to_cite_it_and_report_an_error(graph: Server) -> None:
    path = "/doc/event/2014-bangkok-seminar"
    text = unescape(page(graph, path).text)
    assert "id/event/2014-bangkok-seminar" in text.split('class="cite"')[1]
    cited = graph.get("/cite/bib?of=/id/event/2014-bangkok-seminar")
    assert cited.status == 200
    report = text.split('id="report"')[1].split("</details>")[0]
    assert "Record: https://w3id.org/socprot/id/event/2014-bangkok-seminar" in report
    assert 'href="/about#report"' in report
    assert 'id="report"' in page(graph, "/about").text


def test_a_record_leads_to_who_paid(graph: Server) -> None:
    text = unescape(page(graph, "/doc/event/2014-bangkok-seminar").text)
    assert '<a class="badge" href="#act">Acts 3: funding</a>' in text
    acts = text.split('<section id="act">')[1].split("</section>")[0]
    body = acts.split("<tbody>")[1]
    assert "<caption>" not in acts  # not all of them are: the column says which
    funded = [row for row in body.split("<tr") if "<td>funding</td>" in row]
    assert len(funded) == 2
    assert any("Government of Japan" in row for row in funded)


def test_the_figures_of_a_state_lead_to_their_charts(graph: Server) -> None:
    text = unescape(page(graph, "/doc/state/thailand").text)
    charts = re.findall(r'href="(/indicator/\?[^"]*)"', text)
    assert "/indicator/?indicator=sdg-si-cov-pensn&area=thailand" in charts
    drawn = page(graph, "/indicator/?indicator=sdg-si-cov-pensn&area=thailand")
    assert drawn.status == 200
    assert "<title>Thailand: " in drawn.text


def test_columns_are_properties_that_records_have(published: Store) -> None:
    for kind in kinds().values():
        start = f"https://w3id.org/socprot/id/{kind.name}/"
        for name, iri in kind.properties().items():
            asked = f'ASK {{ ?s <{iri}> ?o FILTER(STRSTARTS(STR(?s), "{start}")) }}'
            assert published.query(asked), f"{kind.name}: {name}"


# Other data


@pytest.fixture
def other(request: pytest.FixtureRequest) -> Server:
    """The endpoint around RDF files."""
    running: Server = request.getfixturevalue("files")
    return running


def test_other_data_can_be_searched_too(other: Server) -> None:
    assert page(other, "/explore").status == 200
    reply = other.get("/search?q=a", "application/json")
    assert reply.status == 200
    assert page(other, "/doc/event/").status == 404


def test_a_bundle_without_a_directory_has_lists(server: Server) -> None:
    text = page(server, "/doc/event/").text
    assert '<a href="/id/event/2013-summit">23rd Summit</a>' in text
    assert 'href="/id/event/2013-summit"' in page(server, "/search?q=sumit").text
    assert len(rows(server, "/doc/event/?format=csv")) >= 2
