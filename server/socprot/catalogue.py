"""
The catalogue: what data/dataset.ttl says of the whole, with all that can be counted.

One description with many faces: DCAT 3 for catalogues, VoID for harvesters, and both as
`/graph/catalogue` in the store (https://www.w3.org/TR/vocab-dcat-3/).
"""

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import NamedNode, Quad, Triple

from socprot import namespaces
from socprot.distribution import ANNOTATED, CANONICAL, FORMS, PACKAGE, WHOLE
from socprot.namespaces import BASE, DATASET, ENDPOINT, EXPORT, ID, VOID
from socprot.statement import Statements, iri
from socprot.tally import Extended
from socprot.volume import state_size

_ROUNDS, _TOGETHER, _FEW = 16, 4, 4
_GRAPHS = {
    namespaces.DATA: (
        "Asserted data",
        "What the sources say: every record and table.",
    ),
    namespaces.ONTOLOGY: ("Ontology", "The model and the concept schemes."),
    namespaces.INFERRED: (
        "Inferred data",
        "What follows by OWL RL, and the derived dates.",
    ),
    namespaces.CATALOGUE: ("Catalogue", "This description of the dataset."),
    namespaces.SHAPES: ("Shapes", "The SHACL shapes that every record satisfies."),
}


def describe(
    stated: Iterable[Quad],
    others: Extended,
    graphs: Mapping[str, int],
    version: str,
    checksum: str,
    tables: Iterable[str],
    changes: Iterable[Triple] = (),
) -> list[Triple]:
    """Describe the whole: what a curator states, where it is, and how large.

    The catalogue belongs to what it counts, so it is counted until nothing changes.

    Args:
        stated: what data/dataset.ttl says.
        others: counts the default graph, which is without the catalogue.
        graphs: the size of each other graph.
        checksum: the SHA-256 of the canonical form of the other graphs.
        tables: the names of the tables.
        changes: what is said of versions, see `socprot.news`.
    """
    told = {quad.triple for quad in stated}
    entities = others.with_(()).entities
    # A table is a part of a dataset that the sources describe, or else goes unnamed.
    known = [one for one in tables if f"{ID}dataset/{one}" in entities]
    fixed = told | set(changes) | _facts(version, checksum, known) | _catalogue(told)
    # A number of distinct objects may depend on how it is itself written, and never
    # settle. Then it is left out.
    unsettled: set[tuple[str, str]] = set()
    for exact in (True, True, True, False):
        before: set[Triple] = set()
        for turn in range(_ROUNDS):
            whole = others.with_(before)
            sizes = {**graphs, namespaces.CATALOGUE: len(before)}
            after = fixed | state_size(whole, exact) | _graphs(sizes)
            if unsettled:
                after = {one for one in after if _what(one) not in unsettled}
            if after == before:
                return sorted(after, key=str)
            moved = sorted({_what(triple) for triple in before ^ after})
            before = _nearer(before, after, moved, turn)
        unsettled.add(moved[0])
    raise AssertionError("the size of the catalogue does not settle")


def _what(triple: Triple) -> tuple[str, str]:
    return str(triple.subject), str(triple.predicate)


def _nearer(
    before: set[Triple],
    after: set[Triple],
    moved: Sequence[tuple[str, str]],
    turn: int,
) -> set[Triple]:
    """What to count next: numbers that chase each other change in turns."""
    if turn < _TOGETHER or len(moved) > _FEW:
        return after
    chosen = moved[turn % len(moved)]
    kept = {triple for triple in before if _what(triple) != chosen}
    return kept | {triple for triple in after if _what(triple) == chosen}


def _facts(version: str, checksum: str, tables: Iterable[str]) -> set[Triple]:
    """What the software knows of the dataset: where it is, and in which forms."""
    say = Statements()
    say(DATASET, "rdf:type", iri("dcat:Dataset"))
    say(DATASET, "rdf:type", iri("void:Dataset"))
    say(DATASET, "dcat:version", version)
    say(DATASET, "owl:versionInfo", version)
    say(DATASET, "owl:versionIRI", NamedNode(f"{DATASET}/{version}"))
    say(DATASET, "void:sparqlEndpoint", NamedNode(ENDPOINT))
    say(DATASET, "void:uriSpace", BASE)
    say(DATASET, "void:rootResource", NamedNode(DATASET))
    _forms(say)
    _canonical(say, checksum)
    _others(say)
    _service(say)
    for table in tables:
        name = f"{DATASET}#{table}.csv"
        say(f"{ID}dataset/{table}", "dcat:distribution", NamedNode(name))
        say(name, "rdf:type", iri("dcat:Distribution"))
        say(name, "dcterms:title", f"{table} as CSV", language="en")
        say(name, "dcterms:conformsTo", iri("https://www.w3.org/TR/tabular-metadata/"))
        _place(say, name, f"table/{table}.csv", "text/csv")
    return say.triples


