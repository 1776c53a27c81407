"""Pictures through the server: what is drawn is what the query behind it answers."""

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from serving import Reply, Server, ask

from socprot.bundle import Bundle

TIMELINE = "/timeline?kind=event&kind=act&from=2012&to=2014"
PICTURES = [
    "/timeline",
    TIMELINE,
    "/timeline?about=theme/social-protection&from=2000&to=2026",
    "/timeline?from=1066&to=1067",
    "/timeline?towards=instrument/2015-regional-framework",
    "/map",
    "/map?show=ratification&instrument=ilo-c029",
    "/map?show=ratification",
    "/map?show=coverage",
    "/map?show=access&branch=old-age",
    "/indicator/",
    "/indicator/?indicator=sdg-si-cov-benfts&area=thailand&area=indonesia",
    "/indicator/?indicator=sdg-si-cov-pensn&sex=female",
    "/around/event/2013-asean-summit-23",
    "/around/instrument/2015-regional-framework?depth=2",
    "/around/body/ilo",
    "/around/state/thailand",
    "/around/theme/social-protection",
]


@pytest.fixture(scope="module")
def site(bundle: Bundle) -> Iterator[Server]:
    """The site around the published graph."""
    running = Server("bundle", Path(bundle.path))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


def page(site: Server, path: str) -> Reply:
    return site.get(path, "text/html,*/*;q=0.8")


