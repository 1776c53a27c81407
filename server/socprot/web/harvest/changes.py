"""`/changes` -- what is new since the last release, for people, and as a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from socprot import news
from socprot.errors import NotFound
from socprot.release import CHANGES, Entry, written
from socprot.web.explore.listing import title
from socprot.web.frame.described import catalogue
from socprot.web.harvest.feed import history, labels
from socprot.web.known import known
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("changes", __name__)

_LISTED = 200  # of each kind of change; the table has them all


@dataclass(frozen=True)
class Part:
    """What some subjects have in common: what became of them.

    Attributes:
        number: how many there are.
        listed: the first of them with their labels.
        kinds: how many there are of each kind.
    """

    change: str
    number: int
    listed: Mapping[Entry, str]
    kinds: dict[str, int]


@bp.get("/changes")
def changes() -> Response:
    """What was added, changed, withdrawn and removed.

    Raises:
        NotFound: nothing is known of the history of what is served.
    """
    entries = _history()
    etag = fingerprint("changes")
    if unchanged(etag):
        return not_modified(etag)
    fresh = news.fresh(entries)
    body = render_template(
        "feed/changes.html",
        notes=catalogue().value("adms:versionNotes"),
        previous=catalogue().value("dcat:previousVersion").rpartition("/")[2],
        parts=[_part(change, fresh) for change in CHANGES],
    )
    return page(body, etag)


@bp.get("/changes.csv")
def table() -> Response:
    """What last became of each subject, with the checksum of its description.

    Raises:
        NotFound: nothing is known of the history of what is served.
    """
    entries = _history()
    etag = fingerprint("changes.csv")
    if unchanged(etag):
        return not_modified(etag)
    response = Response(written(entries), content_type="text/csv; charset=utf-8")
    response.set_etag(etag)
    return response


def _history() -> list[Entry]:
    entries = history(site().bundle)
    if not entries:
        raise NotFound("Nothing is known of the history of what is served here.")
    return entries


def _part(change: str, fresh: list[Entry]) -> Part:
    held = [entry for entry in fresh if entry.change == change]
    kinds = Counter(entry.subject.kind for entry in held)
    told = {_several(kind): count for kind, count in kinds.most_common()}
    return Part(change, len(held), labels(held[:_LISTED]), told)


def _several(kind: str) -> str:
    """What several subjects of a kind are called."""
    return title(known(), kind) if kind in known().by_kind else kind
