"""
Find the triple patterns of a query, so that each can be tried by itself.

This reads tokens, not the grammar: it finds the plain patterns (`?s sp:date ?o`, paths,
`;` and `,` included) and passes over what it does not know. What it finds is tried by
the engine, so a wrong guess is a syntax error there and nothing worse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from socprot.engine.lexer import Token, tokens

_FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_TERMS = frozenset(["iri", "name", "string", "number", "variable", "blank"])
_PATH = frozenset("/|^*+?!")
# What stands between parentheses after these is no pattern.
_CALLS = frozenset(["FILTER", "BIND", "HAVING"])


@dataclass(frozen=True)
class Pattern:
    """One triple pattern.

    Attributes:
        text: as SPARQL.
        line: where its object stands.
        literal: its object, if that is a string, with its datatype or language.
    """

    text: str
    line: int
    literal: str = ""


def prologue(query: str) -> str:
    """What a query declares before it asks."""
    for token in tokens(query):
        if token.kind == "word" and token.text.upper() in _FORMS:
            return query[: token.start]
    return ""


def declared(query: str) -> dict[str, str]:
    """The prefixes that a query declares, each with its namespace."""
    found: dict[str, str] = {}
    reading = list(tokens(query))
    for word, name, iri in zip(reading, reading[1:], reading[2:], strict=False):
        if word.kind == "word" and word.text.upper() == "PREFIX" and iri.kind == "iri":
            found[name.text.removesuffix(":")] = iri.text[1:-1]
    return found


def patterns(query: str) -> list[Pattern]:
    """The triple patterns between the outermost braces of a query."""
    reading = list(tokens(query))
    start = next((i for i, token in enumerate(reading) if token.text == "{"), None)
    return [] if start is None else list(_patterns(query, reading[start + 1 :]))


def _patterns(query: str, reading: Sequence[Token]) -> Iterator[Pattern]:
    place = 0
    subject = path = ""
    while place < len(reading):
        token = reading[place]
        if token.kind == "word" and token.text.upper() in _CALLS:
            place = _after(reading, place + 1, "(", ")")
            subject = path = ""
        elif token.kind == "word" and token.text.upper() == "VALUES":
            place = _after(reading, place + 1, "{", "}")
            subject = path = ""
        elif subject and not path:
            path, place = _path(reading, place)
            if not path:
                subject = ""
                place += 1
        elif term := _term(reading, place):
            text, place = term
            if not subject:
                subject = text
                continue
            line = query.count("\n", 0, token.start) + 1
            literal = text if token.kind == "string" else ""
            yield Pattern(f"{subject} {path} {text}", line, literal)
            mark = reading[place].text if place < len(reading) else "."
            if mark != ",":
                path = ""
            if mark not in (",", ";"):
                subject = ""
            place += mark in (",", ";", ".")
        else:
            subject = path = ""
            place += 1


def _term(reading: Sequence[Token], place: int) -> tuple[str, int] | None:
    """The term that starts here, with its datatype or language, and what is next."""
    token = reading[place]
    if token.kind not in _TERMS and token.text not in ("true", "false"):
        return None
    if token.kind != "string" or place + 1 >= len(reading):
        return token.text, place + 1
    following = reading[place + 1]
    if following.kind == "tag":
        return token.text + following.text, place + 2
    if following.text == "^^" and place + 2 < len(reading):
        return f"{token.text}^^{reading[place + 2].text}", place + 3
    return token.text, place + 1


def _path(reading: Sequence[Token], place: int) -> tuple[str, int]:
    """The verb or property path that starts here; the next term is the object."""
    parts: list[str] = []
    depth = 0
    joined = True  # whether a step is still to come
    while place < len(reading):
        token = reading[place]
        if token.text in "()" and (token.text == "(" or depth):
            depth += 1 if token.text == "(" else -1
            joined = token.text == "("
        elif token.kind == "mark" and token.text in _PATH:
            joined = token.text in "/|^!"
        elif joined and (
            token.kind in ("iri", "name", "variable") or token.text == "a"
        ):
            joined = False
        else:
            break
        parts.append(token.text)
        place += 1
    return ("", place) if joined or depth else ("".join(parts), place)


def _after(reading: Sequence[Token], place: int, opening: str, closing: str) -> int:
    """The place after the next pair of brackets."""
    depth = 0
    while place < len(reading):
        text = reading[place].text
        depth += (text == opening) - (text == closing)
        place += 1
        if text == closing and depth <= 0:
            break
        if text == "}" and depth <= 0:
            break
    return place
