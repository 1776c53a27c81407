"""The headers that every answer carries: safety, caching, and cross-origin reading."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.http import http_date, parse_etags

from socprot.web.site import site

# No script may run but our own, nothing is fetched from elsewhere, nobody may frame us
# (https://www.w3.org/TR/CSP3/).
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_SAFETY = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_EXPOSED = (
    "Accept-Query, Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, "
    "Link, Location, Repr-Digest, Retry-After, X-Limits"
)
ALWAYS = [
    (name.lower(), name, value)
    for name, value in {
        **_SAFETY,
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": _EXPOSED,
    }.items()
]
# The next bundle may come at any time; until a reader asks again, a minute may pass.
FRESH = "public, max-age=60, stale-while-revalidate=600"
_CODING = re.compile(r"-(?:br|gzip|zstd)$")


def register(app: Flask) -> None:
    """Complete the headers of every response."""
    app.after_request(_complete)


def _complete(response: Response) -> Response:
    if request.method == "OPTIONS" and response.status_code == 200:
        _preflight(response)
    present = {name.lower() for name, _ in response.headers}
    for lower, name, value in ALWAYS:
        if lower not in present:
            response.headers.add(name, value)
    modified = last_modified(site().bundle)
    if modified and response.status_code in (200, 206) and "etag" in present:
        response.headers["Last-Modified"] = http_date(modified)
    if response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    else:
        if "cache-control" not in present:
            response.headers.add("Cache-Control", freshness(request.method))
    return response


def _preflight(response: Response) -> None:
    """Say which methods there are, and that pages of others may use them
    (https://fetch.spec.whatwg.org/#cors-preflight-fetch)."""
    response.status_code = 204
    del response.headers["Content-Type"]
    response.headers["Allow"] = ", ".join(sorted(response.allow))
    response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
    response.headers["Access-Control-Allow-Headers"] = "*"
    response.headers["Access-Control-Max-Age"] = "86400"


def freshness(method: str) -> str:
    """How long a good answer may be used again: not at all by whoever sent a POST."""
    return FRESH if method in ("GET", "HEAD", "QUERY") else "no-store"


def fingerprint(*parts: str | Iterable[str]) -> str:
    """A strong validator for an answer (RFC 9110 section 8.8.3).

    A bundle never changes, so an answer depends on nothing but the bundle, what was
    asked, the format, and the software that wrote it.
    """
    return fingerprint_of(site().edition, *parts)


def fingerprint_of(edition: str, *parts: str | Iterable[str]) -> str:
    """The same where no application is at hand, for the edition of a site."""
    digest = _of_edition(edition).copy()
    told: list[str] = []
    for part in parts:
        for text in (part,) if isinstance(part, str) else sorted(part):
            told += (text, "\x00")
        told.append("\x01")
    digest.update("".join(told).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


@lru_cache(maxsize=8)
def _of_edition(edition: str) -> "hashlib._Hash":
    """The beginning of every validator: the software and the bundle."""
    return hashlib.sha256(f"{_software()}\x00\x01{edition}\x00\x01".encode())


@cache
def _software() -> str:
    """The software as far as it shapes answers: its version, templates and scripts."""
    digest = hashlib.sha256(version("socprot").encode())
    folder = Path(__file__).parents[1]
    shaping = (*folder.rglob("templates/**/*.*"), *folder.glob("static/built/*"))
    for path in sorted(shaping):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def last_modified(bundle: Path | None) -> datetime | None:
    """When an answer may last have changed: with the bundle, or with the software."""
    if bundle is None:
        return None
    package = Path(__file__).parents[2]
    written = [*package.rglob("*.py"), *package.rglob("templates/**/*.*")]
    times = (path.stat().st_mtime for path in (bundle / "manifest.json", *written))
    return datetime.fromtimestamp(int(max(times)), UTC)


def unchanged(etag: str) -> bool:
    """Say whether the caller holds this answer already (RFC 9110 section 13.2.2)."""
    if request.method not in ("GET", "HEAD"):
        return False
    if "If-None-Match" in request.headers:
        return held(request.headers["If-None-Match"], etag)
    since, modified = request.if_modified_since, last_modified(site().bundle)
    return since is not None and modified is not None and modified <= since


def held(condition: str | None, etag: str) -> bool:
    """Say whether an If-None-Match names an answer, in whatever coding it was sent."""
    named = parse_etags(condition)
    if named.star_tag:
        return True
    tags = named.as_set(include_weak=True)
    plain = _CODING.sub("", etag)
    return any(
        _CODING.sub("", tag.removeprefix("W/").strip('"')) == plain
        for tag in tags
        if tag  # the empty one, "", is read as None
    )


def not_modified(etag: str) -> Response:
    """Answer that what the caller holds is still right."""
    response = Response(status=304)
    del response.headers["Content-Type"]  # there is no content that it could be of
    response.set_etag(etag)
    response.vary.update(("Accept", "Accept-Encoding"))
    return response


def page(body: str, etag: str | None = None, status: int = 200) -> Response:
    """An HTML page."""
    response = Response(body, status, content_type="text/html; charset=utf-8")
    response.vary.add("Accept")
    if etag:
        response.set_etag(etag)
    return response
