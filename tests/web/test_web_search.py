"""`/search`, on the published graph and on others."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from reading import page
from serving import Server

from socprot import directory


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


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("pensions", "/query/older-persons-with-pension"),
        ("chart pensions", "/indicator/?indicator=sdg-si-cov-pensn"),
        (
            "chart pensions in Thailand",
            "/indicator/?indicator=sdg-si-cov-pensn&area=thailand",
        ),
        ("pensionable age", "/indicator/?indicator=pensionable-age"),
        ("charts", "/indicator/"),
    ],
)
def test_the_page_that_fits_best_is_first(
    graph: Server, words: str, address: str
) -> None:
    found = graph.get(f"/search?q={quote(words)}", "application/json").json()
    assert found["pages"][0]["address"] == address  # type: ignore[index]


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