def other(path: str, format: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format={format}"


def table(text: str) -> list[list[str]]:
    """The twin of the picture of a page, without its header."""
    found = re.search(r'class="scroll".*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    assert found is not None
    return [
        [html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
    ]


def rows(site: Server, path: str) -> list[dict[str, str]]:
    reply = site.get(other(path, "csv"))
    assert reply.media_type == "text/csv"
    return list(csv.DictReader(io.StringIO(reply.text)))


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_with_all_that_belongs_to_it(site: Server, path: str) -> None:
    text = page(site, path).text
    assert text.count("<h1>") == 1
    assert text.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2
    for drawn in re.findall(r"<svg .*?</svg>", text, re.DOTALL):
        assert " style=" not in drawn
        ElementTree.fromstring(drawn)
    assert "The same as a table" in text
    for format in ("svg", "csv", "json"):
        address = html.escape(other(path, format))
        assert f'href="{address}"' in text, format
        assert site.get(other(path, format)).status == 200
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PICTURES)
def test_the_query_behind_it_gives_the_same_rows(site: Server, path: str) -> None:
    text = page(site, path).text
    shown = re.search(r'<pre tabindex="0"><code>(.*?)</code></pre>', text, re.DOTALL)
    assert shown is not None
    query = html.unescape(shown[1])
    assert ask(site, query, "text/csv").text == site.get(other(path, "csv")).text
    assert ask(site, query, "text/html").status == 200


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_alone(site: Server, path: str) -> None:
    reply = site.get(other(path, "svg"))
    assert reply.media_type == "image/svg+xml"
    root = ElementTree.fromstring(reply.body)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert site.get(path, "image/svg+xml").body == reply.body
    etag = reply.headers["ETag"]
    assert site.get(other(path, "svg"), If_None_Match=etag).status == 304
    assert etag != page(site, path).headers["ETag"]
    assert "Accept" in reply.headers["Vary"]
    assert site.request("HEAD", path).body == b""


def test_the_table_is_what_the_timeline_shows(site: Server) -> None:
    asked = rows(site, TIMELINE)
    shown = table(page(site, TIMELINE).text)
    assert len(asked) > 20
    assert [row["start"] for row in asked] == [row[0] for row in shown]
    assert {row["label"] for row in asked} == {row[2] for row in shown}
    assert {row["kind"] for row in asked} == {"event", "act"}
    assert all("2012" <= row["start"] <= "2014-12-31" for row in asked)
    drawn = site.get(other(TIMELINE, "svg")).text
    assert drawn.count('class="entry"') == len(asked)


def test_the_table_is_what_the_map_shows(site: Server) -> None:
    path = "/map?show=coverage"
    asked = {row["label"]: row for row in rows(site, path)}
    shown = {row[0]: row for row in table(page(site, path).text)}
    assert shown.keys() == asked.keys()
    assert len(shown) == 11
    drawn = site.get(other(path, "svg")).text
    for state, row in asked.items():
        words = f"{row['value'].removesuffix('.0')} % ({row['period']})"
        if not row["value"]:
            words = "no data seen"
        assert shown[state][1] == words
        assert f"<title>{html.escape(state, quote=False)}: {words}</title>" in drawn


def test_only_vintages_with_figures_are_offered(site: Server) -> None:
    text = page(site, "/map?show=coverage").text
    offered = re.search(r'<nav aria-label="Vintages">(.*?)</nav>', text, re.DOTALL)
    assert offered is not None
    states = [int(n) for n in re.findall(r'"quiet">(\d+) states?<', offered[1])]
    links = [html.unescape(one) for one in re.findall(r'href="(.*?)"', offered[1])]
    assert len(states) == len(links) + 1 >= 2  # one of them is shown
    counts = [sum(row["value"] != "" for row in rows(site, path)) for path in links]
    shown = sum(row["value"] != "" for row in rows(site, "/map?show=coverage"))
    assert sorted(states) == sorted([shown, *counts])
    assert shown == max(states)


def test_a_picture_of_everything_is_bounded(site: Server) -> None:
    path = (
        "/timeline?kind=event&kind=instrument&kind=document&kind=act&from=1900&to=2026"
    )
    text = page(site, path).text
    drawn = site.get(other(path, "svg")).text.count('class="entry"')
    left_out = re.search(r"(\d+) more had no room in the picture", text)
    assert left_out is not None
    assert drawn == 150
    assert drawn + int(left_out[1]) == len(rows(site, path)) == len(table(text))
    limits = page(site, "/limits").text
    assert "150 rows of a timeline" in limits
    assert "200 characters, of which 12 words count" in limits


def test_one_state_alone_is_drawn_large(site: Server) -> None:
    def height(path: str) -> float:
        drawn = ElementTree.fromstring(site.get(other(path, "svg")).body)
        return float(drawn.attrib["viewBox"].split()[3])

    one = height("/indicator/?area=thailand")
    three = height("/indicator/?area=thailand&area=indonesia&area=malaysia")
    assert one > three + 100


def test_a_ratification_that_was_not_seen_is_no_no(site: Server) -> None:
    path = "/map?show=ratification&instrument=ilo-c029"
    shown = {row[0]: row for row in table(page(site, path).text)}
    assert shown["Brunei Darussalam"][2] == "stated not to have ratified"
    assert shown["Thailand"][2].startswith("ratified")
    unknown = {row[0]: row for row in table(page(site, "/map?show=ratification").text)}
    assert {row[2] for row in unknown.values()} == {
        "no statement seen, which is no proof of anything"
    }


def test_vintages_are_kept_apart(site: Server) -> None:
    path = "/indicator/?indicator=sdg-si-cov-pensn&area=thailand"
    asked = rows(site, path)
    assert {row["areaLabel"] for row in asked} == {"Thailand"}
    vintages = {row["vintageLabel"] for row in asked}
    assert len(vintages) > 1
    text = site.get(other(path, "svg")).text
    lines = re.findall(r'<polyline [^>]*points="([^"]*)"', text)
    joined = sum(
        len([row for row in asked if row["vintageLabel"] == vintage])
        for vintage in vintages
    )
    assert sum(len(line.split()) for line in lines) <= joined
    assert len(lines) <= len(vintages)
    assert all(vintage in text for vintage in vintages)
    assert "no trend" in page(site, path).text
    assert len(table(page(site, path).text)) == len(asked)


def test_a_click_leads_on(site: Server) -> None:
    text = page(site, "/around/instrument/2015-regional-framework").text
    for name in (
        "event/2015-asean-summit-27",
        "instrument/2013-asean-declaration-social-protection",
    ):
        assert f'href="/around/{name}"' in text
        assert page(site, f"/around/{name}").status == 200


def test_one_step_and_two(site: Server) -> None:
    path = "/around/instrument/2015-regional-framework"
    one = {row["from"] for row in rows(site, path) if row["part"] == "step"}
    two = {
        row["from"] for row in rows(site, path + "?depth=2") if row["part"] == "step"
    }
    assert one < two
    assert any(iri.endswith("event/2013-asean-summit-23") for iri in two - one)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/timeline?from=MMXIII", 400),
        ("/timeline?from=2013&from=2014", 400),
        ("/timeline?kind=war", 400),
        ("/timeline?colour=red", 400),
        ("/timeline?about=%3E%3C", 400),
        ("/timeline?format=gif", 400),
        ("/map?show=moon", 400),
        ("/map?show=ratification&instrument=%7D", 400),
        ("/indicator/?indicator=a%20b", 400),
        ("/indicator/?sex=%22", 400),
        ("/map?instrument=none", 400),
        ("/map?vintage=none", 400),
        ("/map?show=coverage&indicator=none", 400),
        ("/map?show=coverage&indicator=social-pension-beneficiaries", 400),
        ("/map?show=coverage&vintage=none", 400),
        ("/map?show=access&branch=none", 400),
        ("/indicator/?indicator=none", 400),
        ("/indicator/?sex=none", 400),
        ("/indicator/?area=none", 400),
        ("/timeline?about=theme/none", 400),
        ("/timeline?towards=instrument/none", 400),
        ("/timeline?from=2015&to=2011", 400),
        ("/map?lang=tlh", 400),
        ("/around/event/none", 404),
        ("/around/%3Cscript%3E", 404),
        ("/around/event/2013-asean-summit-23?depth=9", 400),
        ("/around/" + "a" * 3000, 404),
    ],
)
def test_nonsense_is_refused(site: Server, path: str, status: int) -> None:
    reply = site.get(path)
    assert reply.status == status
    assert reply.media_type == "application/problem+json"
    assert "Traceback" not in reply.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/map?show=coverage&vintage=none", "there are un-sdg-2024-02"),
        ("/map?show=ratification&instrument=c102", "did you mean ilo-c102?"),
        ("/indicator/?indicator=sdg-si-cov-pension", "did you mean sdg-si-cov-pensn"),
        ("/indicator/?area=Thailand", "did you mean thailand?"),
        ("/indicator/?sex=x", "there are total, female, male."),
        ("/indicator/?area=zzz", "viet-nam"),
        ("/timeline?about=theme/social-protectoin", "theme/social-protection"),
        ("/timeline?kind=war", "there are event, instrument, document, act."),
    ],
)
def test_what_is_not_there_is_told_from_what_is(
    site: Server, path: str, said: str
) -> None:
    reply = site.get(path)
    assert reply.status == 400
    assert said in str(reply.json()["detail"])
    assert html.escape(said) in page(site, path).text


