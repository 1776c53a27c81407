"""
The JSON-LD context: short names for what the graph is written in.

The build writes it into the bundle, from the graph; `/context.jsonld` publishes it, and
every JSON-LD document carries the part of it that it uses, so that nothing needs to be
fetched.

* Terms of this ontology go by their local names: `startDate`, `Event` (`@vocab`).
* A few that everybody knows go by theirs: `label`, `source`, `note`.
* All others keep their prefix: `schema:location`.
* A property is coerced to the kind of value that it mostly has: then a link is a plain
  string, and so are a text in English and a date. What differs is spelt out.

Specification: https://www.w3.org/TR/json-ld11/#the-context
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Literal

from socprot.namespaces import BASE, PREFIXES, SP

NAME = "context.jsonld"  # of the file in a bundle, and of the address
IRI = BASE + NAME

_XSD = PREFIXES["xsd"]
STRING = _XSD + "string"
_KEYWORDS = {"id": "@id", "included": "@included", "type": "@type"}
_TYPE = PREFIXES["rdf"] + "type"
# What needs no prefix, unless this ontology has a term of the same name.
_KNOWN = {
    PREFIXES[prefix] + name: name
    for prefix, names in {
        "dcterms": "description hasPart isPartOf license source title",
        "owl": "sameAs",
        "rdfs": "comment label seeAlso subClassOf subPropertyOf",
        "skos": "altLabel broader definition inScheme narrower note prefLabel",
    }.items()
    for name in names.split()
}
_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}


@dataclass(frozen=True)
class Context:
    """Short names.

    Attributes:
        kinds: of the values that a property mostly has: `@id`, `@en` for a language, a
            datatype; "" for plain text.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _known(self) -> Mapping[str, str]:
        taken = {*_KEYWORDS, *PREFIXES, *map(_local, self.kinds)}
        return {iri: name for iri, name in _KNOWN.items() if name not in taken}

    def name(self, iri: str) -> str:
        """The short name of a property or a class; the IRI where there is none."""
        if known := self._known.get(iri):
            return known
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        namespace, local = iri[:cut], iri[cut:]
        if namespace == str(SP) and local.isidentifier() and local not in self._taken:
            return local
        prefix = _PREFIX_OF.get(namespace)
        return f"{prefix}:{local}" if prefix and local else iri

    @cached_property
    def _taken(self) -> set[str]:
        return {*self._known.values(), *_KEYWORDS, *PREFIXES}

    def kind(self, predicate: str) -> str:
        """The kind of value that needs no explanation."""
        return self.kinds.get(predicate, "")

    def part(
        self, predicates: Iterable[str], prefixes: Iterable[str]
    ) -> dict[str, Any]:
        """The context of a document that uses no more than these."""
        terms = {}
        needed = {"xsd", *prefixes}
        for predicate in predicates:
            name = self.name(predicate)
            needed.update({name.partition(":")[0]} & PREFIXES.keys())
            if term := self._term(predicate):
                terms[name] = term
                needed.add(_PREFIX_OF[_namespace(predicate)])
        found: dict[str, Any] = {"@version": 1.1, "@vocab": str(SP), **_KEYWORDS}
        found.update((prefix, PREFIXES[prefix]) for prefix in sorted(needed))
        found.update(sorted(terms.items()))
        return found

    def _term(self, predicate: str) -> dict[str, str] | None:
        """How a term is defined; None where its name says all."""
        name, kind = self.name(predicate), self.kind(predicate)
        namespace = _namespace(predicate)
        if namespace not in _PREFIX_OF or name == predicate:
            return None
        term = {"@id": f"{_PREFIX_OF[namespace]}:{predicate[len(namespace) :]}"}
        if kind.startswith("@") and kind != "@id":
            term["@language"] = kind[1:]
        elif kind:
            term["@type"] = kind.replace(_XSD, "xsd:") if kind != "@id" else kind
        return term if len(term) > 1 or ":" not in name else None

    def document(self) -> bytes:
        """The whole context, as it is published."""
        whole = self.part([*self.kinds, *self._known], PREFIXES)
        return json.dumps({"@context": whole}, indent=2).encode() + b"\n"


def of(values: Mapping[str, int]) -> Context:
    """The context of a graph.

    Args:
        values: how often each property has a value of each kind: see `socprot.tally`.
    """
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for name, count in values.items():
        predicate, _, kind = name.partition(" ")
        seen[predicate][kind] = count
    seen.pop(_TYPE, None)  # it has a keyword
    return Context({p: _most(counts) for p, counts in sorted(seen.items())})


def read(path: Path) -> Context:
    """The context that a bundle holds; an empty one where it holds none."""
    try:
        given = json.loads(path.read_bytes())["@context"]
    except OSError:
        return Context()
    kinds = {}
    for term in given.values():
        if isinstance(term, dict):
            prefix, _, local = term["@id"].partition(":")
            kind = term.get("@type", "").replace("xsd:", _XSD)
            language = term.get("@language")
            kinds[PREFIXES[prefix] + local] = f"@{language}" if language else kind
    return Context(kinds)


def kind_of(value: object) -> str:
    """The kind of a value, as `Context.kinds` has it."""
    if not isinstance(value, Literal):
        return "@id"
    if value.language:
        return f"@{value.language}"
    return "" if value.datatype.value == STRING else value.datatype.value


def _most(counts: Mapping[str, int]) -> str:
    return min(counts, key=lambda kind: (-counts[kind], kind))


def _local(iri: str) -> str:
    """The local name of a term of this ontology."""
    return iri.removeprefix(str(SP)) if iri.startswith(str(SP)) else ""


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
