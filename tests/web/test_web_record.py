"""The pages of records, on the published graph."""

import re
import tomllib
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import Store
from reading import Reader, page
from serving import Server

from socprot import files
from socprot.directory import Directory
from socprot.statement import iri
from socprot.web import record

card = tomllib.loads((Path(record.__file__).parent / "card.toml").read_text())


def one_of_each(held: Directory) -> list[str]:
    """The entry of each kind that has the most to say, and the first."""
    return [entries[0].name for kind, entries in held.by_kind.items() if kind]


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
    shown = re.search(
        r'<pre class="turtle" tabindex="0"><code>(.*?)</code></pre>', text, re.DOTALL
    )
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


# Footnotes


def _statements(text: str) -> dict[str, str]:
    """What stands beside each property of a record, the inferred ones apart."""
    stated = text.partition('class="follows"')[0]
    found = re.findall(r'title="([^"]*)" tabindex="-1">.*?<dd>(.*?)</dd>', stated, re.S)
    return {iri.rpartition("#")[2]: said for iri, said in found}


def test_each_statement_has_the_sources_of_its_record(graph: Server) -> None:
    one = page(graph, "/doc/provision/1998-asean-ssn-action-plan-objective-a").text
    assert "What is stated here rests on this source." in one
    assert all('href="#source-1"' in said for said in _statements(one).values())
    several = page(graph, "/doc/event/2013-asean-summit-23").text
    assert "not which of them says what" in several
    last = several.partition("Cite this record")[0].count('<li id="source-')
    whole = f'href="#sources" aria-label="Sources 1 to {last}'
    said = _statements(several)
    assert whole in said["eventType"]
    assert all(whole in one or 'href="#source-' in one for one in said.values())


