"""`/ns`, `/shape` and `/graph/<name>` -- the ontology, the shapes, and whole graphs."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from pyoxigraph import Quad, RdfFormat, parse

from socprot import export, namespaces
from socprot.errors import NotFound
from socprot.namespaces import SP
from socprot.negotiation import NTRIPLES, WRITERS, Choice, split_suffix
from socprot.suggestion import near
from socprot.web.explore import account
from socprot.web.frame import document
from socprot.web.frame.markup import words
from socprot.web.model import model, rule
from socprot.web.model.diagram import diagrams
from socprot.web.model.model import Description
from socprot.web.model.rule import reached
from socprot.web.rows import Term
from socprot.web.site import site

bp = Blueprint("term", __name__)

_OWL = namespaces.PREFIXES["owl"]
_LABEL = namespaces.PREFIXES["rdfs"] + "label"
_SKOS = namespaces.PREFIXES["skos"]
_TYPE = namespaces.PREFIXES["rdf"] + "type"
_SMALL = 20_000  # triples of a graph that is sorted here


@dataclass(frozen=True)
class Scheme:
    """A list of concepts.

    Attributes:
        concepts: how many there are.
    """

    iri: str
    label: str
    concepts: int


@bp.get("/ns")
def ontology() -> Response:
    """The ontology: every class and property, with what it means."""
    return _ontology(document.chosen(None))


@bp.get("/ns.<suffix>")
def ontology_as(suffix: str) -> Response:
    """The ontology in one format."""
    return _ontology(document.chosen(suffix))


@bp.get("/ns/<version>")
def ontology_version(version: str) -> Response:
    """The version of the ontology that is served now.

    Raises:
        NotFound: it is another one.
    """
    stem, suffix = split_suffix(version, document.OFFERS)
    served = {
        term.value
        for description in _described("ontology").values()
        for term in description.get(_OWL + "versionIRI", ())
    }
    if f"{namespaces.BASE}ns/{stem}" not in served:
        terms = (term.removeprefix(SP) for term in _described("ontology"))
        hint = _hint("/ns#", stem, [one for one in terms if ":" not in one])
        raise NotFound(f"Version {stem!r} is not served here; see /ns.{hint}")
    return _ontology(document.chosen(suffix))


@bp.get("/shape")
@bp.get("/shape/")
def shapes() -> Response:
    """The shapes: what a good record looks like."""
    return _shapes(document.chosen(None))


@bp.get("/shape/<name>")
def shape(name: str) -> Response:
    """One shape, with the shapes that it is made of."""
    stem, suffix = split_suffix(name, document.OFFERS)
    iri = f"{namespaces.BASE}shape/{stem}"
    described = _described("shapes")
    if iri not in described:
        known = [one.removeprefix(namespaces.SPS) for one in described]
        hint = _hint("/shape/", stem, known)
        raise NotFound(f"There is no shape {stem!r}; see /shape.{hint}")
    return _shapes(document.chosen(suffix), only=iri)


@bp.get("/shape.<suffix>")
def shapes_as(suffix: str) -> Response:
    """The shapes in one format."""
    return _shapes(document.chosen(suffix))


@bp.get("/graph")
@bp.get("/graph/")
@bp.get("/graph/<name>")
def graph(name: str = "") -> Response:
    """Everything in one named graph.

    Raises:
        NotFound: there is no such graph.
    """
    stem, suffix = split_suffix(name, document.OFFERS)
    iri = namespaces.GRAPH + stem
    if iri not in namespaces.NAMED_GRAPHS and iri not in site().manifest.graphs:
        names = [one.removeprefix(namespaces.GRAPH) for one in namespaces.NAMED_GRAPHS]
        known, hint = ", ".join(names), _hint("/graph/", stem, names)
        raise NotFound(f"There is no graph {stem!r}; the graphs are {known}.{hint}")
    triples = site().manifest.graphs.get(iri)

    def render() -> str:
        return render_template("term/graph.html", name=stem, iri=iri, triples=triples)

    return _respond(iri, iri, document.chosen(suffix), render)


def _hint(start: str, name: str, known: Sequence[str]) -> str:
    """Which addresses come near to one that there is not."""
    found = [f"{start}{one}" for one in near(name, known)]
    return f" Did you mean {' or '.join(found)}?" if found else ""


def _ontology(choice: Choice) -> Response:
    iri = namespaces.ONTOLOGY

    def render() -> str:
        described = _described("ontology")
        # Of other people's files, that would be a walk through all of them.
        ours = site().manifest.default_union
        found = model.subjects(described, site().rows("term-uses") if ours else ())
        return render_template(
            "term/ontology.html",
            subjects=found,
            diagrams=diagrams(found),
            schemes=_schemes(described),
        )

    return _respond(iri, iri, choice, render)


def _shapes(choice: Choice, only: str | None = None) -> Response:
    iri = namespaces.SHAPES

    def render() -> str:
        found = rule.shapes(_described("shapes"), site().rows("shape-alternatives"))
        if only is not None:
            found = [rule.narrowed(s, only) for s in found if rule.holds(s, only)]
        return render_template(
            "term/shapes.html",
            title=f"Shape {only.rpartition('/')[2]}" if only else "Shapes",
            shapes=found,
        )

    return _respond(only or iri, iri, choice, render, only)


def _respond(
    iri: str,
    graph: str,
    choice: Choice,
    render: Callable[[], str],
    topic: str | None = None,
) -> Response:
    """Answer with what a graph says, or with what it says of one of its terms."""
    small = site().manifest.graphs.get(graph, 0) <= _SMALL

    def write(choice: Choice) -> bytes:
        answer = site().triples("graph", NTRIPLES.media_type, graph=graph)
        said = [quad.triple for quad in parse(answer.read(), RdfFormat.N_TRIPLES)]
        if topic is not None:
            said = reached(said, topic)
        quads = (Quad(*triple) for triple in said)
        name = WRITERS[choice.format.name]
        return export.write(quads, name, account.short_names(), topic)

    return document.respond(
        iri,
        choice,
        query="graph",
        values={"graph": graph},
        render=render,
        # A large graph is passed on as it comes; the dumps have it in order, too.
        write=write if small else None,
    )


def _described(name: str) -> dict[str, dict[str, list[Term]]]:
    """Each term of a graph with its properties."""
    found: dict[str, dict[str, list[Term]]] = {}
    for row in site().rows("terms", graph=namespaces.GRAPH + name):
        description = found.setdefault(row["term"].value, {})
        values = description.setdefault(row["predicate"].value, [])
        if row["object"] not in values:
            values.append(row["object"])
    return found


def _schemes(described: Mapping[str, Description]) -> list[Scheme]:
    """The concept schemes, by their names."""
    sizes = Counter(
        term.value
        for said in described.values()
        for term in said.get(_SKOS + "inScheme", ())
    )
    found = [
        Scheme(
            iri,
            next((t.value for t in said.get(_LABEL, ())), words(iri)),
            sizes[iri],
        )
        for iri, said in described.items()
        if _SKOS + "ConceptScheme" in {t.value for t in said.get(_TYPE, ())}
    ]
    return sorted(found, key=lambda scheme: scheme.label.casefold())
