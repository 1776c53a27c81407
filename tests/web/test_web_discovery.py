"""How strangers find their way: search engines, typed links, linksets and sitemaps."""

import json
import re
from xml.etree import ElementTree

import pytest
import requests
from reading import embedded, listed
from serving import Server
from test_web_pages import Reader

from socprot import namespaces
from socprot.bundle import Bundle
from socprot.export import read
from socprot.web.harvest.feed import history


def test_the_page_says_it_to_search_engines(whole: Server) -> None:
    text = whole.get("/dataset", "text/html").text
    data = embedded(text)
    assert (data["@type"], data["@id"]) == ("Dataset", namespaces.DATASET)
    assert data["version"] == "2026.1"
    assert {"name", "description", "license", "creator", "distribution"} <= data.keys()
    for link in Reader(text).links:
        if link.startswith(("/export/", "/dataset", "/.well-known/")):
            assert whole.request("HEAD", link).status == 200, link


def test_home_says_what_it_is_about(whole: Server, server: Server) -> None:
    data = embedded(whole.get("/").text)
    assert (data["@type"], data["url"]) == ("WebSite", f"{whole.address}/")
    about = data["mainEntity"]
    assert about == embedded(whole.get("/dataset", "text/html").text)
    (template,) = re.findall(r'"(http[^"]*words[^"]*)"', json.dumps(data))
    search = template.removeprefix(whole.address).replace("{words}", "asean")
    assert whole.get(search, "text/html").status == 200
    assert "mainEntity" not in embedded(server.get("/").text)


def test_records_say_it_to_search_engines(server: Server) -> None:
    data = embedded(server.get("/doc/event/2013-summit", "text/html").text)
    assert data["@type"] == ["Event"]
    assert data["@id"] == "https://w3id.org/socprot/id/event/2013-summit"
    assert data["name"] == "23rd Summit"
    hostile = server.get("/doc/event/hostile", "text/html").text
    assert embedded(hostile)["name"] == "<script>alert(1)</script>"
    assert "<script>" not in hostile


def test_records_point_the_way(server: Server) -> None:
    for accept in ("text/html", "text/turtle"):
        links = server.get("/doc/event/2013-summit", accept).headers.get_all("Link")
        assert links is not None
        iri = "https://w3id.org/socprot/id/event/2013-summit"
        assert f'<{iri}>; rel="cite-as"' in links
        path = "/doc/event/2013-summit.ttl"
        assert f'<{path}>; rel="describedby"; type="text/turtle"' in links
        assert '</dataset>; rel="collection"' in links
        assert any('rel="license"' in link for link in links)
        assert any('rel="type"' in link for link in links)


@pytest.mark.parametrize("path", ["/", "/dataset", "/doc/event/2013-summit"])
def test_the_links_of_a_page_are_a_document_too(whole: Server, path: str) -> None:
    page = whole.get(path, "text/html")
    relations = {relation for relation, _, _ in listed(page)}
    assert {"author", "cite-as", "describedby", "license", "type"} <= relations
    assert relations & {"item", "collection"}
    addresses = [
        link for link in page.headers.get_all("Link") or () if 'rel="linkset"' in link
    ]
    assert len(addresses) == 2
    for header in addresses:
        target, _, kind = header[1:].partition('>; rel="linkset"; type=')
        reply = whole.get(target, kind.strip('"'))
        assert (reply.status, reply.media_type) == (200, kind.strip('"'))
        etag = reply.headers["ETag"]
        again = whole.get(target, kind.strip('"'), If_None_Match=etag)
        assert (again.status, again.body) == (304, b"")
        anchor = whole.address + path
        if reply.media_type.endswith("+json"):
            contexts = json.loads(reply.body)["linkset"]
            (own,) = (one for one in contexts if one["anchor"] == anchor)
            told = {
                (relation, one["href"].removeprefix(whole.address), one.get("type", ""))
                for relation, targets in own.items()
                if relation != "anchor"
                for one in targets
            }
            assert {one for one in told if one[0] != "alternate"} == listed(page)
            others = [one["anchor"] for one in contexts if one is not own]
            assert others
            for other in others:
                path_of = other.removeprefix(whole.address)
                assert whole.request("HEAD", path_of).status == 200
        else:
            (header_like,) = [reply.text.replace(",\n", ", ").strip()]
            links = requests.utils.parse_header_links(header_like)
            told = {
                (
                    link["rel"],
                    link["url"].removeprefix(whole.address),
                    link.get("type", ""),
                )
                for link in links
                if link["anchor"] == anchor
            }
            assert {one for one in told if one[0] != "alternate"} == listed(page)


def test_a_linkset_is_of_something(whole: Server) -> None:
    assert whole.get("/linkset/doc/event/nowhere").status == 404
    assert whole.get("/linkset/dataset", "image/png").status == 406


def test_programs_find_what_they_may_call(whole: Server) -> None:
    reply = whole.get("/.well-known/api-catalog")
    assert reply.headers["Content-Type"].startswith(
        "application/linkset+json; profile="
    )
    head = whole.request("HEAD", "/.well-known/api-catalog")
    assert 'rel="api-catalog"' in head.headers["Link"]
    linkset = json.loads(reply.body)["linkset"]
    for context in linkset:
        assert context["anchor"].startswith(whole.address)
        for relation, targets in context.items():
            if relation == "anchor":
                continue
            for target in targets:
                path = target["href"].removeprefix(whole.address)
                answer = whole.get(path, target.get("type"))
                assert answer.status == 200
                assert answer.media_type == target.get("type", answer.media_type)


def test_the_sitemap_names_every_record(whole: Server, built: Bundle) -> None:
    robots = whole.get("/robots.txt").text
    assert f"Sitemap: {whole.address}/sitemap.xml" in robots
    reply = whole.get("/sitemap.xml", Host="evil.test")
    assert "evil.test" not in reply.text
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(reply.body)
    found = [one.text or "" for one in root.iter(f"{space}loc")]
    assert len(found) == len(set(found))
    paths = {one.removeprefix(whole.address) for one in found}
    records = {
        str(quad.subject)[1:-1].removeprefix(namespaces.BASE + "id/")
        for quad in read(built.graph)
        if str(quad.graph_name) == f"<{namespaces.DATA}>"
    }
    assert {f"/doc/{record}" for record in records} <= paths
    assert all(whole.request("HEAD", path).status == 200 for path in paths)


def test_the_sitemap_tells_when_each_record_changed(
    bundle: Bundle,
) -> None:
    wanted = {
        entry.subject.iri: entry.date
        for entry in history(bundle.path)
        if entry.subject.iri.startswith(namespaces.ID) and entry.sha256
    }
    running = Server("bundle", bundle.path)
    try:
        text = running.get("/sitemap.xml").text
    finally:
        assert running.stop() == 0
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    told = {
        (one.findtext(f"{space}loc") or "").partition("/doc/")[2]: one.findtext(
            f"{space}lastmod"
        )
        for one in ElementTree.fromstring(text)
    }
    assert len(wanted) > 1000
    for iri, day in wanted.items():
        assert told[iri.removeprefix(namespaces.ID)] == day, iri
