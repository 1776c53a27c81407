"""`/about`, `/accessibility`, `/privacy` -- who answers for this, and what it keeps."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template

from socprot.web.ask.cite import of_dataset
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("statement", __name__)


@bp.get("/about")
def about() -> Response:
    """What this is, its licences, how to cite it and how to report an error."""
    return _page("about", cited=of_dataset)


@bp.get("/accessibility")
def accessibility() -> Response:
    """What was tested with which tools, and what is known to fall short."""
    return _page("accessibility")


@bp.get("/privacy")
def privacy() -> Response:
    """What is logged of a request, and what is not."""
    return _page("privacy")


def _page(name: str, **read: Callable[[], object]) -> Response:
    """A page; what it shows is read only if it is not what the caller has."""
    etag = fingerprint("statement", name, site().address)
    if unchanged(etag):
        return not_modified(etag)
    held = {key: value() for key, value in read.items()}
    return page(render_template(f"statement/{name}.html", **held), etag)
