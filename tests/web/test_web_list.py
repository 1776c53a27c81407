"""`/explore` and the lists of a kind, on the published graph and on others."""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from pyoxigraph import RdfFormat, Store
from reading import PAGE, page
from serving import Server

from socprot import directory
from socprot.directory import Directory
from socprot.negotiation import TRIPLES, Format
from socprot.web.explore import behind, selection
from socprot.web.explore.selection import Selection
from socprot.web.kinds import kinds


def rows(server: Server, path: str) -> list[dict[str, str]]:
    reply = server.get(path, "text/csv")
    assert reply.status == 200, reply.text
    assert reply.media_type == "text/csv"
    return list(csv.DictReader(io.StringIO(reply.text)))


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
    query = re.search(r'<pre tabindex="0"><code>(.*?)</code></pre>', text, re.DOTALL)
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


def test_columns_are_properties_that_records_have(published: Store) -> None:
    for kind in kinds().values():
        start = f"https://w3id.org/socprot/id/{kind.name}/"
        for name, iri in kind.properties().items():
            asked = f'ASK {{ ?s <{iri}> ?o FILTER(STRSTARTS(STR(?s), "{start}")) }}'
            assert published.query(asked), f"{kind.name}: {name}"


def test_a_bundle_without_a_directory_has_lists(server: Server) -> None:
    text = page(server, "/doc/event/").text
    assert '<a href="/id/event/2013-summit">23rd Summit</a>' in text
    assert 'href="/id/event/2013-summit"' in page(server, "/search?q=sumit").text
    assert len(rows(server, "/doc/event/?format=csv")) >= 2


def test_the_values_of_a_facet_follow_the_reader(
    graph: Server, held: Directory
) -> None:
    name = held.entries["instrument/ilo-c029"].labels["ja"]
    english = page(graph, "/doc/ratification/").text
    assert name not in english
    path = "/doc/ratification/?instrument=instrument/ilo-c029&lang=ja"
    japanese = page(graph, path).text
    assert f'<span class="name" lang="ja">{name}</span>' in japanese
    assert f'<span lang="ja">{name}</span><span class="unseen">' in japanese
