"""
Aim shapes at the nodes that a change can touch, so that no other is looked at.

A shape that looks no further than the properties of its focus node, and the classes of
what these link to, can only judge a node otherwise when one of those has changed.
"""

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Quad

from socprot import derive
from socprot.namespaces import PREFIXES

_SH = PREFIXES["sh"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SUB_CLASS = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_CLASS = NamedNode(PREFIXES["rdfs"] + "Class")
_PATH = NamedNode(_SH + "path")
_TARGET_CLASS = NamedNode(_SH + "targetClass")
_TARGET_NODE = NamedNode(_SH + "targetNode")
# What such a shape is made of.
_WORDS = """
class datatype deactivated description disjoint equals flags group hasValue in
languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength
message minCount minExclusive minInclusive minLength name nodeKind or order path
pattern property severity targetClass uniqueLang
"""
_NEAR = frozenset(_SH + word for word in _WORDS.split())


def is_near_sighted(shapes: Iterable[Quad]) -> bool:
    """Whether no shape looks further than the classes of what its focus links to."""
    for _, predicate, value, _ in shapes:
        if predicate.value.startswith(_SH) and predicate.value not in _NEAR:
            return False
        if predicate == _PATH and not isinstance(value, NamedNode):
            return False
        if predicate == _TYPE and value == _CLASS:  # it aims at its instances
            return False
    return True


def at(
    focus: set[NamedNode],
    shapes: Sequence[Quad],
    types: Iterable[Quad],
    ontology: Iterable[Quad],
) -> list[Quad]:
    """Aim each shape at those of the focus nodes that its target class holds."""
    held_by: dict[str, set[NamedNode]] = {}
    for quad in types:
        node, kind = quad.subject, quad.object
        if quad.predicate == _TYPE and node in focus and isinstance(kind, NamedNode):
            assert isinstance(node, NamedNode)
            held_by.setdefault(kind.value, set()).add(node)
    order = [q for q in ontology if q.predicate == _SUB_CLASS]
    kept = [quad for quad in shapes if quad.predicate != _TARGET_CLASS]
    for quad in shapes:
        if quad.predicate == _TARGET_CLASS and isinstance(quad.object, NamedNode):
            classes = derive.below(quad.object.value, order, _SUB_CLASS)
            held = {node for kind in classes for node in held_by.get(kind, ())}
            kept += [Quad(quad.subject, _TARGET_NODE, node) for node in held]
    return kept
