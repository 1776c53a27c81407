"""`/q/<code>` -- the answer to a query that the address itself carries."""

from dataclasses import replace

from flask import Blueprint, Response, request

from socprot import permalink
from socprot.errors import BadRequest
from socprot.web import endpoint, protocol

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
    asked = protocol.read(request)
    if asked.query is not None:
        raise BadRequest("The code of this address is the query: leave query= out.")
    return endpoint.answered(replace(asked, query=query), query)
