"""`/cite/<style>?of=<path>` -- a citation of an answer, question or record: a file."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, request

from socprot import namespaces, permalink
from socprot.errors import BadParameter, NotFound
from socprot.web.ask import citation
from socprot.web.ask.citation import Citation
from socprot.web.ask.query_title import title
from socprot.web.known import in_path
from socprot.web.site import render, site

bp = Blueprint("cite", __name__, url_prefix="/cite")


@bp.get("/<suffix>")
def download(suffix: str) -> Response:
    """Write a citation with the day of today, so nobody may keep it.

    Raises:
        NotFound: there is no such style, or nothing of that path to be cited.
        BadParameter: no path is given, or its parameters are wrong.
    """
    style = next((one for one in citation.STYLES if one.suffix == suffix), None)
    if style is None:
        known = " or ".join(f"/cite/{one.suffix}" for one in citation.STYLES)
        raise NotFound(f"There is no style {suffix!r} of citations: try {known}.")
    found = _of(request.args.get("of", ""))
    response = Response(
        found.write(style, citation.today()),
        content_type=f"{style.media_type}; charset=utf-8",
    )
    name = f"{found.key}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _of(path: str) -> Citation:
    """How to cite what is at a path of this site."""
    try:
        parts = urlsplit(path)
        values = dict(parse_qsl(parts.query, errors="strict", max_num_fields=50))
    except ValueError as error:
        raise BadParameter("of= is not a path of this site.") from error
    elsewhere = parts.scheme or parts.netloc
    match [] if elsewhere else parts.path.split("/"):
        case ["", "q", code]:
            cited = of_answer(permalink.read(code), code)
        case ["", "query", name]:
            cited = of_question(name, values)
        case ["", "id", _, *rest] if rest:
            cited = of_record(parts.path.removeprefix("/id/"))
        case ["", "dataset"]:
            cited = of_dataset()
        case _:
            raise BadParameter(
                "of= is the path of what is cited: /q/..., /query/..., /id/... or "
                "/dataset."
            )
    if cited is None:
        raise NotFound("What is served here does not describe itself.")
    return cited


def of_dataset() -> Citation | None:
    """How to cite all of it."""
    return citation.cite("", "Data set", "/dataset")


def of_answer(query: str, code: str) -> Citation | None:
    """How to cite the answer to a query of one's own."""
    return citation.cite(title(query), "Answer to a SPARQL query", f"/q/{code}")


def of_question(name: str, values: Mapping[str, str]) -> Citation | None:
    """How to cite the answer to a published question.

    Raises:
        NotFound: there is no such question.
        BadParameter: it has no such parameters.
    """
    query = site().queries.get(name)
    if query is None:
        raise NotFound(f"There is no question {name!r}. See /query/.")
    render(query, values)
    told = ", ".join(f"{key}: {value}" for key, value in values.items())
    asked = f"{query.summary} ({told})" if told else query.summary
    path = f"/query/{name}" + (f"?{urlencode(values)}" if values else "")
    return citation.cite(asked, "Answer to a published question", path)


def of_record(name: str, label: str = "") -> Citation | None:
    """How to cite a record, by its name such as event/2013-asean-summit-23.

    Raises:
        NotFound: there is no such record.
    """
    if not label:
        label = _label(name)
    return citation.cite(label, "Record", "/id/" + in_path(name))


def _label(name: str) -> str:
    try:
        rows = site().rows("record", record=namespaces.ID + name)
    except BadParameter:
        rows = []
    if not rows:
        raise NotFound(f"There is no record /id/{name}.")
    labels = [
        row["object"]
        for row in rows
        if row["predicate"].value == namespaces.PREFIXES["rdfs"] + "label"
    ]
    labels.sort(key=lambda term: (term.language != "en", term.value))
    return labels[0].value if labels else name