def _forms(say: Statements) -> None:
    for form in FORMS:
        say(DATASET, "void:feature", NamedNode(form.iri))
        say(DATASET, "void:dataDump", NamedNode(f"{EXPORT}{WHOLE}.{form.suffix}"))
        name = f"{DATASET}#{form.suffix}"
        say(DATASET, "dcat:distribution", NamedNode(name))
        say(name, "rdf:type", iri("dcat:Distribution"))
        say(name, "dcterms:title", f"Everything as {form.title}", language="en")
        say(name, "dcterms:format", NamedNode(form.file_type))
        _place(say, name, f"{WHOLE}.{form.suffix}", form.media_type)


def _canonical(say: Statements, checksum: str) -> None:
    """The form whose hash tells whether two datasets are equal."""
    name = f"{DATASET}#canonical"
    say(DATASET, "dcat:distribution", NamedNode(name))
    say(name, "rdf:type", iri("dcat:Distribution"))
    say(name, "dcterms:title", "The canonical N-Quads of the dataset", language="en")
    say(
        name,
        "dcterms:description",
        "All graphs but the catalogue in the canonical form RDFC-1.0; equal checksums "
        "mean equal data.",
        language="en",
    )
    say(name, "dcterms:conformsTo", iri("https://www.w3.org/TR/rdf-canon/"))
    say(name, "dcterms:format", NamedNode(FORMS[2].file_type))
    _place(say, name, CANONICAL, FORMS[2].media_type)
    node = f"{DATASET}#checksum"
    say(name, "spdx:checksum", NamedNode(node))
    say(node, "rdf:type", iri("spdx:Checksum"))
    say(node, "spdx:algorithm", iri("spdx:checksumAlgorithm_sha256"))
    say(node, "spdx:checksumValue", checksum, datatype="xsd:hexBinary")


def _others(say: Statements) -> None:
    """The forms that hold a part of it in another shape."""
    for name, file, title, media_type, standard in (
        (
            "annotated",
            ANNOTATED,
            "The asserted data, each triple with its sources, in Turtle 1.2",
            "text/turtle",
            "https://www.w3.org/TR/rdf12-turtle/",
        ),
        (
            "package",
            PACKAGE,
            "The tables as a Data Package",
            "application/json",
            "https://datapackage.org/standard/data-package/",
        ),
    ):
        form = f"{DATASET}#{name}"
        say(DATASET, "dcat:distribution", NamedNode(form))
        say(form, "rdf:type", iri("dcat:Distribution"))
        say(form, "dcterms:title", title, language="en")
        say(form, "dcterms:conformsTo", iri(standard))
        _place(say, form, file, media_type)


def _place(say: Statements, name: str, file: str, media_type: str) -> None:
    """Where a form can be had, and under which terms."""
    say(name, "dcat:accessURL", NamedNode(EXPORT))
    say(name, "dcat:downloadURL", NamedNode(EXPORT + file))
    media = f"https://www.iana.org/assignments/media-types/{media_type}"
    say(name, "dcat:mediaType", NamedNode(media))
    say(name, "dcterms:license", iri("https://creativecommons.org/licenses/by/4.0/"))


def _service(say: Statements) -> None:
    say(ENDPOINT, "rdf:type", iri("dcat:DataService"))
    say(ENDPOINT, "dcterms:title", "SocProt SPARQL endpoint", language="en")
    say(ENDPOINT, "dcat:endpointURL", NamedNode(ENDPOINT))
    say(ENDPOINT, "dcat:endpointDescription", NamedNode(ENDPOINT))
    say(ENDPOINT, "dcat:servesDataset", NamedNode(DATASET))
    protocol = "https://www.w3.org/TR/sparql11-protocol/"
    say(ENDPOINT, "dcterms:conformsTo", iri(protocol))
    say(VOID, "rdf:type", iri("void:DatasetDescription"))
    say(VOID, "dcterms:title", "Description of SocProt", language="en")
    say(VOID, "foaf:primaryTopic", NamedNode(DATASET))


def _catalogue(told: Iterable[Triple]) -> set[Triple]:
    """The catalogue that the dataset and the service are listed in."""
    say = Statements()
    name = namespaces.CATALOGUE
    say(name, "rdf:type", iri("dcat:Catalog"))
    say(name, "dcat:dataset", NamedNode(DATASET))
    say(name, "dcat:service", NamedNode(ENDPOINT))
    for subject, predicate, value in told:
        shared = predicate in (iri("dcterms:publisher"), iri("dcterms:license"))
        if subject == NamedNode(DATASET) and shared and isinstance(value, NamedNode):
            say(name, predicate.value, value)
    return say.triples


def _graphs(sizes: Mapping[str, int]) -> set[Triple]:
    """Each named graph as a part of the dataset."""
    say = Statements()
    for graph, (title, description) in _GRAPHS.items():
        if graph not in sizes:
            continue
        if graph != namespaces.SHAPES:  # which are not part of the default graph
            say(DATASET, "void:subset", NamedNode(graph))
        say(graph, "rdf:type", iri("void:Dataset"))
        say(graph, "dcterms:title", title, language="en")
        say(graph, "dcterms:description", description, language="en")
        say(graph, "void:triples", sizes[graph])
        stem = EXPORT + "graph/" + graph.removeprefix(namespaces.GRAPH)
        for form in FORMS:
            say(graph, "void:dataDump", NamedNode(f"{stem}.{form.suffix}"))
    return say.triples
