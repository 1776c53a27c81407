"""`/licences` -- under which terms the data, the software and its parts may be used."""

from flask import Blueprint, Response, render_template

from socprot.web.frame import assets
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("licences", __name__)


@bp.get("/licences")
def licences() -> Response:
    """Name every licence, with the texts of those that ask for it."""
    etag = fingerprint("licences")
    if unchanged(etag):
        return not_modified(etag)
    return page(render_template("about/licences.html", parts=assets.parts()), etag)
