"""The tokens of SPARQL, and what is seen in them before a query is run."""

import time
from contextlib import suppress
from itertools import product

import pytest

from socprot.engine.lexer import position, tokens, unescape
from socprot.engine.limits import Limits
from socprot.engine.screen import Screened, screen
from socprot.errors import (
    QuerySyntaxError,
    QueryTooLarge,
    ServiceRefused,
    UpdateRefused,
)

LIMITS = Limits()
LENGTH = LIMITS.query_bytes


def texts(query: str) -> list[str]:
    return [token.text for token in tokens(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?a<?b", ["?a", "<", "?b"]),
        ("?a<b>?c", ["?a", "<b>", "?c"]),
        ("?a < ?b && ?c > ?d", ["?a", "<", "?b", "&&", "?c", ">", "?d"]),
        ("<http://e/#x> # <y>\n?z", ["<http://e/#x>", "?z"]),
        (r'"a\"#b"@en-GB', [r'"a\"#b"', "@en-GB"]),
        ('"""a"b""c"""', ['"""a"b""c"""']),
        ("'it''s'", ["'it'", "'s'"]),
        ('""""', ['""', '""']),
        ("e:a.b.", ["e:a.b", "."]),
        ("e:a\\-b%20c :", ["e:a\\-b%20c", ":"]),
        ("_:b.c.", ["_:b.c", "."]),
        ("true.FILTER(?x)", ["true", ".", "FILTER", "(", "?x", ")"]),
        ("?x.?y", ["?x", ".", "?y"]),
        ("COUNT(*)-1", ["COUNT", "(", "*", ")", "-", "1"]),
        ("1.5e3.", ["1.5e3", "."]),
        ("<<(?a ?b ?c)>>", ["<<(", "?a", "?b", "?c", ")>>"]),
        ("ex\u00e9:\u4e2d\u6587", ["ex\u00e9:\u4e2d\u6587"]),
    ],
)
def test_tokens_are_those_of_the_grammar(query: str, expected: list[str]) -> None:
    assert texts(query) == expected


