"""
One way to write a graph down, so that a diff shows what changed and nothing else.

* prefixes sorted, and only those used;
* one block per subject, sorted by IRI;
* one line per triple: `a`, then the label, then predicates by IRI, values sorted;
* every block closed by a `.` on its own line, so that appending touches no other line;
* a comment at the top of the file is kept; any other is refused, because it would be
  lost: say it in a triple (`skos:editorialNote`);
* no blank nodes, except in RDF lists, which are written `( a b )`.

It stands alone because rdflib's writers sort subjects by how often they are mentioned
(one added link moves whole blocks) and take 50 times as long for the same files.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from socprot.errors import NotCanonical, NotTurtle
from socprot.namespaces import ID, PREFIXES

# A value is an IRI, a literal, or an RDF list of values.
Value: TypeAlias = "NamedNode | Literal | tuple[Value, ...]"
Description: TypeAlias = dict[str, set[Value]]  # of one subject, by predicate

_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_TYPE, _LABEL = _RDF + "type", PREFIXES["rdfs"] + "label"
_FIRST, _REST, _NIL = _RDF + "first", _RDF + "rest", _RDF + "nil"
_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}

_HEAD = re.compile(r"\A(?:#.*\n)*")
_LONG = r"\"\"\"(?:\\.|[^\\])*?\"\"\"|\'\'\'(?:\\.|[^\\])*?\'\'\'"
_SHORT = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_QUOTED = re.compile(rf"{_LONG}|{_SHORT}|<[^>]*>|\\.", re.DOTALL)
# Less than the grammar allows (PN_LOCAL), and always right without an escape.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_KIND = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
# These alone may stand without quotes: any other spelling would be lost on the way
# through a reader that knows numbers, not spellings.
_BARE = {
    _XSD + "boolean": re.compile(r"true|false"),
    _XSD + "decimal": re.compile(r"-?(?:0|[1-9]\d*)\.\d+"),
    _XSD + "integer": re.compile(r"-?(?:0|[1-9]\d*)"),
}
_UNSAFE = re.compile(r"[\x00-\x1f\"\\\x7f]")
_UNSAFE_LONG = re.compile(r"[\x00-\x09\x0b-\x1f\\\x7f]|\"(?=\"\"|\Z)")
_ESCAPES = {
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def read(text: str) -> list[Quad]:
    """Parse Turtle, and keep every literal exactly as it is spelt.

    Raises:
        NotTurtle: it is not Turtle; the error knows the line.
    """
    try:
        return list(parse(text, RdfFormat.TURTLE))
    except SyntaxError as error:
        reason = re.sub(r"^Parser error at .*?: ", "", error.msg)
        raise NotTurtle(reason, error.lineno) from None


def canonical(text: str) -> str:
    """Return `text` in the one form this repository accepts.

    Raises:
        NotTurtle: it is not Turtle.
        NotCanonical: that would lose a comment or change a triple.
    """
    head = comment(text).replace("\r", "")
    descriptions = describe(read(text))
    result = _write(descriptions)
    if describe(read(result)) != descriptions:
        raise NotCanonical("it cannot be written down and read back unchanged")
    return head + result


def comment(text: str) -> str:
    """Return the comment at the top of a file.

    Raises:
        NotCanonical: there is another one further down.
    """
    match = _HEAD.match(text)
    head = match[0] if match else ""
    body = text[len(head) :]
    bare = _QUOTED.sub(lambda m: "\n" * m[0].count("\n"), body)
    if "#" in bare:
        line = text.count("\n", 0, len(head)) + bare.count("\n", 0, bare.index("#")) + 1
        raise NotCanonical(
            "a comment would be lost: move it to the top of the file, or into a "
            "triple such as skos:editorialNote",
            line,
        )
    return head


def write(triples: Iterable[Quad] | Iterable[Triple]) -> str:
    """Write triples in canonical form.

    Raises:
        NotCanonical: there are blank nodes outside RDF lists.
    """
    return _write(describe(triples))


def describe(triples: Iterable[Quad] | Iterable[Triple]) -> dict[str, Description]:
    """Gather triples by subject and predicate, with RDF lists as tuples."""
    found: dict[str, Description] = {}
    cells: dict[BlankNode, dict[str, object]] = {}
    links: list[tuple[str, str, BlankNode]] = []
    for triple in triples:
        subject, predicate = triple.subject, triple.predicate.value
        value = triple.object
        if isinstance(subject, BlankNode):
            cell = cells.setdefault(subject, {})
            if predicate not in (_FIRST, _REST) or predicate in cell:
                raise NotCanonical(_BLANK)
            cell[predicate] = value
        elif isinstance(subject, Triple) or isinstance(value, Triple):
            raise NotCanonical("a triple about a triple has no canonical form here")
        elif isinstance(value, BlankNode):
            links.append((subject.value, predicate, value))
        else:
            of = found.setdefault(subject.value, {})
            of.setdefault(predicate, set()).add(value)
    for name, predicate, first in links:
        of = found.setdefault(name, {})
        of.setdefault(predicate, set()).add(_unfold(first, cells))
    if cells:
        raise NotCanonical(_BLANK)
    return found


_BLANK = "a blank node cannot be named in a diff: give it an IRI under its record"


def _unfold(
    first: object, cells: dict[BlankNode, dict[str, object]]
) -> tuple[Value, ...]:
    """Take one list out of its cells; a cell that is used twice is not found again."""
    items: list[Value] = []
    while isinstance(first, BlankNode):
        cell = cells.pop(first, {})
        item = cell.get(_FIRST)
        if isinstance(item, BlankNode):
            item = _unfold(item, cells)
        if not isinstance(item, NamedNode | Literal | tuple):
            raise NotCanonical(_BLANK)
        items.append(item)
        first = cell.get(_REST)
    if not isinstance(first, NamedNode) or first.value != _NIL:
        raise NotCanonical(_BLANK)
    return tuple(items)


def prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """The prefixes that `write` declares for triples without blank nodes, sorted."""
    used: dict[str, str] = {}
    terms: set[Any] = set()
    for subject, predicate, value in triples:
        # The type of a thing is written as `a`.
        terms.update(
            (subject, value)
            if predicate.value == _TYPE
            else (subject, predicate, value)
        )
    for term in terms:
        _term(term, used)
    return dict(sorted(used.items()))


def write_graphs(graphs: Mapping[str, Iterable[Triple]]) -> str:
    """Write named graphs as TriG, each in canonical form.

    The names are as in N-Triples: `<...>`, or `DEFAULT` for the default graph.
    """
    used: dict[str, str] = {}
    parts = []
    for graph in sorted(graphs):
        blocks = "\n".join(_blocks(describe(graphs[graph]), used))
        opening = "{" if graph == "DEFAULT" else f"GRAPH {graph} {{"
        parts.append(f"{opening}\n\n{blocks}\n}}\n")
    return "\n".join([_prefixes(used), *parts] if used else parts)


def write_annotated(
    triples: Iterable[Triple],
    predicate: NamedNode,
    notes: Mapping[str, Iterable[NamedNode]],
) -> str:
    """Write triples with annotations, as Turtle 1.2 has them.

    Args:
        predicate: of the annotations; triples that have it themselves get none.
        notes: the values of the annotations of all triples of a subject.
    """
    used: dict[str, str] = {}
    verb = _iri(predicate.value, used)
    ends = {}
    for subject, values in notes.items():
        terms = " , ".join(_term(v, used) for v in sorted(values, key=_order))
        ends[subject] = f" {{| {verb} {terms} |}}"
    blocks = _blocks(describe(triples), used, ends, verb)
    return "\n".join([_prefixes(used), *blocks])


def _write(descriptions: dict[str, Description]) -> str:
    used: dict[str, str] = {}
    blocks = _blocks(descriptions, used)
    return "\n".join([_prefixes(used), *blocks] if used else blocks)


def _prefixes(used: dict[str, str]) -> str:
    return "".join(f"PREFIX {p}: <{used[p]}>\n" for p in sorted(used))


def _blocks(
    descriptions: dict[str, Description],
    used: dict[str, str],
    ends: Mapping[str, str] = MappingProxyType({}),
    bare: str = "",
) -> list[str]:
    """One block for each subject.

    Args:
        ends: what follows each triple of a subject.
        bare: the verb of the triples that nothing follows.
    """
    blocks = []
    for subject in sorted(descriptions):
        lines = [_iri(subject, used)]
        noted = ends.get(subject, "")
        of = descriptions[subject]
        for predicate in sorted(of, key=_rank):
            verb = "a" if predicate == _TYPE else _iri(predicate, used)
            values = sorted(of[predicate], key=_order)
            end = noted if verb != bare else ""
            lines += [f"    {verb} {_term(value, used)}{end} ;" for value in values]
        blocks.append("\n".join(lines) + "\n.\n")
    return blocks


def name(iri: str) -> str:
    """Write an IRI as it stands in a canonical file, prefixed where possible."""
    return _iri(iri, {})


def term(value: object) -> str:
    """Write a term as it stands in a canonical file."""
    if isinstance(value, NamedNode | Literal):
        return _term(value, {})
    return str(value)


def _rank(predicate: str) -> tuple[bool, bool, str]:
    return predicate != _TYPE, predicate != _LABEL, predicate


def _order(value: Value) -> tuple[int, str, str, str]:
    if isinstance(value, NamedNode):
        return 0, value.value, "", ""
    if isinstance(value, Literal):
        return 1, value.value, value.language or "", value.datatype.value
    return 2, _term(value, {}), "", ""


def _term(value: Value, used: dict[str, str]) -> str:
    if isinstance(value, NamedNode):
        return _iri(value.value, used)
    if isinstance(value, tuple):
        # The empty list is an IRI, rdf:nil, and is written as any other.
        return " ".join(["(", *(_term(item, used) for item in value), ")"])
    if value.language:
        direction = f"--{value.direction}" if value.direction else ""
        return f"{_quoted(value.value)}@{value.language}{direction}"
    datatype = value.datatype.value
    if datatype == _XSD + "string":
        return _quoted(value.value)
    if datatype in _BARE and _BARE[datatype].fullmatch(value.value):
        return value.value
    return f"{_quoted(value.value)}^^{_iri(datatype, used)}"


def _iri(iri: str, used: dict[str, str]) -> str:
    """Abbreviate where that needs no escape, and note the prefix."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    namespace, local = iri[:cut], iri[cut:]
    prefix = _PREFIX_OF.get(namespace) or _kind(namespace)
    if prefix is None or not _LOCAL.fullmatch(local):
        return str(NamedNode(iri))
    used[prefix] = namespace
    return f"{prefix}:{local}"


def _kind(namespace: str) -> str | None:
    """The prefix of a kind of record is the kind itself."""
    kind = namespace[len(ID) : -1] if namespace.startswith(ID) else ""
    return kind if _KIND.fullmatch(kind) and kind not in PREFIXES else None


def _quoted(text: str) -> str:
    if "\n" in text:
        return f'"""{_UNSAFE_LONG.sub(_escape, text)}"""'
    return f'"{_UNSAFE.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
