"""Errors on their way from a worker, and what the death of one means."""

import json
import re
import signal

from socprot import errors
from socprot.engine.lexer import position, tokens
from socprot.engine.screen import Screened
from socprot.errors import (
    EngineUnavailable,
    OutOfMemory,
    QuerySyntaxError,
    QueryTooLarge,
    SocprotError,
    UnknownPrefix,
)

OUT_OF_MEMORY = (
    "The query needs more memory than one query may use; restrict it further, or let it"
    " sort, group and concatenate less."
)
_TOO_DEEP = (
    "The query is too complex to be read safely; write it with fewer parts inside or"
    " after each other."
)
_UNEXPECTED = "The query made a worker fail unexpectedly; please report it."

MUCH = 64 << 20  # bytes; more than anything but the data of a query takes
_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
# A keyword or a quoted sign; the rest are classes of characters.
_WORD = re.compile(r'(?<![\w\[])(?:[A-Z]{2,}[A-Z_]*|"[^"\\]+")(?![\w\]])')


def packed(error: SocprotError) -> bytes:
    """An error as bytes."""
    return json.dumps({"error": type(error).__name__, "message": str(error)}).encode()


def unpacked(payload: bytes) -> SocprotError:
    """An error from these bytes."""
    fields = json.loads(payload)
    kind: type[SocprotError] = getattr(errors, fields["error"])
    return kind(fields["message"])


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
    line, column, expected = int(match[1]), int(match[2]), match[3]
    for token in tokens(screened.text):
        place = position(screened.text, token.start)
        if token.kind == "bad":
            what = "a string that does not end" if token.text[0] in "\"'" else "a sign"
            shown = token.text[:20]
            return QuerySyntaxError(
                f"Line {place[0]}, column {place[1]}: {what} that SPARQL does not know,"
                f" {shown!r}.",
                *place,
            )
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if prefix not in screened.prefixes:
                return UnknownPrefix(
                    f"The prefix {prefix}: is not declared; add a line"
                    f" PREFIX {prefix}: <...> before the query.",
                    *place,
                )
    return QuerySyntaxError(
        f"Line {line}, column {column}: the query is not SPARQL 1.1{_hint(expected)}.",
        line,
        column,
    )


def _hint(expected: str) -> str:
    """What could stand there, as far as a reader understands it."""
    if "IRI parsing failed" in expected:
        return "; an IRI must be absolute, or the query must declare a BASE"
    plain = [word.strip('"') for word in _WORD.findall(expected)]
    if not plain:
        return ""
    return "; possible here: " + ", ".join(plain[:8])