READ = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>
SELECT ?record ?title ?source WHERE {
  ?check sp:about ?record ; sp:checkedField ?field ; sp:valueFound ?value ;
    sp:verificationResult ?result ; dcterms:source/rdfs:label ?source .
  FILTER(STR(?field) = "title" && CONTAINS(STR(?record), "/instrument/"))
  FILTER(REGEX(STR(?result), "/(confirmed|corrected)$"))
  ?record sp:title ?title ; dcterms:source ?other .
  FILTER(STR(?title) = STR(?value) && LANG(?source) = "en")
  FILTER NOT EXISTS { ?record sp:title ?second FILTER(?second != ?title) }
  FILTER NOT EXISTS {
    ?again sp:about ?record ; sp:checkedField ?same ; dcterms:source ?more .
    FILTER(?again != ?check && STR(?same) IN ("title", "full title"))
  }
} GROUP BY ?record ?title ?source HAVING(COUNT(DISTINCT ?other) > 1)
ORDER BY ?record LIMIT 12
"""


def test_a_statement_that_was_read_again_has_that_source(
    graph: Server, published: Store
) -> None:
    rows = list(published.query(READ))
    assert len(rows) > 5
    for row in rows:
        path = row["record"].value.removeprefix("https://w3id.org/socprot/id")
        text = page(graph, f"/doc{path}").text
        said = _statements(text)["title"]
        listed = [
            unescape(
                text.partition(f'<li id="source-{number}"')[2].partition("</li>")[0]
            )
            for number in re.findall(r'href="#source-(\d+)"', said)
        ]
        assert any(row["source"].value in one for one in listed), path
        assert "its footnote is that source; what an act tells" in text


def test_what_follows_has_no_footnotes(graph: Server) -> None:
    text = page(graph, "/doc/event/2013-asean-summit-23").text
    assert "<sup" not in text.partition('class="follows"')[2]


def test_what_acts_tell_rests_on_the_sources_of_the_acts(
    graph: Server, published: Store
) -> None:
    text = page(graph, "/doc/instrument/2013-asean-declaration-social-protection").text
    said = _statements(text)
    assert "23rd ASEAN Summit</a>" in said["adoptedAt"]
    told = list(
        published.query("""
        PREFIX act: <https://w3id.org/socprot/id/act/>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?title WHERE {
          act:2013-adoption-asean-declaration-social-protection
            dcterms:source/rdfs:label ?title .
        }""")
    )
    numbers = re.findall(r'href="#source-(\d+)"', said["adoptedAt"])
    assert len(numbers) == len(told) > 1
    sources = unescape(text)
    for number in numbers:
        listed = sources.partition(f'<li id="source-{number}"')[2].partition("</li>")[0]
        assert any(row["title"].value in listed for row in told)
    assert "adopted at" not in text.partition('class="follows"')[2]


def test_every_property_has_its_place_on_a_card(published: Store) -> None:
    held = {
        iri(name).value for section in card["section"] for name in section["properties"]
    } | {iri(name).value for name in card["elsewhere"]}
    used = published.query("""
        SELECT DISTINCT ?property WHERE {
          GRAPH <https://w3id.org/socprot/graph/data> { ?record ?property ?value }
          FILTER(STRSTARTS(STR(?record), "https://w3id.org/socprot/id/"))
        }""")
    assert {row["property"].value for row in used} <= held


def test_what_acts_tell_are_properties_that_follow(published: Store) -> None:
    for name, (link, role) in card["told-by"].items():
        asked = f"""ASK {{
          ?act <{iri(link).value}> ?record ; <{iri(role).value}> ?value .
          ?record <{iri(name).value}> ?value .
        }}"""
        assert published.query(asked), name


def test_a_question_mark_needs_no_full_stop(graph: Server) -> None:
    text = page(graph, "/doc/correction-type/typo").text
    assert "</q>." in text
    assert "?</q>." not in text
    assert "?</strong>." not in text


def test_shares_have_their_unit(graph: Server) -> None:
    part = _statements(page(graph, "/doc/provision/ilo-c102-part-10").text)
    assert part["minimumEmployeesCovered"].startswith("50 % ")
    assert part["exceptionWorkplaceSize"].startswith("20 <sup")
    whole = page(graph, "/doc/instrument/ilo-c102").text
    assert '<th scope="col">least rate (%)</th>' in whole


def test_the_days_of_an_event_are_one_date(graph: Server) -> None:
    text = page(graph, "/doc/event/2014-bangkok-seminar").text
    assert "17\u201318 November 2014" in text.partition('class="lead"')[2][:400]
    project = page(graph, "/doc/project/ilo-japan-phase1").text
    assert "2011\u20132013" in project.partition('class="lead"')[2][:200]


def test_every_link_has_words_for_its_other_end(published: Store) -> None:
    used = published.query("""
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        SELECT DISTINCT ?link WHERE {
          GRAPH <https://w3id.org/socprot/graph/data> { ?record ?link ?value }
          FILTER(isIRI(?value) && STRSTARTS(STR(?value), "https://w3id.org/socprot/id/"))
          FILTER NOT EXISTS { ?link owl:inverseOf ?inverse }
          FILTER NOT EXISTS { ?inverse owl:inverseOf ?link }
        }""")
    named = {iri(name).value for name in card["inverse"]}
    assert {row["link"].value for row in used} <= named


def test_a_step_has_the_sources_of_what_ties_it(graph: Server) -> None:
    text = page(graph, "/doc/instrument/2013-asean-declaration-social-protection").text
    steps = text.partition('<table class="steps">')[2].partition("</section>")[0]
    rows = {
        name: re.findall(r'href="#source-(\d+)"', row)
        for row in steps.split("<tr>")
        if "<td" in row
        for name in re.findall(r'href="/id/([^"]*)"', row)
    }
    adopted = re.findall(r'href="#source-(\d+)"', _statements(text)["adoptedAt"])
    assert set(adopted) <= set(rows["event/2013-asean-summit-23"])
    assert rows["event/2012-hcmc-seminar"] == []  # it led there through others only


def test_an_act_says_what_was_done(graph: Server) -> None:
    path = "/doc/act/2013-adoption-asean-declaration-social-protection"
    lead = page(graph, path).text.partition('class="lead">')[2].partition("</p>")[0]
    assert lead.startswith('<a href="/ns#Adoption">adoption</a>')
    for other in ("membership/1951-japan-in-ilo", "period/2005"):
        text = page(graph, f"/doc/{other}").text
        assert "/ns#" not in text.partition('class="lead">')[2].partition("</p>")[0]


def test_observations_are_called_by_what_they_observe(graph: Server) -> None:
    text = page(graph, "/doc/period/2005").text
    links = text.partition('id="links"')[2]
    assert "Observations: is of this period" in links
    assert ">observation/" not in links


def test_each_of_several_values_has_its_own_footnote(
    graph: Server, published: Store
) -> None:
    """Of one event each organiser and participant was read again by itself."""
    text = page(graph, "/doc/event/2014-bangkok-seminar").text
    said = _statements(text)
    checked = published.query("""
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX event: <https://w3id.org/socprot/id/event/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX result: <https://w3id.org/socprot/id/verification-result/>
        PREFIX sp: <https://w3id.org/socprot/ns#>
        SELECT ?field (SAMPLE(?title) AS ?source) WHERE {
          ?check sp:about event:2014-bangkok-seminar ; sp:checkedField ?field ;
            sp:verificationResult result:confirmed ; dcterms:source/rdfs:label ?title .
        } GROUP BY ?field""")
    names = {"organised": "organisedBy", "participated in": "hasParticipant"}
    seen = 0
    for row in checked:
        field, _, name = row["field"].value.partition(": ")
        if field not in names:
            continue
        values = said[names[field]].split("</li>")
        (own,) = [one for one in values if f">{name}</a>" in unescape(one)]
        (number,) = re.findall(r'href="#source-(\d+)"', own)
        listed = text.partition(f'<li id="source-{number}"')[2].partition("</li>")[0]
        assert row["source"].value in unescape(listed)
        seen += 1
    assert seen > 15
    assert 'aria-label="Sources 1 to 4' in said["theme"]


def test_fields_of_one_check_are_footnoted_one_by_one(graph: Server) -> None:
    said = _statements(page(graph, "/doc/event/2014-bangkok-seminar").text)
    notes = [said[name].partition("<sup")[2] for name in ("startDate", "endDate")]
    assert notes[0] == notes[1] == said["city"].partition("<sup")[2]
    assert 'href="#source-' in notes[0]
