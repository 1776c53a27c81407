"""Cut SPARQL text into tokens, exactly as the grammar does.

One compiled expression, in the order of the terminals of SPARQL 1.1 (section 19.8).
Where the text is not SPARQL, the token is "bad" and the parser will say why; nothing
here judges. Time is linear in the text, whatever it is: a quote that opens no string
takes all the rest, and a word takes all that could still have become a prefixed name.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple, TypeAlias, cast

Kind: TypeAlias = Literal[
    "iri", "string", "name", "blank", "variable", "word", "tag", "number", "mark", "bad"
]


class Token(NamedTuple):
    """One token: what it is, its text, and where in the query it starts."""

    kind: Kind
    text: str
    start: int


_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF"
    r"\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_MORE = r"0-9_\u00B7\u0300-\u036F\u203F-\u2040"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"[{_BASE}](?:\.*[{_BASE}{_MORE}\-])*+"
_LOCAL = rf"(?:[{_BASE}0-9_:]|{_ESCAPE})(?:\.*(?:[{_BASE}{_MORE}\-:]|{_ESCAPE}))*+"

_COMMENT = r"#[^\r\n]*+"
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*+(?:\\[uU][0-9A-Fa-f]++[^<>"{}|^`\\\x00-\x20]*+)*+>'
_STRING = (
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?:[^'\\\r\n]|\\.)*+'"
)
_BROKEN_STRING = r"""["'].*+"""

_TOKEN = (
    rf"(?:[ \t\r\n]++|{_COMMENT})++"
    rf"|(?P<variable>[?$][{_BASE}{_MORE}]++)"
    rf"|(?P<name>(?:{_PREFIX})?+:(?:{_LOCAL})?+)"
    rf"|(?P<word>{_PREFIX})"
    rf"|(?P<iri>{_IRI})"
    rf"|(?P<string>{_STRING})"
    rf"|(?P<blank>_:[{_BASE}0-9_](?:\.*[{_BASE}{_MORE}\-])*+)"
    r"|(?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    r"|(?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
    r"|(?P<mark>\|\||&&|\^\^|!=|<=|>=|<<\(|\)>>|<<|>>|\{\||\|\}"
    r"|[{}()\[\].;,*/|^?+!=<>\-~])"
    rf"|(?P<bad>{_BROKEN_STRING}|.)"
)
_PIECE = re.compile(r"(?P<word>[^.\-]++)|(?P<mark>.)")

_ESCAPED = re.compile(
    rf"{_IRI}|{_STRING}|{_COMMENT}|{_BROKEN_STRING}"
    r"|\\u(?P<four>[0-9A-Fa-f]{4})|\\U(?P<eight>[0-9A-Fa-f]{8})",
    re.DOTALL,
)


@cache  # to compile it takes longer than most else that a server does at its start
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN, re.DOTALL)


def prepare() -> None:
    """Get ready for the first query."""
    _token()


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, without white space and comments."""
    for match in _token().finditer(query):
        kind = match.lastgroup
        if kind == "word":
            yield from _words(match.group(), match.start())
        elif kind:
            yield Token(cast(Kind, kind), match.group(), match.start())


def _words(text: str, start: int) -> Iterator[Token]:
    """Keywords with dots and hyphens between them: no prefix, since no colon came."""
    if text.isalnum():
        yield Token("word", text, start)
        return
    for match in _PIECE.finditer(text):
        kind = cast(Kind, match.lastgroup)
        yield Token(kind, match.group(), start + match.start())


def unescape(query: str) -> str:
    r"""Replace `\u0041` by `A` wherever the engine's own parser does not do so.

    SPARQL 1.1 allows such escapes anywhere (section 19.2), also in a keyword; the
    parser of the engine knows them in strings and IRIs only.
    """
    if "\\u" not in query and "\\U" not in query:
        return query
    return _ESCAPED.sub(_decode, query)


def _decode(match: re.Match[str]) -> str:
    digits = match["four"] or match["eight"]
    if not digits:
        return match.group()
    code = int(digits, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group()
    return chr(code)


def position(query: str, start: int) -> tuple[int, int]:
    """Line and column, both from 1, of a place in a query."""
    line = query.count("\n", 0, start) + 1
    return line, start - query.rfind("\n", 0, start)
