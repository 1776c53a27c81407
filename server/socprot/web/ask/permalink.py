"""`/q/<code>` -- the answer to a query that the address itself carries."""

from typing import cast

from flask import Blueprint, Response, request

from socprot import permalink
from socprot.errors import BadRequest, NotFound
from socprot.negotiation import SVG
from socprot.picture.view import View
from socprot.web.ask import endpoint
from socprot.web.ask.query_title import title
from socprot.web.ask.workbench import VIEWS
from socprot.web.picture import answer as picture
from socprot.web.rows import read
from socprot.web.site import site
from socprot.web.sparql import protocol
from socprot.web.sparql.answer import validator
from socprot.web.sparql.protocol import Asked
from socprot.web.wire.headers import not_modified, unchanged

bp = Blueprint("permalink", __name__, url_prefix="/q")
bp.after_request(endpoint.announce)


@bp.get("/<code>")
def ask(code: str) -> Response:
    """Answer as `/sparql` answers, to everything but `query=`.

    Raises:
        NotFound: the code is none.
        BadRequest: there is a query beside it.
    """
    query = permalink.read(code)
    return endpoint.answered(_asked(query), query)


@bp.get("/<code>/<view>.svg")
def draw(code: str, view: str) -> Response:
    """The answer as a picture.

    Raises:
        NotFound: the code is none, or its answer cannot be drawn so.
        BadRequest: there is a query beside it.
    """
    query = permalink.read(code)
    asked = _asked(query)
    etag = validator(site(), asked._replace(view=f"{view}.svg"), query, {})
    if etag and unchanged(etag):
        return not_modified(etag)
    drawn = None
    if view in VIEWS[1:]:
        answer = endpoint.evaluated(asked, query, endpoint.PLAIN)
        if answer.form == "SELECT":
            result = read(answer.read())
            drawn = picture.draw(cast(View, view), result, title(query))
    if drawn is None:
        raise NotFound(f"This answer cannot be drawn as a {view}.")
    response = Response(drawn[0].svg, content_type=SVG.media_type)
    if etag:
        response.set_etag(etag)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _asked(query: str) -> Asked:
    asked = protocol.read(request)
    if asked.query is not None:
        raise BadRequest("The code of this address is the query: leave query= out.")
    return asked._replace(query=query)
