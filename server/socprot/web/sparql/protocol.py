"""
Read a request as the SPARQL 1.1 Protocol says, to the letter.

Implements https://www.w3.org/TR/sparql11-protocol/#query-operation (sections 2.1.1 to
2.1.4) and the QUERY method of RFC 10008. Nothing is guessed: what is ambiguous is
refused, because a guess would be evaluated as a question that nobody asked.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request

from socprot.errors import BadParameter, BadRequest, UpdateRefused

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
ACCEPT_QUERY = f'"{DIRECT}", "{FORM}"'  # RFC 10008 section 3: a structured list

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_MOST_FIELDS = 1000

Pairs: TypeAlias = Sequence[tuple[str, str]]


class Asked(NamedTuple):
    """What a request asks.

    Attributes:
        query: None where there is none, which asks what this service is.
        default_graphs, named_graphs: the dataset (section 2.1.4).
        timeout: seconds, where the caller wants less or more than usual.
        format: the name of a format, which goes before Accept.
        explain: whether to explain an empty answer.
        view: how a page shows the answer; "" for the way that fits.
    """

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None
    format: str | None = None
    explain: bool = False
    view: str = ""


def read(request: Request) -> Asked:
    """Read a request.

    Raises:
        BadRequest: something is missing, twice, or not UTF-8.
        UnsupportedMediaType: the body is of another type.
        UpdateRefused: it asks for an update.
    """
    return parse(
        request.method,
        request.query_string,
        request.headers.get("Content-Type"),
        request.headers.get("Content-Encoding"),
        lambda: request.get_data(cache=False),
    )


def parse(
    method: str,
    query_string: bytes,
    content_type: str | None,
    coding: str | None,
    body: Callable[[], bytes],
) -> Asked:
    """Read the parts of a request that matter. See `read`."""
    in_address = _pairs(query_string, "The query string")
    if method in ("GET", "HEAD"):
        return _asked(in_address, None)
    if (coding or "identity").lower() != "identity":
        raise UnsupportedMediaType("Compressed bodies are not read here.")
    kind, options = parse_options_header(content_type)
    content = body()
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("The body must be in UTF-8.")
    match kind.lower():
        case "application/x-www-form-urlencoded":
            in_body = _pairs(content, "The form")
            return _needed(_asked([*in_address, *in_body], None))
        case "application/sparql-query":
            return _needed(_asked(in_address, _text(content, "The query")))
        case "application/sparql-update":
            raise _no_update()
        case "" if not content:
            raise BadRequest(f"There is no query: {method} one in the body.")
        case _:
            raise UnsupportedMediaType(
                f"Send the query as {DIRECT} or {FORM}; the Content-Type was "
                f"{kind or 'missing'!r}."
            )


def _asked(pairs: Pairs, direct: str | None) -> Asked:
    if direct is None and len(pairs) == 1 and pairs[0][0] == "query":
        return Asked(pairs[0][1])  # as most requests are
    fields: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        fields[key] = (*fields.get(key, ()), value)

    def all_of(name: str) -> tuple[str, ...]:
        return fields.get(name, ())

    def one_of(name: str) -> str | None:
        values = all_of(name)
        if len(values) > 1:
            raise BadRequest(f"There may be one {name}=, not {len(values)}.")
        return values[0] if values else None

    if all_of("update"):
        raise _no_update()
    query = one_of("query")
    if direct is not None:
        if query is not None:
            raise BadRequest("There is a query in the address and one in the body.")
        query = direct
    wanted = one_of("explain")
    if wanted not in (None, "", "empty"):
        raise BadParameter("The only value of explain= is `empty`.")
    return Asked(
        query,
        _graphs(all_of("default-graph-uri"), "default-graph-uri"),
        _graphs(all_of("named-graph-uri"), "named-graph-uri"),
        _seconds(one_of("timeout")),
        _format(all_of("format"), all_of("output")),
        wanted == "empty",
        one_of("view") or "",
    )


def _format(names: tuple[str, ...], outputs: tuple[str, ...]) -> str | None:
    """The format asked for by name.

    SPARQLWrapper gives several spellings at once, for servers of many makes, and means
    what it says in Accept: to such a client, Accept decides.
    """
    if len(names) == 1 and not outputs:
        return names[0] or None
    return None


def _needed(asked: Asked) -> Asked:
    if asked.query is None:
        raise BadRequest("There is no query: a form needs one in `query`.")
    return asked


def _pairs(raw: bytes, what: str) -> Pairs:
    """Split `a=b&c=d`, strictly: what `urllib.parse.parse_qsl` does at length."""
    text = _text(raw, what).replace("+", " ")
    if text.count("&") >= _MOST_FIELDS:
        raise BadRequest(f"{what} has more than {_MOST_FIELDS} fields.")
    parts = [field.partition("=") for field in text.split("&") if field]
    try:
        return [(_unquoted(name), _unquoted(value)) for name, _, value in parts]
    except UnicodeDecodeError:
        raise BadRequest(f"{what} is not UTF-8 once its escapes are read.") from None


def _unquoted(text: str) -> str:
    """Replace escapes; `unquote` takes each run of them for itself, which is slower.

    Raises:
        UnicodeDecodeError: together they are not UTF-8.
    """
    return unquote_to_bytes(text).decode() if "%" in text else text


def _text(raw: bytes, what: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{what} is not UTF-8 (at byte {error.start}).") from None


def _graphs(values: tuple[str, ...], name: str) -> tuple[str, ...]:
    for value in values:
        if not _IRI.fullmatch(value):
            raise BadParameter(f"{name} must be an absolute IRI, not {value!r}.")
    return values


def _seconds(value: str | None) -> float | None:
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) or float(value) == 0:
        raise BadParameter(f"timeout is a number of seconds above 0, not {value!r}.")
    return float(value)


def _no_update() -> UpdateRefused:
    return UpdateRefused(
        "This is an update, and the graph is read-only: it changes by a contribution "
        "to its repository."
    )
