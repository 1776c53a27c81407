"""The size of the dataset in VoID: in all, and by class, property and datatype."""

import re
from functools import lru_cache

from pyoxigraph import NamedNode, Triple

from socprot import turtle
from socprot.namespaces import DATASET, PREFIXES, VOID
from socprot.statement import Statements, iri
from socprot.tally import Tally

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
# What everything is made of tells nobody about the vocabularies in use.
_PLAIN = {PREFIXES["rdf"], PREFIXES["xsd"]}


def state_size(whole: Tally, exact: bool) -> set[Triple]:
    """State the size of the dataset and of its partitions.

    Without `exact`, numbers of distinct objects are left out.
    """
    say = Statements()
    say(DATASET, "void:triples", whole.triples)
    say(DATASET, "void:entities", len(whole.entities))
    say(DATASET, "void:distinctSubjects", whole.subjects)
    if exact:
        say(DATASET, "void:distinctObjects", whole.objects)
    say(DATASET, "void:classes", len(whole.classes))
    say(DATASET, "void:properties", len(whole.properties))
    for vocabulary in sorted(whole.vocabularies - _PLAIN):
        say(DATASET, "void:vocabulary", NamedNode(vocabulary))
    _classes(say, whole)
    _properties(say, whole, exact)
    _datatypes(say, whole)
    _links(say, whole)
    return say.triples


@lru_cache(maxsize=4096)
def _part(kind: str, name: str) -> str:
    """The IRI of a part of the dataset, in the document that describes it."""
    short = turtle.name(name).strip("<>")
    short = short.removeprefix("http://").removeprefix("https://")
    return f"{VOID}#{kind}-{_UNSAFE.sub('-', short).strip('-')}"


def _classes(say: Statements, whole: Tally) -> None:
    for name, instances in whole.classes.items():
        part = _part("class", name)
        say(DATASET, "void:classPartition", NamedNode(part))
        say(part, "void:class", NamedNode(name))
        say(part, "void:entities", instances)


def _properties(say: Statements, whole: Tally, exact: bool) -> None:
    for name, count in whole.properties.items():
        part = _part("property", name)
        say(DATASET, "void:propertyPartition", NamedNode(part))
        say(part, "void:property", NamedNode(name))
        say(part, "void:triples", count)
        say(part, "void:distinctSubjects", whole.property_subjects[name])
        if exact:
            say(part, "void:distinctObjects", whole.property_objects[name])


def _datatypes(say: Statements, whole: Tally) -> None:
    for name, count in whole.datatypes.items():
        part = _part("datatype", name)
        say(DATASET, "void-ext:datatypePartition", NamedNode(part))
        say(part, "void-ext:datatype", NamedNode(name))
        say(part, "void:triples", count)


def _links(say: Statements, whole: Tally) -> None:
    """Sets of links into the datasets of others."""
    for name, count in whole.links.items():
        predicate, _, space = name.partition(" ")
        there = _part("there", space)
        part = _part("links", predicate) + there.partition("#there")[2]
        say(DATASET, "void:subset", NamedNode(part))
        say(part, "rdf:type", iri("void:Linkset"))
        say(part, "void:linkPredicate", NamedNode(predicate))
        say(part, "void:subjectsTarget", NamedNode(DATASET))
        say(part, "void:objectsTarget", NamedNode(there))
        say(part, "void:triples", count)
        say(there, "rdf:type", iri("void:Dataset"))
        say(there, "void:uriSpace", space)
