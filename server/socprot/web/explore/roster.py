"""
A list of records as RDF: a document, its topics, and what each is and is called.

The document is about all records of the list, however many pages of it there are for
people. What else is said of each record stands behind its IRI, and of all records of a
kind at once in a dump, which the document names.
"""

from collections.abc import Sequence

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from socprot import directory, export, namespaces
from socprot.directory import Entry
from socprot.negotiation import (
    HTML,
    JSONLD,
    NTRIPLES,
    RDFXML,
    ROWS,
    SPREADSHEET,
    TRIPLES,
    TURTLE,
    WRITERS,
    Choice,
)
from socprot.statement import Statements, iri
from socprot.web.explore import account
from socprot.web.frame.signpost import LICENSE, Link
from socprot.web.site import site

# Who accepts anything gets RDF; who asks for plain JSON or XML, rows.
OFFERS = (TURTLE, *ROWS, NTRIPLES, RDFXML, JSONLD, HTML, SPREADSHEET)


def links(kind: str, query: str) -> list[Link]:
    """Where a list is to be had as RDF.

    Args:
        query: what the address of the list says after the question mark.
    """
    more = f"?{query}" if query else ""
    return [
        *(
            Link("alternate", f"/doc/{kind}.{offer.name}{more}", offer.media_type)
            for offer in TRIPLES
        ),
        Link("collection", "/dataset"),
        Link("license", LICENSE),
    ]


def write(
    path: str, kind: str, title: str, entries: Sequence[Entry], choice: Choice
) -> bytes:
    """Write a list in an RDF format.

    Args:
        path: of the list, with what it is narrowed to.
        title: what its records are called.
    """
    document = namespaces.BASE + path.lstrip("/")
    say = Statements()
    say(document, "rdf:type", iri("foaf:Document"))
    say(document, "dcterms:title", title, language="en")
    say(document, "dcterms:isPartOf", NamedNode(namespaces.DATASET))
    say(document, "dcterms:license", NamedNode(LICENSE))
    if kind in site().manifest.kinds:
        dump = f"{site().address}/export/kind/{kind}.ttl"
        say(document, "rdfs:seeAlso", NamedNode(dump))
    records = {directory.full(entry.name) for entry in entries}
    for record in records:
        say(document, "foaf:topic", NamedNode(record))
    start = f"{namespaces.ID}{kind}/"
    answer = site().triples("kind-triples", NTRIPLES.media_type, start=start)
    told = {
        quad.triple
        for quad in parse(answer.read(), RdfFormat.N_TRIPLES)
        if isinstance(quad.subject, NamedNode) and quad.subject.value in records
    }
    return export.write(
        (Quad(*triple) for triple in say.triples | told),
        WRITERS[choice.format.name],
        account.short_names(),
        document,
    )
