"""`/openapi.json` and `/openapi` -- the description of all operations, and to try them.

The forms need no script: what belongs into the path of an address is put there by a
redirect.
"""

import json
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template, request

from socprot.errors import BadParameter, NotFound
from socprot.negotiation import Format, choose
from socprot.suggestion import near
from socprot.web.languages import ENGLISH
from socprot.web.question.field import Field
from socprot.web.question.openapi import describe
from socprot.web.question.operation import Operation, operations
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("api", __name__)

MEDIA_TYPE = "application/vnd.oai.openapi+json"
_JSON = Format("json", "application/json", (MEDIA_TYPE,))


@bp.get("/openapi.json")
def document() -> Response:
    """The description, under its own media type to who asks for that."""
    choice = choose((_JSON,), request.headers.get("Accept"))
    etag = fingerprint("openapi", choice.label, site().address, site().queries)
    if unchanged(etag):
        return not_modified(etag)
    made = describe(site(), operations().values())
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    label = choice.label + (";version=3.1" if choice.label == MEDIA_TYPE else "")
    response = Response(text, content_type=label)
    response.set_etag(etag)
    response.vary.add("Accept")
    return response


@bp.get("/openapi")
@bp.get("/openapi/")
def index() -> Response:
    """Every operation, by what it is about."""
    etag = fingerprint("openapi page", site().address, site().queries)
    if unchanged(etag):
        return not_modified(etag)
    tags: dict[str, list[Operation]] = {}
    for one in operations().values():
        tags.setdefault(one.tag, []).append(one)
    return page(render_template("api/index.html", tags=tags), etag)


@bp.get("/openapi/<name>")
def operation(name: str) -> Response:
    """One operation, with a form to try it.

    Raises:
        NotFound: there is no such operation.
    """
    one = _found(name)
    etag = fingerprint("operation", name, site().address)
    if unchanged(etag):
        return not_modified(etag)
    shown = render_template(
        "api/operation.html",
        operation=one,
        fields={
            parameter.name: Field.of(
                parameter.declared, parameter.declared.value, ENGLISH
            )
            for parameter in one.parameters
            if parameter.declared
        },
        example=site().address + _address(one, _examples(one)),
    )
    return page(shown, etag)


@bp.get("/openapi/<name>/try")
def attempt(name: str) -> Response:
    """Lead to the address that the fields of a form make.

    Raises:
        BadParameter: a field is unknown, or a part of the path is missing.
        NotFound: there is no such operation.
    """
    one = _found(name)
    known = {parameter.name for parameter in one.parameters}
    given = [(key, value) for key, value in request.args.items(multi=True) if value]
    for key, _ in given:
        if key not in known:
            raise BadParameter(f"{one.path} has no parameter {key!r}.")
    response = Response(status=303)
    response.headers["Location"] = _address(one, given)
    return response


def _found(name: str) -> Operation:
    held = operations()
    if name not in held:
        found = " or ".join(f"/openapi/{one}" for one in near(name, held, 5))
        hint = f"Did you mean {found}?" if found else "See /openapi."
        raise NotFound(f"There is no operation {name!r}. {hint}")
    return held[name]


def _examples(one: Operation) -> Sequence[tuple[str, str]]:
    """A value for every parameter that must be given."""
    return [
        (parameter.name, (parameter.choices or (parameter.example,))[0])
        for parameter in one.parameters
        if not parameter.optional
    ]


def _address(one: Operation, given: Sequence[tuple[str, str]]) -> str:
    """The address of an operation with these values."""
    path = one.path
    for parameter in one.in_path:
        values = [value for key, value in given if key == parameter.name]
        if len(values) != 1:
            raise BadParameter(f"{one.path} needs one {parameter.name}.")
        path = path.replace(f"{{{parameter.name}}}", quote(values[0], safe=""))
    names = {parameter.name for parameter in one.in_path}
    rest = [(key, value) for key, value in given if key not in names]
    return f"{path}?{urlencode(rest)}" if rest else path