def test_what_is_there_without_figures_is_no_mistake(site: Server) -> None:
    text = page(site, "/map?show=ratification&instrument=ilo-c001").text
    assert {row[1] for row in table(text)} >= {"no statement seen"}
    assert page(site, "/timeline?about=theme/women&from=1900&to=1901").status == 200


# Instruments have names in Japanese; whatever else is shown falls back to English.
SPOKEN = [
    ("/timeline?from=1925&to=1935", "label"),
    ("/timeline?towards=instrument/ilo-c029", "label"),
    ("/timeline?about=theme/social-security-standards&from=1919&to=1990", "label"),
    ("/around/instrument/ilo-c029", "fromLabel"),
    ("/around/event/1930-ilc-14", "toLabel"),
]


@pytest.mark.parametrize(("path", "column"), SPOKEN)
def test_names_follow_the_reader(site: Server, path: str, column: str) -> None:
    def japanese(text: str) -> set[str]:
        return set(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", text))

    english = site.get(path, "text/html")
    assert not japanese(english.text)
    assert english.headers["Content-Language"] == "en"
    asked = site.get(path, "text/html", Accept_Language="ja,en;q=0.5")
    assert asked.headers["Content-Language"] == "ja, en"
    assert asked.headers["ETag"] != english.headers["ETag"]
    assert "Accept-Language" in asked.headers["Vary"]
    etag = asked.headers["ETag"]
    again = site.get(path, "text/html", Accept_Language="ja", If_None_Match=etag)
    assert again.status == 304
    assert "Accept-Language" in again.headers["Vary"]
    named = page(site, f"{path}{'&' if '?' in path else '?'}lang=ja").text
    assert 'lang=ja&amp;format=csv"' in named
    for text in (asked.text, named):
        drawn, *_ = re.findall(r"<svg .*?</svg>", text, re.DOTALL)
        assert 'lang="en"' in drawn.partition(">")[0]
        words = {
            line.text or ""
            for line in ElementTree.fromstring(drawn).iter()
            if line.tag.endswith("}text") and line.get("lang") == "ja"
        }
        assert words
        assert all(map(japanese, words))
        cells = re.findall(r'<td lang="ja">(.*?)</td>', text)
        assert cells
    download = site.get(other(path, "csv"), Accept_Language="ja").text
    labels = {row[column] for row in csv.DictReader(io.StringIO(download))}
    assert any(map(japanese, labels))
    assert {html.unescape(cell) for cell in cells} <= {
        row[name] for row in csv.DictReader(io.StringIO(download)) for name in row
    }
    query = re.search(
        r'<pre tabindex="0"><code>(.*?)</code></pre>', asked.text, re.DOTALL
    )
    assert query is not None
    assert ask(site, html.unescape(query[1]), "text/csv").text == download


def test_titles_and_choices_follow_the_reader(site: Server) -> None:
    path = "/map?show=ratification&instrument=ilo-c029&lang=ja"
    text = page(site, path).text
    assert 'instrument: <span lang="ja">' in text
    assert re.search(r'<option value="ilo-c029" selected lang="ja">', text)
    assert '<input type="hidden" name="lang" value="ja">' in text
    assert 'href="/map?show=coverage&amp;lang=ja"' in text
    around = page(site, "/around/instrument/ilo-c029?lang=ja").text
    assert '<h1>Around <span lang="ja">' in around
    home = site.get("/", "text/html", Accept_Language="ja")
    assert home.headers["Content-Language"] == "ja, en"
