"""
The Flask application. `create_app` is the only place where the parts meet.

What a request may use lies here, beside the first page: `site` is the bundle that is
served, `published` its questions, `known` and `kinds` its records, `rows` an answer to
one of our own queries, `languages` and `days` the words. The rest are rooms,
one package each, whose first docstrings say what happens in them. A room imports
only from those above it, and not from one beside it, as `tests/test_architecture.py`
checks:

    wire
    sparql
    frame
    picture
    ask explore
    model question record trust
    harvest
    home
    gate

`home` is the first page and those that explain; the `gate`, in front of all, is the
process that listens.
"""

from flask import Flask, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from socprot.web import home, picture
from socprot.web.ask import citation, cite, endpoint, permalink, snippet, vocabulary
from socprot.web.explore import finder, listing
from socprot.web.frame import assets, errors, markup, navigation
from socprot.web.harvest import (
    atom,
    changes,
    dataset,
    discovery,
    export,
    extract,
    feed,
    linkset,
)
from socprot.web.model import term
from socprot.web.question import api, query
from socprot.web.record import record
from socprot.web.site import Site, attach
from socprot.web.trust import conformance, evidence, fair, licences, statement, threats
from socprot.web.wire import compression, headers, health
from socprot.web.wire.cache import AnswerCache
from socprot.web.wire.exchange import FAILED, NOTES
from socprot.web.wire.metrics import Metrics

_BLUEPRINTS = (
    api.bp,
    cite.bp,
    permalink.bp,
    picture.bp,
    atom.bp,
    changes.bp,
    dataset.bp,
    discovery.bp,
    extract.bp,
    fair.bp,
    feed.bp,
    conformance.bp,
    evidence.bp,
    finder.bp,
    health.bp,
    home.bp,
    licences.bp,
    linkset.bp,
    listing.bp,
    query.bp,
    record.bp,
    endpoint.bp,
    statement.bp,
    term.bp,
    threats.bp,
    vocabulary.bp,
)


def create_app(site: Site, metrics: Metrics | None = None) -> Flask:
    """Build the application around `site`; `metrics` go on counting, where given."""
    app = Flask(__name__, static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = site.traffic.body
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 600
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Both would redirect to an address made of the Host header.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.extensions["socprot.metrics"] = metrics or Metrics()
    app.extensions["socprot.cache"] = AnswerCache(
        site.manifest.hash, site.traffic.cache, site.manifest.languages
    )
    attach(app, site)
    # Hooks after a request run last-registered first: headers see the final body.
    headers.register(app)
    compression.register(app)
    errors.register(app)
    markup.register(app)
    assets.register(app)
    citation.register(app)
    snippet.register(app)
    export.register(app, site)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    navigation.register(app, without=() if feed.exists(site) else feed.PLACES)
    app.before_request(_note_route)
    app.before_request(_tell_failure)
    if site.proxies:
        # Only the address of the client: a host is never taken from a request.
        proxied = ProxyFix(
            app.wsgi_app, x_for=site.proxies, x_proto=0, x_host=0, x_port=0
        )
        app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask documents
    return app


def _note_route() -> None:
    """Tell the log and the metrics which route this is: paths are too many."""
    rule = request.url_rule
    request.environ.setdefault(NOTES, {})["route"] = rule.rule if rule else "none"


def _tell_failure() -> None:
    """Say why a request is no good, or an answer failed before any of it was sent.

    Raises:
        SocprotError: that is it.
    """
    if error := request.environ.get(FAILED):
        raise error
