"""`/vocabulary` -- what the editor completes: prefixes, and the terms that are used."""

import json

from flask import Blueprint, Response

from socprot.errors import NotFound
from socprot.namespaces import ID, PREFIXES
from socprot.queries import SLUG
from socprot.suggestion import shortened
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, unchanged

bp = Blueprint("vocabulary", __name__, url_prefix="/vocabulary")


@bp.get("")
@bp.get("/")
def terms() -> Response:
    """Prefixes of vocabularies and of records, and each class and property in use."""
    etag = fingerprint("vocabulary")
    if unchanged(etag):
        return not_modified(etag)
    kinds = [str(row["kind"]) for row in site().rows("used-kinds", start=ID)]
    used = [
        {
            "name": shortened(str(row["term"])),
            "kind": str(row["kind"]),
            "uses": int(str(row["uses"])),
            "label": str(row.get("label", "")),
        }
        for row in site().rows("used-terms")
    ]
    prefixes = {kind: f"{ID}{kind}/" for kind in kinds if kind} | PREFIXES
    return _json({"prefixes": prefixes, "terms": used}, etag)


@bp.get("/<kind>")
def records(kind: str) -> Response:
    """The records of a kind, by the last part of their names.

    Raises:
        NotFound: there are none.
    """
    etag = fingerprint("vocabulary", kind)
    if unchanged(etag):
        return not_modified(etag)
    start = f"{ID}{kind}/"
    rows = site().rows("records", start=start) if SLUG.fullmatch(kind) else []
    named = {str(row["record"]).removeprefix(start): str(row["label"]) for row in rows}
    # What has a path below it cannot be written with a prefix.
    held = {slug: label for slug, label in named.items() if SLUG.fullmatch(slug)}
    if not held:
        raise NotFound(f"There are no records of a kind {kind!r}.")
    return _json(held, etag)


def _json(held: object, etag: str) -> Response:
    body = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    response = Response(body, content_type="application/json")
    response.set_etag(etag)
    return response
