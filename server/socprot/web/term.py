"""`/ns`, `/shape` and `/graph/<name>` -- the ontology, the shapes, and whole graphs."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template

from socprot import namespaces
from socprot.errors import NotFound
from socprot.negotiation import Choice
from socprot.web import document
from socprot.web.rows import Term
from socprot.web.site import site

bp = Blueprint("term", __name__)

_OWL = namespaces.PREFIXES["owl"]
_RDFS = namespaces.PREFIXES["rdfs"]
_SH = namespaces.PREFIXES["sh"]
_TYPE = namespaces.PREFIXES["rdf"] + "type"
_GROUPS = {
    _OWL + "Class": "Classes",
    _OWL + "ObjectProperty": "Properties between things",
    _OWL + "DatatypeProperty": "Properties with a value",
    _OWL + "AnnotationProperty": "Notes",
    namespaces.PREFIXES["qb"] + "DataStructureDefinition": "Structures of data",
    namespaces.PREFIXES["qb"] + "ComponentSpecification": "Parts of a structure",
    namespaces.PREFIXES["skos"] + "ConceptScheme": "Concept schemes",
    namespaces.PREFIXES["skos"] + "Concept": "Concepts",
    _SH + "NodeShape": "Shapes",
    _SH + "PropertyShape": "Rules",
}

Description = dict[str, list[Term]]


@bp.get("/ns")
def ontology() -> Response:
    """The ontology: every class and property, with what it means."""
    return _document("ontology", "Ontology", document.chosen(None))


@bp.get("/ns.<suffix>")
def ontology_as(suffix: str) -> Response:
    """The ontology in one format."""
    return _document("ontology", "Ontology", document.chosen(suffix))


@bp.get("/ns/<version>")
def ontology_version(version: str) -> Response:
    """The version of the ontology that is served now.

    Raises:
        NotFound: it is another one.
    """
    stem, suffix = document.split_suffix(version)
    served = {
        term.value
        for description in _described("ontology").values()
        for term in description.get(_OWL + "versionIRI", ())
    }
    if f"{namespaces.BASE}ns/{stem}" not in served:
        raise NotFound(f"Version {stem!r} is not served here; see /ns.")
    return _document("ontology", "Ontology", document.chosen(suffix))


@bp.get("/shape")
@bp.get("/shape/")
def shapes() -> Response:
    """The shapes: what a good record looks like."""
    return _document("shapes", "Shapes", document.chosen(None))


@bp.get("/shape/<name>")
def shape(name: str) -> Response:
    """One shape: the document that holds it."""
    stem, suffix = document.split_suffix(name)
    iri = f"{namespaces.BASE}shape/{stem}"
    if iri not in _described("shapes"):
        raise NotFound(f"There is no shape {stem!r}; see /shape.")
    return _document("shapes", "Shapes", document.chosen(suffix), only=iri)


@bp.get("/shape.<suffix>")
def shapes_as(suffix: str) -> Response:
    """The shapes in one format."""
    return _document("shapes", "Shapes", document.chosen(suffix))


@bp.get("/graph/<name>")
def graph(name: str) -> Response:
    """Everything in one named graph.

    Raises:
        NotFound: there is no such graph.
    """
    stem, suffix = document.split_suffix(name)
    iri = namespaces.GRAPH + stem
    if iri not in namespaces.NAMED_GRAPHS and iri not in site().manifest.graphs:
        known = ", ".join(one.rsplit("/", 1)[-1] for one in namespaces.NAMED_GRAPHS)
        raise NotFound(f"There is no graph {stem!r}; the graphs are {known}.")
    triples = site().manifest.graphs.get(iri)

    def render() -> str:
        return render_template("term/graph.html", name=stem, iri=iri, triples=triples)

    return _respond(iri, iri, document.chosen(suffix), render)


def _document(
    name: str, title: str, choice: Choice, only: str | None = None
) -> Response:
    iri = namespaces.GRAPH + name

    def render() -> str:
        described = _described(name)
        if only is not None:
            described = {
                term: what
                for term, what in described.items()
                if term == only or term.startswith(only + "-")
            }
        return render_template(
            "term/terms.html",
            title=title if only is None else f"Shape {only.rpartition('/')[2]}",
            groups=_grouped(described),
            name=name,
        )

    return _respond(only or iri, iri, choice, render)


def _respond(
    iri: str, graph: str, choice: Choice, render: Callable[[], str]
) -> Response:
    return document.respond(
        iri, choice, query="graph", values={"graph": graph}, render=render
    )


def _described(name: str) -> dict[str, Description]:
    """Each term of a graph with its properties."""
    found: dict[str, Description] = {}
    for row in site().rows("terms", graph=namespaces.GRAPH + name):
        description = found.setdefault(row["term"].value, {})
        values = description.setdefault(row["predicate"].value, [])
        if row["object"] not in values:
            values.append(row["object"])
    return found


def _grouped(
    described: dict[str, Description],
) -> list[tuple[str, list[tuple[str, Description]]]]:
    """The terms under headings, in the order of _GROUPS."""
    groups: dict[str, list[tuple[str, Description]]] = {}
    for iri, description in sorted(described.items(), key=lambda pair: pair[0].lower()):
        types = [term.value for term in description.get(_TYPE, ())]
        for kind, heading in _GROUPS.items():
            if kind in types:
                groups.setdefault(heading, []).append((iri, description))
                break
    return [(h, groups[h]) for h in _GROUPS.values() if h in groups]
