"""
`/linkset/...` -- the links of a page as a document (RFC 9264).

https://www.rfc-editor.org/rfc/rfc9264

It is the second level of FAIR Signposting: what the headers of the page say, and how
the other documents point back at it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from socprot import namespaces
from socprot.negotiation import Format, choose
from socprot.web.frame import signpost
from socprot.web.frame.signpost import Link
from socprot.web.harvest import feed
from socprot.web.known import in_path
from socprot.web.record.record import known
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, unchanged

bp = Blueprint("linkset", __name__)

_JSON, _PLAIN = (Format("linkset", kind) for kind in signpost.LINKSETS)


@bp.get("/linkset")
@bp.get("/linkset/")
def home() -> Response:
    """The links of the home page."""
    return _answer("/", [*signpost.of_dataset("/"), *feed.links()])


@bp.get("/linkset/dataset")
def dataset() -> Response:
    """The links of the page of the dataset."""
    return _answer("/dataset", [*signpost.of_dataset(), *feed.links()])


@bp.get("/linkset/doc/<path:name>")
def record(name: str) -> Response:
    """The links of the document about a record.

    Raises:
        NotFound: there is no such record.
        Withdrawn: it is not to be used any more.
    """
    known(name)
    path = "/doc/" + in_path(name)
    return _answer(path, signpost.of_record(namespaces.ID + name, path))


def _answer(path: str, links: Sequence[Link]) -> Response:
    choice = choose((_JSON, _PLAIN), request.headers.get("Accept"))
    etag = fingerprint("linkset", path, choice.label, site().address)
    if unchanged(etag):
        return not_modified(etag)
    anchors = signpost.around(path, links)
    write = _json if choice.format is _JSON else _plain
    response = Response(write(anchors), content_type=choice.label)
    response.set_etag(etag)
    response.vary.add("Accept")
    signpost.link(response, _at(path), "describes")
    return response


def _json(anchors: Mapping[str, Sequence[Link]]) -> str:
    """RFC 9264 section 4.2."""
    contexts = []
    for anchor, links in anchors.items():
        context: dict[str, Any] = {"anchor": _at(anchor)}
        for one in links:
            target = {"href": _at(one.target)}
            if one.media_type:
                target["type"] = one.media_type
            context.setdefault(one.relation, []).append(target)
        contexts.append(context)
    return json.dumps({"linkset": contexts}, indent=1) + "\n"


def _plain(anchors: Mapping[str, Sequence[Link]]) -> str:
    """RFC 9264 section 4.1: as in a header, each with its anchor."""
    lines = []
    for anchor, links in anchors.items():
        for one in links:
            line = f'<{_at(one.target)}>; rel="{one.relation}"; anchor="{_at(anchor)}"'
            lines.append(
                line + (f'; type="{one.media_type}"' if one.media_type else "")
            )
    return ",\n".join(lines) + "\n"


def _at(target: str) -> str:
    return site().address + target if target.startswith("/") else target
