"""
The forms in which the graph can be taken away, and what their files are called.

    socprot.ttl             the whole graph
    graph/data.ttl          one named graph
    kind/event.ttl          what is asserted of the records of one kind
    table/observation.csv   a table as it was written
    canonical.nq            what the hash of the dataset is a hash of
    annotated.ttl           what was asserted, each triple with its sources (RDF 1.2)
    datapackage.json        the tables as a Data Package
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from socprot import namespaces

_W3 = "http://www.w3.org/ns/formats/"
_EU = "http://publications.europa.eu/resource/authority/file-type/"


@dataclass(frozen=True)
class Form:
    """One RDF format of the dumps.

    Attributes:
        suffix: of the names of files.
        name: as `socprot export --format` calls it.
        title: as people call it.
        iri: what the W3C calls it (https://www.w3.org/ns/formats/).
        file_type: what the file-type authority table of the EU calls it.
    """

    suffix: str
    name: str
    title: str
    media_type: str
    iri: str
    file_type: str


FORMS = (
    Form(
        "ttl",
        "turtle",
        "Turtle",
        "text/turtle",
        f"{_W3}Turtle",
        f"{_EU}RDF_TURTLE",
    ),
    Form(
        "nt",
        "ntriples",
        "N-Triples",
        "application/n-triples",
        f"{_W3}N-Triples",
        f"{_EU}RDF_N_TRIPLES",
    ),
    Form(
        "nq",
        "nquads",
        "N-Quads",
        "application/n-quads",
        f"{_W3}N-Quads",
        f"{_EU}RDF_N_QUADS",
    ),
    Form(
        "trig",
        "trig",
        "TriG",
        "application/trig",
        f"{_W3}TriG",
        f"{_EU}RDF_TRIG",
    ),
    Form(
        "jsonld",
        "jsonld",
        "JSON-LD",
        "application/ld+json",
        f"{_W3}JSON-LD",
        f"{_EU}JSON_LD",
    ),
    Form(
        "rdf",
        "rdfxml",
        "RDF/XML",
        "application/rdf+xml",
        f"{_W3}RDF_XML",
        f"{_EU}RDF_XML",
    ),
)
WHOLE = "socprot"
CANONICAL = "canonical.nq"
ANNOTATED = "annotated.ttl"
PACKAGE = "datapackage.json"
SUMS = "SHA256SUMS"
METADATA = "-metadata.json"
GRAPHS = tuple(iri.removeprefix(namespaces.GRAPH) for iri in namespaces.NAMED_GRAPHS)

_MEDIA_TYPES = {form.suffix: form.media_type for form in FORMS} | {
    "csv": "text/csv",
    "json": "application/csvm+json",
}
# https://www.w3.org/TR/rdf12-turtle/#sec-mediaReg-turtle
ANNOTATED_TYPE = "text/turtle; charset=utf-8; version=1.2"
_TEXT = ("text/turtle", "text/csv", "text/plain")


def names(kinds: Iterable[str], tables: Iterable[str]) -> Iterator[str]:
    """The name of every file but the list of their checksums."""
    stems = [WHOLE, *(f"graph/{name}" for name in GRAPHS)]
    stems += [f"kind/{kind}" for kind in kinds]
    for stem in stems:
        yield from (f"{stem}.{form.suffix}" for form in FORMS)
    for table in tables:
        yield from (f"table/{table}.csv", f"table/{table}.csv{METADATA}")
    yield from (ANNOTATED, CANONICAL, PACKAGE)


def form_of(name: str) -> Form | None:
    """The format of a file by its suffix; None where that is no RDF."""
    suffix = name.rpartition(".")[2]
    return next((form for form in FORMS if form.suffix == suffix), None)


def content_type(name: str) -> str:
    """The Content-Type of a file."""
    if name == ANNOTATED:
        return ANNOTATED_TYPE
    if name == PACKAGE:
        return "application/json"
    media_type = _MEDIA_TYPES.get(name.rpartition(".")[2], "text/plain")
    return f"{media_type}; charset=utf-8" if media_type in _TEXT else media_type
