"""
The account of a record as RDF: itself and all that is known around it, within bounds.

It is the symmetric description of the record (what is said of it, and what is said of
others with a link to it), its sources, what corrects, questions or verifies it, and the
label of whatever it names. The document says of itself what it is about, to which
dataset it belongs and under which terms it may be used.
"""

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from socprot import context, export, namespaces
from socprot.context import Context
from socprot.negotiation import NTRIPLES, WRITERS, Choice
from socprot.statement import Statements, iri
from socprot.web.frame.signpost import LICENSE
from socprot.web.site import site

MOST = 1000  # links to a record that are told: see queries/page/record-triples.rq


def write(name: str, choice: Choice) -> bytes:
    """Describe a record in an RDF format.

    Args:
        name: of the record, such as `event/2013-asean-summit-23`.
    """
    record = namespaces.ID + name
    answer = site().triples("record-triples", NTRIPLES.media_type, record=record)
    triples = {quad.triple for quad in parse(answer.read(), RdfFormat.N_TRIPLES)}
    triples |= _of_document(namespaces.DOC + name, record, triples)
    return export.write(
        (Quad(*triple) for triple in triples),
        WRITERS[choice.format.name],
        short_names(),
        record,
    )


def short_names() -> Context:
    """The JSON-LD context of what is served."""
    bundle = site().bundle
    return context.read(bundle / context.NAME) if bundle else Context()


def _of_document(document: str, record: str, triples: set[Triple]) -> set[Triple]:
    """What the document says of itself."""
    say = Statements()
    say(document, "rdf:type", iri("foaf:Document"))
    say(document, "foaf:primaryTopic", NamedNode(record))
    say(document, "dcterms:isPartOf", NamedNode(namespaces.DATASET))
    say(document, "dcterms:license", NamedNode(LICENSE))
    if version := site().manifest.version:
        say(document, "dcat:version", version)
    about = NamedNode(record)
    others = {(t.subject, t.predicate) for t in triples if t.object == about}
    if len(others) >= MOST:
        say(
            document,
            "rdfs:comment",
            f"More than {MOST:,} links lead here; the others are told by /sparql.",
            language="en",
        )
    return say.triples
