"""`/healthz`, `/readyz` and `/metrics` -- for whoever operates this."""

from flask import Blueprint, Response, current_app

from socprot.engine import Request
from socprot.web.site import PAGE, site
from socprot.web.wire.cache import AnswerCache
from socprot.web.wire.metrics import Metrics, exposition

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """The process lives."""
    return _plain("alive\n")


@bp.get("/readyz")
def ready() -> Response:
    """A bundle is loaded and answers.

    Raises:
        SocprotError: it does not; a problem document tells why.
    """
    question = Request("ASK {}", {"boolean": "text/csv"}, timeout=2, client=PAGE)
    site().answer(question).read()
    held = site().manifest
    return _plain(f"ready: {held.version or 'data'} {held.hash}".rstrip() + "\n")


@bp.get("/metrics")
def metrics() -> Response:
    """Counters in the text format of Prometheus."""
    counters: Metrics = current_app.extensions["socprot.metrics"]
    cache: AnswerCache = current_app.extensions["socprot.cache"]
    response = _plain(exposition(counters, cache, site()))
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response


def _plain(text: str, status: int = 200) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
