"""
The report for the W3C says what the tests say.

`make earl` writes it anew (https://www.w3.org/TR/EARL10-Schema/), without a date, so
that the same outcomes are the same bytes.
"""

import os
from collections.abc import Callable, Iterator

import test_web_protocol_w3c as w3c
from serving import HERE, Server

from socprot.web.trust.conformance import assertions

REPORT = HERE / "w3c" / "earl.ttl"
TESTS = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
HEAD = """\
# Which tests of the W3C the server passes. Written by `make earl`.

PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX doap: <http://usefulinc.com/ns/doap#>
PREFIX earl: <http://www.w3.org/ns/earl#>

<https://w3id.org/socprot/sparql>
    a doap:Project , earl:Software , earl:TestSubject ;
    doap:name "SocProt" ;
    doap:programming-language "Python" ;
.
"""
ONE = """
[]
    a earl:Assertion ;
    earl:assertedBy <https://w3id.org/socprot/sparql> ;
    earl:mode earl:automatic ;
    earl:result [ a earl:TestResult ; earl:outcome earl:{outcome}{note} ] ;
    earl:subject <https://w3id.org/socprot/sparql> ;
    earl:test <{test}> ;
.
"""
REFUSED = ' ; dcterms:description "the update is refused with 403"@en'
DESCRIPTION = {
    "conforms-to-schema": w3c.test_conforms_to_schema,
    "has-endpoint-triple": w3c.test_has_endpoint_triple,
    "returns-rdf": w3c.test_get_returns_rdf,
}


def outcome(run: Callable[[], None]) -> str:
    try:
        run()
    except AssertionError:
        return "failed"
    return "passed"


def entries(server: Server, files: Server) -> Iterator[str]:
    for test in sorted(w3c.listed()):
        if w3c.name(test) in w3c.NEEDS_UPDATE:
            w3c.test_updates_are_refused(files, test)
            yield ONE.format(test=test, outcome="inapplicable", note=REFUSED)
        else:
            result = outcome(lambda test=test: w3c.test_protocol(files, test))
            yield ONE.format(test=test, outcome=result, note="")
    for name, run in DESCRIPTION.items():
        result = outcome(lambda run=run: run(server))
        iri = f"{TESTS}service-description/manifest#{name}"
        yield ONE.format(test=iri, outcome=result, note="")


def test_the_report_says_what_the_tests_say(server: Server, files: Server) -> None:
    report = HEAD + "".join(entries(server, files))
    if os.environ.get("SOCPROT_EARL") == "write":
        REPORT.write_text(report, encoding="utf-8")
    assert REPORT.read_text(encoding="utf-8") == report, "run `make earl`"


def test_the_report_is_published(server: Server) -> None:
    reply = server.get("/conformance", "text/turtle")
    assert reply.media_type == "text/turtle"
    assert reply.text == REPORT.read_text(encoding="utf-8")
    assert server.get("/conformance.ttl", "text/html").body == reply.body
    found = assertions(reply.text)
    assert len(found) == 34 + 3
    assert {one.outcome for one in found} == {"passed", "inapplicable"}
    page = server.get("/conformance", "text/html").text
    assert all(one.test in page for one in found)
