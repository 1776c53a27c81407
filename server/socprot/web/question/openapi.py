"""
The operations as an OpenAPI description.

Implements https://spec.openapis.org/oas/v3.1.1. It is made of the question files and of
`operations.toml`, so that it cannot tell of a parameter that is not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pyoxigraph import NamedNode

from socprot.namespaces import PREFIXES
from socprot.queries import Param
from socprot.web.frame import problem
from socprot.web.languages import ENGLISH
from socprot.web.question.operation import Operation, Parameter
from socprot.web.question.option import Option, options
from socprot.web.site import Site
from socprot.web.sparql.protocol import DIRECT, FORM

Json = dict[str, Any]

_XSD = PREFIXES["xsd"]
_TYPES: Mapping[str, tuple[str, str]] = {
    _XSD + "boolean": ("boolean", ""),
    _XSD + "date": ("string", "date"),
    _XSD + "decimal": ("number", ""),
    _XSD + "double": ("number", "double"),
    _XSD + "integer": ("integer", ""),
}
_ERRORS = ("application/problem+json", "text/html", "text/plain")


def describe(site: Site, operations: Iterable[Operation]) -> Json:
    """The description of these operations as a JSON document."""
    found = list(operations)
    paths: dict[str, Json] = {}
    for one in found:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    statuses = sorted({status for one in found for status in one.statuses})
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "SocProt",
            "summary": "Social protection in ASEAN, as a knowledge graph",
            "description": (
                "The published questions, the SPARQL endpoint, and the records. All of "
                "it is read only and open to everybody; what one request may cost is "
                "at /limits. Every answer has a strong ETag. An error is a problem of "
                "RFC 9457."
            ),
            "version": site.manifest.version or "unversioned",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": site.address}],
        "security": [],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in found)],
        "paths": paths,
        "components": {
            "headers": {
                "ETag": {
                    "description": "A strong validator: send it as If-None-Match.",
                    "schema": {"type": "string"},
                }
            },
            "responses": {
                **{f"E{status}": _error(HTTPStatus(status)) for status in statuses},
                "Other": _answer("Any other problem: see /errors/.", _ERRORS, _PROBLEM),
            },
            "schemas": {"Problem": _problem_schema(site)},
        },
    }


_PROBLEM: Json = {"$ref": "#/components/schemas/Problem"}


def _operation(one: Operation) -> Json:
    made: Json = {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": one.summary,
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {media: {} for media in one.media},
                **({"headers": _ETAG} if one.id != "ready" else {}),
            },
            "304": {"description": "What the caller holds is still right."},
            **{
                str(status): {"$ref": f"#/components/responses/E{status}"}
                for status in one.statuses
            },
            "default": {"$ref": "#/components/responses/Other"},
        },
    }
    if one.description:
        made["description"] = one.description
    if one.method != "get" or one.id == "ready":
        del made["responses"]["304"]  # only what is asked by GET has a validator
    if one.body:
        made["requestBody"] = {"required": True, "content": _body(one.body)}
    return made


_ETAG: Json = {"ETag": {"$ref": "#/components/headers/ETag"}}


def _body(example: str) -> Json:
    form = {
        "type": "object",
        "properties": {"query": {"type": "string"}},
        "required": ["query"],
    }
    return {
        FORM: {"schema": form, "example": {"query": example}},
        DIRECT: {"schema": {"type": "string"}, "example": example},
    }


def _parameter(one: Parameter) -> Json:
    schema = _declared(one.declared) if one.declared else _schema(one)
    made: Json = {
        "name": one.name,
        "in": one.place,
        "description": one.description,
        "required": not one.optional,
        "schema": {"type": "array", "items": schema} if one.many else schema,
    }
    if one.example and not one.declared:
        made["example"] = [one.example] if one.many else _typed(one.type, one.example)
    return made


def _schema(one: Parameter) -> Json:
    schema: Json = {"type": one.type}
    if one.format:
        schema["format"] = one.format
    if one.choices:
        schema["enum"] = list(one.choices)
    return schema


def _declared(param: Param) -> Json:
    """The schema of a parameter of a question, with the choices of the graph."""
    found = options(param, ENGLISH)
    if isinstance(param.default, NamedNode):
        default = param.value.rpartition("/")[2]
        anything = {
            "type": "string",
            "format": "iri-reference",
            "description": "An IRI, a prefixed name, or the last part of an IRI.",
        }
        listed = [{"oneOf": _constants(found)}] if found else []
        return {"anyOf": [*listed, anything], "default": default}
    kind, form = _TYPES.get(param.datatype or "", ("string", ""))
    return {
        "type": kind,
        **({"format": form} if form else {}),
        **({"examples": [_typed(kind, o.value) for o in found]} if found else {}),
        "default": _typed(kind, param.value),
    }


def _constants(found: Sequence[Option]) -> list[Json]:
    return [{"const": option.value, "title": option.label} for option in found]


def _typed(kind: str, value: str) -> str | int | float | bool:
    match kind:
        case "integer":
            return int(value)
        case "number":
            return float(value)
        case "boolean":
            return value == "true"
        case _:
            return value


def _error(status: HTTPStatus) -> Json:
    kinds = [one for one in problem.PROBLEMS.values() if one.status is status]
    told = "; ".join(f"{one.title} ({one.slug})" for one in kinds)
    return _answer(f"{told or status.phrase}.", _ERRORS, _PROBLEM)


def _answer(description: str, media: Iterable[str], schema: Json) -> Json:
    content = {one: {"schema": schema} if "json" in one else {} for one in media}
    return {"description": description, "content": content}


def _problem_schema(site: Site) -> Json:
    kinds = [f"{site.address}/errors/{slug}" for slug in problem.PROBLEMS]
    return {
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "properties": {
            "type": {"type": "string", "format": "uri", "enum": kinds},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "line": {"type": "integer"},
            "column": {"type": ["integer", "null"]},
            "excerpt": {"type": "string"},
        },
        "required": ["type", "title", "status", "detail"],
    }
