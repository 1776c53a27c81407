"""The changes as Atom: the same as in the feed, from page to page."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
from serving import Server

from socprot import feed, namespaces, release
from socprot.bundle import Bundle

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
}


def atom(server: Server, path: str) -> ElementTree.Element:
    reply = server.get(path)
    assert (reply.status, reply.media_type) == (200, "application/atom+xml")
    return ElementTree.fromstring(reply.body)


def linked(document: ElementTree.Element, relation: str) -> str | None:
    found = document.find(f"a:link[@rel='{relation}']", NS)
    return None if found is None else urlsplit(found.attrib["href"]).path


def test_atom_tells_the_same_from_page_to_page(
    last: Server, stages: list[Bundle]
) -> None:
    entries: dict[str, str] = {}
    deleted: dict[str, str] = {}
    path: str | None = "/feed.atom"
    seen = []
    while path:
        document = atom(last, path)
        seen.append(path)
        assert linked(document, "self") == path
        is_archive = document.find("fh:archive", NS) is not None
        assert is_archive == (path != "/feed.atom")
        assert linked(document, "current") == ("/feed.atom" if is_archive else None)
        for entry in document.findall("a:entry", NS):
            name = entry.findtext("a:id", "", NS)
            assert name not in entries
            entries[name] = entry.findtext("a:updated", "", NS)
        for tomb in document.findall("at:deleted-entry", NS):
            deleted[tomb.attrib["ref"]] = tomb.attrib["when"]
        before, path = path, linked(document, "prev-archive")
        if path and before != "/feed.atom":
            assert linked(atom(last, path), "next-archive") == before
    text = (stages[-1].path / "changes.csv").read_text(encoding="utf-8")
    history = release.parsed(text)
    assert entries == {e.subject.iri: feed.moment(e.date) for e in history if e.sha256}
    assert deleted == {
        e.subject.iri: feed.moment(e.date) for e in history if not e.sha256
    }
    assert set(deleted) == {namespaces.ID + "body/fresh"}
    assert len(seen) > 2


def test_atom_is_what_the_rfc_asks_for(last: Server) -> None:
    """RFC 4287 sections 4.1.1 and 4.1.2: what must be there, and how often."""
    reply = last.get("/feed.atom")
    read = feedparser.parse(reply.body)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title
    document = ElementTree.fromstring(reply.body)
    for name in ("id", "title", "updated", "author"):
        assert len(document.findall(f"a:{name}", NS)) == 1
    for entry in document.findall("a:entry", NS):
        for name in ("id", "title", "updated"):
            assert len(entry.findall(f"a:{name}", NS)) == 1
        (way,) = entry.findall("a:link[@rel='alternate']", NS)
        assert last.get(urlsplit(way.attrib["href"]).path).status in (200, 303, 410)
    etag = reply.headers["ETag"]
    assert last.get("/feed.atom", If_None_Match=etag).status == 304
