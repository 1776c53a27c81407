"""`/export/` -- everything, in parts, in every format: files to take away."""

import json
from base64 import b64encode
from typing import cast

from flask import Blueprint, Flask, Response, current_app, render_template, request
from werkzeug.wsgi import FileWrapper

from socprot import distribution
from socprot.errors import EngineUnavailable, NotFound
from socprot.negotiation import HTML, Format, choose
from socprot.web.frame import signpost
from socprot.web.harvest.dumps import Dumps
from socprot.web.site import Site, site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("export", __name__)

_KEY = "socprot.dumps"
_JSON = Format("json", "application/json")
_CHUNK = 1 << 18


def register(app: Flask, site: Site) -> None:
    """Give an application the dumps of what it serves, if that was built."""
    app.extensions[_KEY] = Dumps(site.bundle) if site.bundle is not None else None
    app.register_blueprint(bp)


def _dumps() -> Dumps:
    held = cast("Dumps | None", current_app.extensions.get(_KEY))
    if site().engine is None:
        raise EngineUnavailable(site().reason)
    if held is None:
        raise NotFound("This server holds files of its operator's choice; ask /sparql.")
    return held


@bp.get("/export")
@bp.get("/export/")
def index() -> Response:
    """Every file, as a page or as JSON."""
    names = _dumps().names
    choice = choose((_JSON, HTML), request.headers.get("Accept"))
    etag = fingerprint("export", choice.format.name, site().address)
    if unchanged(etag):
        return not_modified(etag)
    if choice.format is HTML:
        response = page(_page(), etag)
    else:
        files = [
            {
                "name": name,
                "url": f"{site().address}/export/{name}",
                "mediaType": distribution.content_type(name).partition(";")[0],
            }
            for name in names
        ]
        response = Response(
            json.dumps({"canonical": site().manifest.canonical, "files": files}) + "\n",
            content_type=_JSON.media_type,
        )
        response.set_etag(etag)
    response.vary.add("Accept")
    for form in distribution.FORMS:
        path = f"/export/{distribution.WHOLE}.{form.suffix}"
        signpost.link(response, path, "item", form.media_type)
    signpost.link(response, "/dataset", "collection")
    return response


def _page() -> str:
    names = _dumps().names
    return render_template(
        "dataset/export.html",
        forms=distribution.FORMS,
        graphs=distribution.GRAPHS,
        kinds=site().manifest.kinds,
        tables=[name for name in names if name.endswith(".csv")],
        metadata=distribution.METADATA,
        canonical=site().manifest.canonical,
    )


@bp.get("/export/<path:name>")
def file(name: str) -> Response:
    """One file, whole or the rest of it (RFC 9110 section 14)."""
    found = _dumps().get(name)
    etag = found.checksum[:32]
    if unchanged(etag):
        return not_modified(etag)
    environ = dict(request.environ)
    if "," in environ.get("HTTP_RANGE", ""):
        del environ["HTTP_RANGE"]  # several ranges at once: all of it instead
    # A part is always one of the plain file, whose bytes everybody has alike.
    packed = "HTTP_RANGE" not in environ and request.accept_encodings["gzip"] > 0
    path = found.compressed if packed else found.path
    size = path.stat().st_size
    response = Response(
        FileWrapper(path.open("rb"), _CHUNK),
        content_type=distribution.content_type(name),
        direct_passthrough=True,
    )
    response.content_length = size
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{etag}-gzip")
    else:
        # Of the whole, even where a part is sent (RFC 9530).
        digest = b64encode(bytes.fromhex(found.checksum)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
        response.set_etag(etag)
    signpost.link(response, "/dataset", "collection")
    signpost.link(response, signpost.LICENSE, "license")
    response.make_conditional(environ, accept_ranges=True, complete_length=size)
    return response
