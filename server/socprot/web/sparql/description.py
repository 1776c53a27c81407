"""
What the endpoint says about itself.

Implements SPARQL 1.1 Service Description
(https://www.w3.org/TR/sparql11-service-description/).
"""

from flask import Response
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from socprot import namespaces
from socprot.negotiation import ROWS, TRIPLES, choose
from socprot.web.site import Site
from socprot.web.wire.headers import fingerprint, not_modified, unchanged

_SD = Namespace(namespaces.PREFIXES["sd"])
_VOID = Namespace(namespaces.PREFIXES["void"])
_DCTERMS = Namespace(namespaces.PREFIXES["dcterms"])
_RDFS = Namespace(namespaces.PREFIXES["rdfs"])
_OWL_RL = URIRef("http://www.w3.org/ns/entailment/OWL-RDF-Based")
_RL_PROFILE = URIRef("http://www.w3.org/ns/owl-profile/RL")
_SIMPLE = URIRef("http://www.w3.org/ns/entailment/Simple")

_RDFLIB = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}


def respond(site: Site, accept: str | None, name: str | None) -> Response:
    """Send the description in the format asked for.

    Raises:
        BadParameter: there is no format of this name.
        NotAcceptable: none of the formats fits.
    """
    etag = fingerprint("description", accept or "", name or "", site.address)
    if unchanged(etag):
        return not_modified(etag)
    choice = choose(TRIPLES, accept, name)
    body = describe(site).serialize(
        format=_RDFLIB[choice.format.media_type], encoding="utf-8"
    )
    response = Response(body, content_type=choice.content_type)
    response.vary.add("Accept")
    response.set_etag(etag)
    return response


def describe(site: Site) -> Graph:
    """The description as a graph."""
    graph = Graph()
    for prefix in ("sd", "void", "dcterms", "rdfs", "xsd"):
        graph.bind(prefix, namespaces.PREFIXES[prefix])
    endpoint = URIRef(f"{site.address}/sparql")
    service, dataset, default = endpoint, BNode("dataset"), BNode("default")
    graph.add((service, RDF.type, _SD.Service))
    graph.add((service, _SD.endpoint, endpoint))
    graph.add((service, _SD.supportedLanguage, _SD.SPARQL11Query))
    for offer in (*ROWS, *TRIPLES):
        graph.add((service, _SD.resultFormat, URIRef(offer.iri)))
    if site.manifest.default_union:
        graph.add((service, _SD.feature, _SD.UnionDefaultGraph))
        graph.add((service, _SD.defaultEntailmentRegime, _SIMPLE))
    graph.add((service, _SD.defaultDataset, dataset))
    graph.add((service, _RDFS.seeAlso, URIRef(f"{site.address}/limits")))
    _limits(graph, service, site)
    graph.add((dataset, RDF.type, _SD.Dataset))
    graph.add((dataset, _SD.defaultGraph, default))
    graph.add((default, RDF.type, _SD.Graph))
    graphs = site.manifest.graphs
    total = sum(n for iri, n in graphs.items() if iri in namespaces.DEFAULT_UNION)
    if site.manifest.default_union and total:
        graph.add((default, _VOID.triples, Literal(total)))
    for iri, triples in sorted(graphs.items()):
        _named_graph(graph, dataset, iri, triples)
    return graph


def _named_graph(graph: Graph, dataset: BNode, iri: str, triples: int) -> None:
    """Describe one named graph, with its size."""
    label = iri.rsplit("/", 1)[-1]
    entry, held = BNode(f"named-{label}"), BNode(f"graph-{label}")
    graph.add((dataset, _SD.namedGraph, entry))
    graph.add((entry, RDF.type, _SD.NamedGraph))
    graph.add((entry, _SD.name, URIRef(iri)))
    graph.add((entry, _SD.graph, held))
    graph.add((held, RDF.type, _SD.Graph))
    graph.add((held, _VOID.triples, Literal(triples)))
    if iri == namespaces.INFERRED:
        # Everything in it follows from data and ontology by the OWL 2 RL rules.
        graph.add((entry, _SD.entailmentRegime, _OWL_RL))
        graph.add((entry, _SD.supportedEntailmentProfile, _RL_PROFILE))


def _limits(graph: Graph, service: URIRef, site: Site) -> None:
    """Say what one query may cost, in words: there is no vocabulary for it."""
    held = site.limits
    sentence = (
        f"A query may run for {held.timeout:g} seconds, or up to "
        f"{held.timeout_ceiling:g} with timeout=; an answer may have {held.rows:,} "
        f"rows and {held.answer_bytes:,} bytes; beyond that an error is sent, never a "
        "part of an answer."
    )
    graph.add((service, _DCTERMS.description, Literal(sentence, lang="en")))
