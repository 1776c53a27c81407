"""
Write triples as JSON-LD that a web developer can read, the same bytes always.

A *framed* document is about one thing: its properties stand at the top, what they name
is told right there where the document knows more of it than its name, and whatever else
the document holds is `included`. A *flat* one lists all nodes in `@graph`.

Specification: https://www.w3.org/TR/json-ld11/
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from socprot.context import Context, kind_of
from socprot.namespaces import PREFIXES

_Node: TypeAlias = dict[str, list[object]]  # values by predicate
_TYPE, _XSD = PREFIXES["rdf"] + "type", PREFIXES["xsd"]
# A JSON number is read back as an integer of this spelling; longer ones lose digits.
_NUMBER = re.compile(r"-?[1-9]\d{0,14}|0")


def write(
    triples: Iterable[Triple], context: Context, topic: str | None = None
) -> bytes:
    """Write triples; with a topic that they describe, framed around it."""
    nodes: dict[str, _Node] = {}
    for triple in triples:
        node = nodes.setdefault(_name(triple.subject), {})
        node.setdefault(triple.predicate.value, []).append(triple.object)
    writer = _Writer(nodes, context)
    if topic in nodes:
        body = writer.framed(topic)
    else:
        body = {"@graph": [writer.node(name) for name in sorted(nodes)]}
    document = {"@context": context.part(*writer.used), **body}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


class _Writer:
    def __init__(self, nodes: Mapping[str, _Node], context: Context) -> None:
        self._nodes = nodes
        self._context = context
        self._topic = ""
        self._told: set[str] = set()

    @property
    def used(self) -> tuple[list[str], set[str]]:
        """The predicates and the prefixes that a context must explain."""
        predicates = {p for node in self._nodes.values() for p in node if p != _TYPE}
        prefixes = set()
        for node in self._nodes.values():
            for kind in node.get(_TYPE, ()):
                if isinstance(kind, NamedNode):
                    prefixes.add(self._context.name(kind.value).partition(":")[0])
        return sorted(predicates), prefixes & PREFIXES.keys()

    def framed(self, topic: str) -> dict[str, Any]:
        """The document about one thing."""
        self._topic = topic
        self._told.add(topic)
        body = self.node(topic, tell=True)
        rest = sorted(self._nodes.keys() - self._told)
        if rest:
            body["included"] = [self.node(name) for name in rest]
        return body

    def node(self, name: str, *, tell: bool = False) -> dict[str, Any]:
        """What is said of one thing; with `tell`, also of what that names."""
        written: dict[str, Any] = {"id": name}
        said = self._nodes[name]
        if _TYPE in said:
            kinds = [self._class(kind) for kind in said[_TYPE]]
            written["type"] = _one(sorted(kinds, key=_order))
        terms = {self._context.name(p): p for p in said if p != _TYPE}
        for term in sorted(terms, key=_rank):
            predicate = terms[term]
            # Only under our own terms: the others repeat them in other vocabularies.
            deep = tell and ":" not in term
            values = [self._value(v, predicate, deep) for v in said[predicate]]
            written[term] = _one(sorted(values, key=_order))
        return written

    def _class(self, kind: object) -> Any:
        if isinstance(kind, NamedNode):
            return self._context.name(kind.value)
        return _name(kind)

    def _value(self, value: object, predicate: str, deep: bool) -> Any:
        plain = kind_of(value) == self._context.kind(predicate)
        if isinstance(value, Literal):
            return _literal(value, plain, self._context.kind(predicate))
        name = _name(value)
        if deep and name in self._nodes and name != self._topic:
            if name not in self._told:
                self._told.add(name)
                return self.node(name)
            return {"id": name, **self._label(name)}
        return name if plain else {"id": name}

    def _label(self, name: str) -> dict[str, Any]:
        """A name again, so that each mention has the same shape."""
        written = self.node(name)
        return {"label": written["label"]} if "label" in written else {}


def _literal(value: Literal, plain: bool, usual: str) -> Any:
    """A literal, in the plain JSON that a reader takes for the very same."""
    datatype, text = value.datatype.value, value.value
    # A number is typed by its look, unless the term is typed otherwise.
    if plain or usual.startswith("@") or not usual:
        if datatype == _XSD + "integer" and _NUMBER.fullmatch(text):
            return int(text)
        if datatype == _XSD + "boolean" and text in ("true", "false"):
            return text == "true"
    if plain:
        return text
    if value.language:
        return {"@language": value.language, "@value": text}
    if datatype == _XSD + "string":
        return {"@value": text}
    name = datatype.replace(_XSD, "xsd:") if datatype.startswith(_XSD) else datatype
    return {"@type": name, "@value": text}


def _name(term: object) -> str:
    return str(term) if isinstance(term, BlankNode) else str(term)[1:-1]


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _rank(term: str) -> tuple[bool, bool, str]:
    """What has a name goes first, then our own terms, then those of others."""
    return term != "label", ":" in term, term


def _order(value: Any) -> tuple[bool, bool, str]:
    """Our own classes before those of others; plain values before explained ones."""
    if isinstance(value, str):
        return False, ":" in value and "/" not in value, value
    return True, False, json.dumps(value, sort_keys=True)
