"""The catalogue: what data/dataset.ttl says of the whole, with its size counted."""

from collections import Counter
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from socprot.namespaces import ID, PREFIXES, SP
from socprot.sources import record

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_DATASETS = {
    NamedNode(PREFIXES["dcat"] + "Dataset"),
    NamedNode(PREFIXES["void"] + "Dataset"),
}


def classes(triples: Iterable[Triple]) -> dict[str, int]:
    """Count the instances of each class of the ontology."""
    namespace = str(SP)
    counts = Counter(
        value.value
        for subject, predicate, value in triples
        if predicate == _TYPE
        if isinstance(value, NamedNode) and value.value.startswith(namespace)
        if isinstance(subject, NamedNode) and subject.value.startswith(ID)
    )
    return dict(sorted(counts.items()))


def describe(stated: Iterable[Quad], union: Iterable[Triple]) -> list[Triple]:
    """Add the size of the union of the other graphs to the description of the whole.

    Specification: https://www.w3.org/TR/void/#statistics
    """
    described = [quad.triple for quad in stated]
    everything = set(union)
    subjects = {subject for subject, _, _ in everything}
    types = {value for _, predicate, value in everything if predicate == _TYPE}
    numbers = {
        "classes": len(types),
        "distinctSubjects": len(subjects),
        "entities": len(
            {record(s.value) for s in subjects if isinstance(s, NamedNode)} - {None}
        ),
        "properties": len({predicate for _, predicate, _ in everything}),
        "triples": len(everything),
    }
    integer = NamedNode(PREFIXES["xsd"] + "integer")
    datasets = {
        s for s, predicate, v in described if predicate == _TYPE and v in _DATASETS
    }
    sizes = [
        Triple(
            dataset,
            NamedNode(PREFIXES["void"] + name),
            Literal(str(number), datatype=integer),
        )
        for dataset in datasets
        for name, number in numbers.items()
    ]
    return sorted({*described, *sizes}, key=str)
