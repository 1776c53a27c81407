"""What programs may call: each operation with its parameters, from data.

The published questions describe themselves (`queries/competency/`); the others are
listed in `operations.toml`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException

from socprot.negotiation import HTML, ROWS, SPREADSHEET, TRIPLES
from socprot.queries import Param, Query
from socprot.web.site import site

_LISTED = Path(__file__).with_name("operations.toml")
FORMATS = (*ROWS, SPREADSHEET, *TRIPLES, HTML)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        place: where it stands.
        type: of JSON Schema.
        format: of JSON Schema, where one fits.
        choices: all that it may be; empty where that is open.
        lines: of the field in a form, where one is not enough.
        declared: what a published question says of it.
    """

    name: str
    description: str
    place: Literal["path", "query"] = "query"
    type: str = "string"
    format: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    many: bool = False
    lines: int = 1
    declared: Param | None = None


@dataclass(frozen=True)
class Operation:
    """One thing that a program may ask for.

    Attributes:
        media: the types of an answer of status 200.
        statuses: of errors that are its own; any request may meet others.
        body: an example of a query that is sent as a body.
        query: the published question, where it is one.
    """

    id: str
    path: str
    tag: str
    summary: str
    media: tuple[str, ...]
    description: str = ""
    method: str = "get"
    statuses: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    query: Query | None = None

    @property
    def in_path(self) -> Sequence[Parameter]:
        """The parameters that are part of the path."""
        return [one for one in self.parameters if one.place == "path"]


FORMAT = Parameter(
    "format",
    "Goes before Accept.",
    choices=tuple(one.name for one in FORMATS),
    optional=True,
)


def operations() -> Mapping[str, Operation]:
    """Every operation of this site, the questions first."""
    found = [of_question(query) for query in site().queries.values()]
    found += [one for one in listed() if _is_served(current_app, one)]
    return {one.id: one for one in found}


def of_question(query: Query) -> Operation:
    """A published question as an operation."""
    return Operation(
        query.name,
        f"/query/{query.name}",
        f"Questions: {query.header.get('theme', 'other')}",
        query.summary,
        tuple(one.media_type for one in (*ROWS, *TRIPLES, HTML)),
        query.header.get("note", ""),
        statuses=(400, 406),
        parameters=(*map(_of_param, query.params.values()), FORMAT),
        query=query,
    )


def _of_param(param: Param) -> Parameter:
    return Parameter(
        param.name,
        f"{param.label}: {param.expects}. Without it, {param.value}.",
        example=param.value,
        optional=True,
        declared=param,
    )


@cache
def listed() -> Sequence[Operation]:
    """The operations that are not questions."""
    with _LISTED.open("rb") as file:
        held = tomllib.load(file)["operation"]
    return [_read(entry) for entry in held]


def _read(entry: dict[str, Any]) -> Operation:
    parameters = tuple(
        Parameter(**{**one, "choices": tuple(one.get("choices", ()))})
        for one in entry.pop("parameter", ())
    )
    lists = {name: tuple(entry.get(name, ())) for name in ("media", "statuses")}
    return Operation(**{**entry, **lists}, parameters=parameters)


def _is_served(app: Flask, operation: Operation) -> bool:
    """Whether this application has such a page."""
    path = operation.path
    for one in operation.in_path:
        path = path.replace(f"{{{one.name}}}", (one.choices or (one.example,))[0])
    try:
        app.url_map.bind("").match(path, method=operation.method.upper())
    except HTTPException:
        return False
    return True