@pytest.mark.parametrize(
    "part",
    [
        *("a.", "a-", "a:%a", '\\"', "'''\\", '"""', "<a", "<\\u00", "@a-", "_:a."),
        *(
            "1.",
            "1e",
            "\\u0041",
            '\\u0041"\\"',
            "#\n",
            "(",
            "!",
            ".",
            "?",
            "\u00b7",
            "^",
        ),
    ],
)
@pytest.mark.parametrize("start", ["", '"', "'''", "<", "a", "\\u0041'"])
def test_time_is_linear_whatever_the_text(part: str, start: str) -> None:
    query = (start + part * LENGTH)[: LENGTH // 2]
    begin = time.process_time()
    with suppress(QueryTooLarge, QuerySyntaxError):
        screen(query, LIMITS)
    list(tokens(query))
    assert time.process_time() - begin < 2  # quadratic takes minutes


def test_escapes_are_resolved_where_the_parser_does_not() -> None:
    assert unescape(r"\u0041SK {}") == "ASK {}"
    assert unescape(r"?\U00000061") == "?a"
    assert unescape(r'"\u0022" <http://e/\u0041> # \u000A') == (
        r'"\u0022" <http://e/\u0041> # \u000A'
    )
    assert unescape(r"\uD800 \U00110000") == r"\uD800 \U00110000"


def test_a_position_counts_from_one() -> None:
    assert position("ab\ncd", 0) == (1, 1)
    assert position("ab\ncd", 4) == (2, 2)


def test_a_query_tells_what_it_is() -> None:
    seen = screen(
        "# PREFIX a: <x>\nBASE <http://b/> PREFIX e: <http://e/>prefix : <#>\n"
        "construct { ?s ?p 'FROM <http://no>' } FROM <http://g> from NAMED e:n\\-1"
        " FROM <rel> FROM named <http://\\u0067> WHERE { ?s ?p ?o }",
        LIMITS,
    )
    assert seen.form == "CONSTRUCT"
    assert seen.prefixes == {"e": "http://e/", "": "http://b/#"}
    assert seen.default_graphs == ("http://g", "http://b/rel")
    assert seen.named_graphs == ("http://e/n-1", "http://g")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://h/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://h/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?h SERVICE ?h { ?s ?p ?o } }",
        r"SELECT * { \u0053ERVICE <http://h/> { ?s ?p ?o } }",
        r"SELECT * { SERV\U00000049CE <http://h/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p true.SERVICE<http://h/>{} }",
        "SELECT * { ?s ?p trueSERVICE <http://h/> {} }",
        "SELECT * { ?s ?p '\\'' . SERVICE <http://h/> {} # '\n }",
        "SELECT * { ?s ?p 1SERVICE <http://h/> {} }",
    ],
)
def test_service_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises(ServiceRefused):
        screen(query, LIMITS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://h/> {}' } # SERVICE",
        "PREFIX service: <http://e/> ASK { ?service service:SERVICE <SERVICE> }",
        '''SELECT * { ?s ?p """it's "SERVICE <http://h/>" """ }''',
    ],
)
def test_the_word_service_is_allowed_elsewhere(query: str) -> None:
    assert screen(query, LIMITS).form in ("ASK", "SELECT")


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a> <b> <c> }",
        "PREFIX e: <http://e/> delete where { ?s ?p ?o }",
        "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "# x\nCLEAR ALL",
        r"\u0044ROP ALL",
    ],
)
def test_updates_are_refused(query: str) -> None:
    with pytest.raises(UpdateRefused):
        screen(query, LIMITS)


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 5000 + "}" * 5000,
        "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "ASK { FILTER(" + "!" * 5000 + "1) }",
        "ASK { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + " }",
        "ASK { ?s " + "^" * 5000 + "<http://p> ?o }",
        "ASK { ?s " + "(" * 5000 + "<http://p>" + ")*" * 5000 + " ?o }",
        "ASK { ?s ?p " + "<<( ?s ?p " * 200 + "1" + " )>>" * 200 + " }",
        "ASK { ?s ?p '" + "x" * LENGTH + "' }",
        "ASK { ?s ?p '" + "\U0001f600" * (LENGTH // 4) + "' }",
    ],
    ids=lambda query: query[:24],
)
def test_what_is_too_long_or_too_deep_is_refused(query: str) -> None:
    with pytest.raises(QueryTooLarge):
        screen(query, LIMITS)


def test_brackets_in_strings_are_not_nested() -> None:
    screen("ASK { ?s ?p '" + "{" * 5000 + "' }", LIMITS)
    screen("ASK { " + "?s ?p [] . " * 1000 + "}", LIMITS)


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(QuerySyntaxError, match="surrogate"):
        screen("ASK { ?s ?p '\ud800' }", LIMITS)


FIRST = ["SELECT", "select", "aSk", "CONSTRUCT", "Describe", "\u017fELECT", "SELECTED"]
FIRST += ["BASE", "INSERT", "\\u0053ELECT", "\ufeffASK", ""]
AFTER = [
    "",
    " ",
    "\n",
    "?x",
    "$x",
    "*",
    "(",
    "{",
    "<x>",
    ":",
    ":a ",
    "-",
    ".",
    "#a",
    "1",
]
BEFORE = ["", " \t\r\n", "# ASK {}\n", "\u00a0", "\x0b", "<", "?"]


@pytest.mark.parametrize("before", BEFORE)
def test_a_query_that_begins_with_its_form_need_not_be_cut(before: str) -> None:
    """The short look at a query says what all its tokens say.

    A word that is worth a reading, in a comment at the end, makes it a long look.
    """

    def seen(query: str) -> Screened | str:
        try:
            found = screen(query, LIMITS)
        except UpdateRefused as error:
            return str(error)
        found.text = ""
        return found

    for word, after in product(FIRST, AFTER):
        query = f"{before}{word}{after}"
        assert seen(query + "\n# ") == seen(query + "\n# service"), query
