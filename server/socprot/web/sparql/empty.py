"""
Say why an answer is empty: which name or value of the query is not in the data.

Most empty answers have one of three causes: a misspelt term, a literal of another type
or language than the one stored, or a pattern that nothing matches. Each is looked for
with small queries of its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from socprot.engine import Request
from socprot.engine.lexer import Token, tokens
from socprot.errors import QueryStopped, QuerySyntaxError, SocprotError
from socprot.namespaces import ID, PREFIXES
from socprot.suggestion import near_terms, shortened
from socprot.web.rows import Term, read
from socprot.web.site import PAGE, Site
from socprot.web.sparql.patterns import Pattern, declared, patterns, prologue

_JSON = "application/sparql-results+json"
_MOST = 60  # terms of one query that are looked up
_MOST_PATTERNS = 20
_LOCAL_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Finding:
    """One thing in a query that nothing in the data matches.

    Attributes:
        term: as the query writes it.
        line: where it stands.
        problem: what is wrong, as a sentence.
        suggestions: what may have been meant instead, as SPARQL.
    """

    term: str
    line: int
    problem: str
    suggestions: Sequence[str] = ()


@dataclass(frozen=True)
class _Used:
    """A term of a query: its text there, its SPARQL in full, its line."""

    text: str
    full: str
    line: int
    literal: bool = False


def explain(query: str, site: Site) -> list[Finding]:
    """Find what is missing; an empty list where each term is there by itself."""
    used = list(_used(query))[:_MOST]
    try:
        names = [one for one in used if not one.literal]
        held = _held(names, site)
        missing = [one for one in names if one.full not in held]
        prefixes = {**declared(query), **PREFIXES}
        findings = [_absent(one, _alike(one, site), prefixes) for one in missing]
        findings += _other_literals([one for one in used if one.literal], site)
        if not findings:
            findings += _unmatched(query, site)
    except SocprotError as error:
        return [Finding("", 0, f"This could not be looked into: {error}")]
    if not findings:
        findings.append(
            Finding(
                "",
                0,
                "Every name and every pattern of the query matches something, but "
                "nothing matches all of them together. Take patterns and filters out, "
                "or make them OPTIONAL, one by one.",
            )
        )
    return sorted(findings, key=lambda finding: finding.line)


def _used(query: str) -> Iterator[_Used]:
    """The IRIs and literals in the body of a query, once each."""
    prefixes = declared(query)
    seen: set[str] = set()
    reading = list(tokens(query))
    skip = 0
    for place, token in enumerate(reading):
        if place < skip:
            continue
        line = query.count("\n", 0, token.start) + 1
        if token.kind == "word" and token.text.upper() in ("PREFIX", "BASE", "FROM"):
            skip = place + (3 if token.text.upper() == "PREFIX" else 2)
            continue
        one: _Used | None = None
        if token.kind == "iri" and ":" in token.text:
            one = _Used(token.text, token.text, line)
        elif token.kind == "name":
            one = _name(token, prefixes, line)
        elif token.kind == "string":
            one = _literal(reading, place, prefixes, line)
            # The datatype belongs to the literal; it is not a term of the data.
            skip = place + (3 if _is_typed(reading, place) else 1)
        if one is not None and one.full not in seen:
            seen.add(one.full)
            yield one


def _name(token: Token, prefixes: Mapping[str, str], line: int) -> _Used | None:
    prefix, _, local = token.text.partition(":")
    if prefix not in prefixes:
        return None
    local = _LOCAL_ESCAPE.sub(r"\1", local)
    return _Used(token.text, f"<{prefixes[prefix]}{local}>", line)


def _is_typed(reading: Sequence[Token], place: int) -> bool:
    return place + 2 < len(reading) and reading[place + 1].text == "^^"


def _literal(
    reading: Sequence[Token], place: int, prefixes: Mapping[str, str], line: int
) -> _Used | None:
    """A literal with its language or datatype, in full."""
    text = shown = reading[place].text
    if _is_typed(reading, place):
        datatype = reading[place + 2]
        shown += "^^" + datatype.text
        if datatype.kind == "name":
            name = _name(datatype, prefixes, line)
            if name is None:
                return None
            text += "^^" + name.full
        else:
            text += "^^" + datatype.text
    elif place + 1 < len(reading) and reading[place + 1].kind == "tag":
        text += reading[place + 1].text
        shown = text
    return _Used(shown, text, line, literal=True)


def _ask(query: str, site: Site) -> list[Mapping[str, Term]]:
    request = Request(query, {"rows": _JSON}, timeout=5, client=PAGE)
    return read(site.answer(request).read()).rows


def _held(used: Sequence[_Used], site: Site) -> set[str]:
    """Those that occur anywhere in the default graph."""
    if not used:
        return set()
    values = " ".join(one.full for one in used)
    query = site.pages["term-held"].text.replace("<urn:x-term>", values)
    return {f"<{row['term']}>" for row in _ask(query, site)}


def _alike(one: _Used, site: Site) -> list[str]:
    """The IRIs among which the right one may be: records of that kind, or terms."""
    iri = one.full[1:-1]
    if iri.startswith(ID):
        rows = site.rows("records", start=iri.rpartition("/")[0] + "/")
        return [row["record"].value for row in rows]
    return [row["term"].value for row in site.rows("vocabulary")]


def _absent(one: _Used, known: Sequence[str], prefixes: Mapping[str, str]) -> Finding:
    iris = near_terms(one.full[1:-1], known)
    found = [shortened(iri, prefixes) for iri in iris]
    problem = f"{one.text} does not occur in the data."
    if found:
        problem += f" Did you mean {' or '.join(found)}?"
    return Finding(one.text, one.line, problem, found)


def _other_literals(used: Sequence[_Used], site: Site) -> Iterator[Finding]:
    """Literals that are stored with another datatype or language, or not at all."""
    for one in used:
        query = site.pages["literal-held"].text.replace('"urn:x-literal"', one.full)
        rows = _ask(query, site)
        exact = [row for row in rows if row["same"].value == "true"]
        if exact:
            continue
        others = [_sparql(row["value"]) for row in rows]
        if others:
            problem = (
                f"{one.text} does not occur in the data, but {' and '.join(others)} "
                "does: a literal matches only with its spelling, datatype and language."
            )
            yield Finding(one.text, one.line, problem, others)


def _unmatched(query: str, site: Site) -> Iterator[Finding]:
    """Patterns that nothing matches, although each of their terms occurs."""
    before = prologue(query)
    for pattern in patterns(query)[:_MOST_PATTERNS]:
        request = Request(
            f"{before} ASK {{ {pattern.text} }}",
            {"boolean": _JSON},
            timeout=2,
            client=PAGE,
        )
        try:
            matched = read(site.answer(request).read()).boolean
        except (QuerySyntaxError, QueryStopped):
            continue  # not a pattern after all, or too dear to try
        if not matched:
            yield _unmatched_one(pattern, before, site)


def _unmatched_one(pattern: Pattern, before: str, site: Site) -> Finding:
    """What to say of a pattern, and which literals of the same text would match."""
    others: list[str] = []
    if pattern.literal:
        said = pattern.text.removesuffix(pattern.literal)
        text = site.pages["literal-there"].text
        text = text.replace("?s ?p ?value", f"{said}?value")
        text = text.replace('"urn:x-literal"', pattern.literal)
        try:
            rows = _ask(f"{before} {text}", site)
        except (QuerySyntaxError, QueryStopped):
            rows = []
        others = [_sparql(row["value"]) for row in rows]
    problem = f"Nothing in the data matches the pattern `{pattern.text}`."
    if others:
        problem += (
            f" With {' or '.join(others)} something does: a literal matches only with "
            "its spelling, datatype and language."
        )
    return Finding(pattern.text, pattern.line, problem, others)


def _sparql(term: Term) -> str:
    text = '"' + term.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if term.language:
        return f"{text}@{term.language}"
    return f"{text}^^{shortened(term.datatype)}" if term.datatype else text
