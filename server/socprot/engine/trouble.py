"""What the death of a worker means, and what its parser says, in words."""

import re
import signal

from socprot.engine.lexer import position, tokens
from socprot.engine.packing import OUT_OF_MEMORY
from socprot.engine.screen import Screened
from socprot.errors import (
    EngineUnavailable,
    OutOfMemory,
    QuerySyntaxError,
    QueryTooLarge,
    SocprotError,
    UnknownPrefix,
)

_TOO_DEEP = (
    "The query is too complex to be read safely; write it with fewer parts inside or"
    " after each other."
)
_UNEXPECTED = "The query made a worker fail unexpectedly; please report it."

MUCH = 64 << 20  # bytes; more than anything but the data of a query takes
_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_KEYWORD = re.compile(r"\b[A-Z][A-Z_]+\b")
_NO_IRI = "IRI parsing failed"
_SENTENCE = re.compile(r"(?:The SELECT|Duplicated|SELECT \*) [A-Za-z ]+")


def of_death(number: int, grown: int) -> SocprotError:
    """What the query did to its worker, which died of this signal."""
    if grown > MUCH or number == signal.SIGABRT:
        return OutOfMemory(OUT_OF_MEMORY)
    if number in (signal.SIGSEGV, signal.SIGBUS):
        return QueryTooLarge(_TOO_DEEP)
    return EngineUnavailable(_UNEXPECTED)


def explained(error: QuerySyntaxError, screened: Screened) -> QuerySyntaxError:
    """A syntax error in words, with its place.

    The parser tells how far it came and what it would have liked there, as expressions
    of its grammar. What is no token at all, or a name whose prefix nobody declared, is
    better found here.
    """
    match = _PLACE.fullmatch(str(error))
    if match is None:
        return QuerySyntaxError(f"The query is not SPARQL 1.1: {error}.")
    text, expected = screened.text, match[3]
    for token in tokens(text):
        line, column = position(text, token.start)
        if token.kind == "bad":
            what = "a sign that SPARQL does not know"
            if token.text[0] in "\"'":
                what = "a string that does not end"
            return QuerySyntaxError(
                f"Line {line}, column {column}: {what}, {token.text[:20]!r}.",
                line,
                column,
            )
        prefix = token.text.partition(":")[0]
        if _is_iri(text, token.start, prefix):
            return QuerySyntaxError(
                f"Line {line}, column {column - 1}: an IRI that does not end, or with a"
                f" sign that no IRI has, {text[token.start - 1 :][:30]!r}.",
                line,
                column - 1,
            )
        if token.kind == "name" and prefix not in screened.prefixes:
            return UnknownPrefix(
                f"Line {line}, column {column}: the prefix {prefix}: is not declared;"
                f" add a line PREFIX {prefix}: <...> before the query.",
                line,
                column,
            )
    place = _place(text, int(match[1]), int(match[2]), expected)
    line, column = position(text, place)
    reason = _reason(expected)
    where = f" near {text[place:].split(chr(10))[0][:30]!r}"
    if place >= len(text.rstrip()):
        where = "" if reason else " at its end, where something is missing"
    return QuerySyntaxError(
        f"Line {line}, column {column}: the query is not SPARQL 1.1{where}{reason}.",
        line,
        column,
    )


def _is_iri(text: str, start: int, scheme: str) -> bool:
    """Whether what looks like a prefixed name is an IRI that was not read as one."""
    address = text.startswith("://", start + len(scheme))
    return address and text[max(start - 1, 0)] == "<"


def _place(text: str, line: int, column: int, expected: str) -> int:
    """Where in the text the parser stopped understanding, or a little before.

    To compare with a keyword, it reads as many characters as that has, and takes the
    end of these for the place of the error; so go back by that many.
    """
    lines = text.split("\n")
    end = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    if _NO_IRI in expected:
        return max(text.rfind("<", 0, end), 0)
    back = min((len(word) for word in _KEYWORD.findall(expected)), default=0)
    if '"' in expected or "[" in expected:
        back = 0
    return min(max(end - back, 0), len(text.rstrip()))


def _reason(expected: str) -> str:
    """What the parser says in words, if anything."""
    if _NO_IRI in expected:
        return "; an IRI must be absolute, or the query must declare a BASE"
    if found := _SENTENCE.search(expected):
        return ": " + found.group()
    return ""
