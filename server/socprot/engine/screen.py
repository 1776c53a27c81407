"""Look at a query before a worker sees it: what is it, and is it one that we run?

This is cheap and lexical. It spares the workers what is refused anyway and gives such
queries a better message, but safety does not rest on it: a worker can open neither
sockets nor files, and may be killed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from socprot.engine import KIND, Form
from socprot.engine.lexer import Token, position, tokens, unescape
from socprot.engine.limits import Limits
from socprot.errors import (
    QuerySyntaxError,
    QueryTooLarge,
    ServiceRefused,
    UpdateRefused,
)

_FORMS: dict[str, Form] = {form: form for form in KIND}
_UPDATES = frozenset(
    "INSERT DELETE WITH LOAD CLEAR DROP CREATE ADD MOVE COPY".split()  # noqa: SIM905  # a table of ten lines says no more
)
_STEP = dict.fromkeys(("{", "(", "[", "<<", "<<(", "{|"), 1)
_STEP |= dict.fromkeys(("}", ")", "]", ">>", ")>>", "|}"), -1)
_UNARY = frozenset(["!", "^", "^^", "-", "+"])
_LOCAL_ESCAPE = re.compile(r"\\(.)")
# The beginning of a query without a prologue: its first token is what it asks for.
_FORM_FIRST = re.compile(
    rf"[ \t\r\n]*+({'|'.join(KIND)})[ \t\r\n*?${{(<]", re.ASCII | re.IGNORECASE
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass
class Screened:
    """What a query says about itself, as far as its tokens tell.

    Attributes:
        text: the query, with escapes resolved where the parser does not do so.
        form: what it asks for; None where that cannot be seen.
        prefixes: the prefixes it declares.
        default_graphs, named_graphs: its FROM and FROM NAMED.
    """

    text: str
    form: Form | None = None
    prefixes: dict[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str = ""


def screen(query: str, limits: Limits) -> Screened:
    """Look at one query.

    Raises:
        QuerySyntaxError: it is not text that could be SPARQL.
        QueryTooLarge: it is too long, or nested too deeply.
        ServiceRefused: it asks for remote data.
        UpdateRefused: it is an update.
    """
    try:
        size = len(query.encode())
    except UnicodeEncodeError as error:
        line, column = position(query, error.start)
        raise QuerySyntaxError(
            "The query holds half of a surrogate pair, which is not a character.",
            line,
            column,
        ) from None
    if size > limits.query_bytes:
        raise QueryTooLarge(
            f"The query has {size:,} bytes and may have {limits.query_bytes:,};"
            " shorten it, or load a dump from /export/ into an engine of your own."
        )
    screened = Screened(unescape(query))
    worth_reading = _worth_reading(screened.text, limits.nesting)
    if not worth_reading and (first := _FORM_FIRST.match(screened.text)):
        screened.form = _FORMS[first[1].upper()]
        return screened
    reading = _measured(tokens(screened.text), limits.nesting)
    word = _read_prologue(reading, screened)
    if word in _UPDATES:
        raise UpdateRefused(
            f"{word} is SPARQL Update, and this graph is read-only;"
            " propose a change in the repository of the graph instead."
        )
    screened.form = _FORMS.get(word)
    if worth_reading:
        _read_body(reading, screened)
    return screened


def _worth_reading(text: str, nesting: int) -> bool:
    """Whether there is anything to find in a query; most have nothing, at a glance."""
    if any(text.count(mark) > nesting for mark in "{([<!^-+"):
        return True
    lower = text.lower()
    return "service" in lower or "from" in lower


def _measured(reading: Iterator[Token], nesting: int) -> Iterator[Token]:
    """Pass tokens on as long as they are not nested too deeply."""
    depth = run = 0
    for token in reading:
        if token.kind != "mark":
            run = 0
        elif step := _STEP.get(token.text, 0):
            run = 0
            depth += step
        else:
            run = run + 1 if token.text in _UNARY else 0
        if depth > nesting or run > nesting:
            raise QueryTooLarge(
                f"The query is nested more than {nesting} levels deep;"
                " write it with fewer brackets or operators inside each other."
            )
        yield token


def _read_prologue(reading: Iterator[Token], screened: Screened) -> str:
    """Read BASE and PREFIX (and SPARQL 1.2's VERSION); return the word after them."""
    word = name = ""
    for token in reading:
        if token.kind == "word":
            word, name = token.text.upper(), ""
            if word not in ("BASE", "PREFIX", "VERSION"):
                return word
        elif token.kind == "name" and word == "PREFIX":
            name = token.text
        elif token.kind == "name" and token.text.upper().startswith("PREFIX"):
            word, name = "PREFIX", token.text[len("PREFIX") :]  # no space after it
        elif token.kind == "iri" and word == "PREFIX":
            screened.prefixes[name[:-1]] = _resolve(token.text, screened)
        elif token.kind == "iri" and word == "BASE":
            screened.base = _resolve(token.text, screened)
        elif word != "VERSION":
            break
    return ""


def _read_body(reading: Iterator[Token], screened: Screened) -> None:
    """Read the rest: FROM stands nowhere but before a graph, SERVICE nowhere else."""
    default: list[str] = []
    named: list[str] = []
    graphs: list[str] | None = None
    for token in reading:
        if token.kind == "word":
            word = token.text.upper()
            if "SERVICE" in word:
                raise ServiceRefused(
                    "SERVICE asks other servers for data, which this one never does;"
                    " run such a query in an engine of your own."
                )
            if word == "FROM":
                graphs = default
            elif word == "NAMED" and graphs is default:
                graphs = named
            else:
                graphs = None
        elif graphs is not None:
            if graph := _iri(token, screened):
                graphs.append(graph)
            graphs = None
    screened.default_graphs = tuple(dict.fromkeys(default))
    screened.named_graphs = tuple(dict.fromkeys(named))


def _iri(token: Token, screened: Screened) -> str | None:
    """The IRI that a token stands for, or None where it stands for none."""
    if token.kind == "iri":
        return _resolve(token.text, screened)
    prefix, _, local = token.text.partition(":")
    if token.kind != "name" or prefix not in screened.prefixes:
        return None
    return screened.prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)


def _resolve(text: str, screened: Screened) -> str:
    """The IRI between angle brackets, without escapes and resolved."""
    iri = _CODEPOINT.sub(lambda code: _character(code[1] or code[2]), text[1:-1])
    if not screened.base:
        return iri
    end = "#" if iri.endswith("#") else ""  # urljoin drops an empty fragment
    return urljoin(screened.base, iri.removesuffix("#")) + end


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
