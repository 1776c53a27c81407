"""The shapes as a reader wants them: what a good record looks like, rule by rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Triple

from socprot import namespaces
from socprot.suggestion import shortened
from socprot.web.frame.markup import words
from socprot.web.model.model import Description
from socprot.web.rows import Row, Term

_SH = namespaces.PREFIXES["sh"]
_LABEL = namespaces.PREFIXES["rdfs"] + "label"
_TYPE = namespaces.PREFIXES["rdf"] + "type"
_TOLD = {"message", "description", "path", "severity", "property", "targetClass", "or"}


@dataclass(frozen=True)
class Rule:
    """One property shape.

    Attributes:
        alternatives: the shapes between which it leaves the choice.
    """

    iri: str
    said: Description
    alternatives: Sequence[str] = ()

    def one(self, name: str) -> Term | None:
        """A value of a property of SHACL."""
        return next(iter(self.said.get(_SH + name, ())), None)

    @property
    def severity(self) -> str:
        """Violation, warning or info."""
        found = self.one("severity")
        return words(found.value) if found else "violation"

    @property
    def constraints(self) -> Sequence[str]:
        """What is demanded, in words."""
        demands = [
            f"{words(name.removeprefix(_SH))}: {_written(term)}"
            for name, terms in sorted(self.said.items())
            if name.startswith(_SH) and name.removeprefix(_SH) not in _TOLD
            for term in terms
        ]
        choice = " or ".join(words(iri) for iri in self.alternatives)
        return [*demands, *([f"one of: {choice}"] if choice else [])]


@dataclass(frozen=True)
class Shape:
    """One node shape.

    Attributes:
        demands: what it demands of the value itself.
        own: the rules that it alone has, or that were made for it.
        shared: the IRIs of rules that are told elsewhere.
    """

    iri: str
    label: str
    target: str
    demands: Sequence[str]
    own: Sequence[Rule]
    shared: Sequence[str]


def shapes(
    described: Mapping[str, Description], alternatives: Iterable[Row]
) -> Sequence[Shape]:
    """The node shapes with their rules, each rule told once."""
    choice: dict[str, list[str]] = {}
    for row in alternatives:
        choice.setdefault(row["term"].value, []).append(row["alternative"].value)
    nodes = {
        iri: said
        for iri, said in described.items()
        if _SH + "NodeShape" in {term.value for term in said.get(_TYPE, ())}
    }
    homes = _homes(nodes)
    rules = {iri: home for iri, home in homes.items() if iri in described}
    return [
        Shape(
            iri,
            next((t.value for t in said.get(_LABEL, ())), words(iri)),
            next((t.value for t in said.get(_SH + "targetClass", ())), ""),
            Rule(iri, said).constraints,
            [
                Rule(rule, described[rule], choice.get(rule, ()))
                for rule, home in sorted(rules.items())
                if home == iri
            ],
            [
                term.value
                for term in said.get(_SH + "property", ())
                if homes.get(term.value) != iri
            ],
        )
        for iri, said in sorted(nodes.items(), key=lambda pair: pair[0].casefold())
    ]


def reached(triples: Iterable[Triple], iri: str) -> list[Triple]:
    """What is said of a shape and of all that it leads to: rules, lists, paths."""
    said: dict[object, list[Triple]] = {}
    for triple in triples:
        said.setdefault(triple.subject, []).append(triple)
    found: list[Triple] = []
    waiting: list[object] = [NamedNode(iri)]
    while waiting:
        told = said.pop(waiting.pop(), [])
        found += told
        waiting += [triple.object for triple in told]
    return found


def holds(shape: Shape, iri: str) -> bool:
    """Whether a shape is the one of this IRI, or tells of the rule that is."""
    return shape.iri == iri or any(rule.iri == iri for rule in shape.own)


def narrowed(shape: Shape, iri: str) -> Shape:
    """A shape whole, or with no other rule than the one of this IRI."""
    if shape.iri == iri:
        return shape
    own = [rule for rule in shape.own if rule.iri == iri]
    return replace(shape, own=own, shared=())


def _homes(nodes: Mapping[str, Description]) -> Mapping[str, str]:
    """The node shape that tells of each rule: the one whose name it begins with."""
    homes: dict[str, str] = {}
    for iri, said in sorted(nodes.items()):
        for term in said.get(_SH + "property", ()):
            named = term.value.rpartition("-")[0]
            while named and named not in nodes:
                named = named.rpartition("-")[0]
            homes.setdefault(term.value, named or iri)
    return homes


def _written(term: Term) -> str:
    return shortened(term.value) if term.kind == "uri" else term.value
