"""
`/feed.atom` -- the same changes for readers of Atom.

Implements RFC 4287 (Atom), RFC 5005 (archived feeds: the last page of the change feed
is what one subscribes to, the others are its archive) and RFC 6721 (what was deleted).
"""

import re
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from socprot import feed
from socprot.feed import Page
from socprot.release import REMOVED, Entry
from socprot.web.frame.markup import address
from socprot.web.harvest.feed import FOREVER, find, labels, pages
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, unchanged

bp = Blueprint("atom", __name__)

_TYPE = "application/atom+xml"
# What XML 1.0 cannot hold, escaped or not.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Item:
    """One change, as Atom tells it.

    Attributes:
        id: the IRI of the subject: all its changes are versions of one entry.
        place: where it is described; "" where that is nowhere.
        kind: what it belongs to: the kind of record, or the graph.
    """

    id: str
    title: str
    change: str
    updated: str
    place: str
    kind: str

    @property
    def removed(self) -> bool:
        """Whether nothing is said of it any more."""
        return self.change == REMOVED


@bp.get("/feed.atom")
def latest() -> Response:
    """What one subscribes to: the last page.

    Raises:
        NotFound: there is no feed.
    """
    return _answer("/feed.atom", pages()[-1])


@bp.get("/feed/<name>.atom")
def archive(name: str) -> Response:
    """Another page.

    Raises:
        NotFound: there is no such page.
        Replaced: there may have been, and there is another now.
    """
    response = _answer(f"/feed/{name}.atom", find(name))
    response.headers["Cache-Control"] = FOREVER
    return response


def _answer(path: str, held: Page) -> Response:
    etag = fingerprint("atom", path, held.name, site().address)
    if unchanged(etag):
        return not_modified(etag)
    body = render_template(
        "feed/feed.xml",
        stream=feed.STREAM,
        version=site().manifest.version,
        place=path,
        archive=path != "/feed.atom",
        updated=feed.moment(held.date),
        items=[_item(entry, label) for entry, label in labels(held.entries).items()],
        **_neighbours(held),
    )
    response = Response(body, content_type=_TYPE)
    response.set_etag(etag)
    return response


def _neighbours(held: Page) -> dict[str, str]:
    """The addresses of the archives before and after a page."""
    names = [page.name for page in pages()]
    at = names.index(held.name)
    before = f"/feed/{names[at - 1]}.atom" if at else ""
    # The last page is not an archive yet: whoever is there, subscribes.
    after = f"/feed/{names[at + 1]}.atom" if at + 2 < len(names) else ""
    return {"previous": before, "following": after}


def _item(entry: Entry, title: str) -> Item:
    of = entry.subject
    return Item(
        of.iri,
        _NO_XML.sub("\ufffd", title),
        entry.change,
        feed.moment(entry.date),
        address(of.iri) or "",
        of.kind,
    )
