"""
The query behind a list: SPARQL that gives the same records, with their columns.

It is put together from the queries that define the facets (queries/facet/), so the list
and its query cannot mean different things by a facet.
"""

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from socprot import directory
from socprot.errors import BadParameter
from socprot.namespaces import DATA, ID, PREFIXES
from socprot.queries import Query
from socprot.sources import class_of
from socprot.suggestion import shortened
from socprot.web.explore.selection import Selection
from socprot.web.kinds import kinds
from socprot.web.languages import ENGLISH

_USED = ("dc", "dcterms", "rdfs", "skos", "sp")


def query(
    wanted: Selection,
    language: str,
    facets: Mapping[str, Query],
    terms: Iterable[str],
    records: Sequence[str] | None = None,
) -> str:
    """The query that gives the records of a selection.

    Args:
        language: of the labels, where there are some in it.
        facets: the queries that define the facets.
        terms: the short names of the classes and schemes that there are.
        records: the short names to which it is narrowed; needed where there are words,
            since SPARQL forgives no typing errors.

    Raises:
        BadParameter: a value is none that an IRI could have.
    """
    where = [_of_kind(wanted.kind, frozenset(terms))]
    if records is not None:
        named = " ".join(_term(name) for name in records)
        where.insert(0, f"VALUES ?record {{ {named} }}")
    for facet, values in wanted.chosen.items():
        where.append(_facet(facets[facet], values))
    where += [
        "OPTIONAL { ?record sp:earliest ?earliest }",
        "OPTIONAL { ?record sp:latest ?latest }",
    ]
    where += _years(wanted)
    names, heads = _labels(language)
    where += names
    columns, more = _columns(wanted.kind)
    where += columns
    select = "\n  ".join(
        [
            f"({heads} AS ?label)",
            "(MIN(?earliest) AS ?first)",
            "(MAX(?latest) AS ?last)",
            *more,
            '(GROUP_CONCAT(DISTINCT STR(?source); separator=" ") AS ?sources)',
        ]
    )
    where.append("OPTIONAL { ?record dcterms:source ?source }")
    body = "\n".join(f"  {line}" for part in where for line in part.splitlines())
    text = f"SELECT ?record\n  {select}\nWHERE {{\n{body}\n}}"
    text += f"\nGROUP BY ?record\nORDER BY {_order(wanted)}"
    used = [name for name in _USED if f"{name}:" in text]
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
    return f"{prefixes}\n{text}\n"


def _of_kind(kind: str, terms: frozenset[str]) -> str:
    if kind in kinds():
        return f"GRAPH <{DATA}> {{ ?record a {shortened(class_of(kind))} }}"
    if f"concept-scheme/{kind}" in terms:
        return f"?record skos:inScheme <{ID}concept-scheme/{kind}> ."
    start = Literal(f"{ID}{kind}/")
    return f"?record rdfs:label ?named .\nFILTER(STRSTARTS(STR(?record), {start}))"


def _facet(query: Query, values: Sequence[str]) -> str:
    body = query.text.partition("WHERE {")[2].rstrip().removesuffix("}").strip("\n")
    named = " ".join(_term(value) for value in values)
    return (
        f"# {query.summary}\n{{\n  SELECT DISTINCT ?record\n  WHERE {{\n"
        f"    VALUES ?value {{ {named} }}\n"
        + "".join(f"  {line}\n" for line in body.splitlines())
        + "  }\n}"
    )


def _years(wanted: Selection) -> list[str]:
    if wanted.since is None and wanted.until is None:
        return []
    tests = []
    if wanted.since is not None:
        tests.append(f"YEAR(?day) >= {wanted.since}")
    if wanted.until is not None:
        tests.append(f"YEAR(?day) <= {wanted.until}")
    return [
        "BIND(COALESCE(?earliest, ?latest) AS ?day)",
        f"FILTER({' && '.join(tests)})",
    ]


def _labels(language: str) -> tuple[list[str], str]:
    english = 'OPTIONAL { ?record rdfs:label ?english FILTER(LANG(?english) = "en") }'
    others = "OPTIONAL { ?record rdfs:label ?any }"
    if language == ENGLISH:
        return [english, others], "COALESCE(MIN(?english), MIN(?any))"
    own = (
        "OPTIONAL { ?record rdfs:label|sp:otherName|sp:title ?own "
        f"FILTER(LANG(?own) = {Literal(language)}) }}"
    )
    return [own, english, others], "COALESCE(MIN(?own), MIN(?english), MIN(?any))"


def _columns(kind: str) -> tuple[list[str], list[str]]:
    """Patterns and heads of the columns: what they name by its English label."""
    where, heads = [], []
    for name in kinds()[kind].properties() if kind in kinds() else ():
        variable = name.partition(":")[2]
        where.append(
            f"OPTIONAL {{\n  ?record {name} ?{variable}_ .\n"
            f"  OPTIONAL {{ ?{variable}_ rdfs:label ?{variable}_name "
            f'FILTER(LANG(?{variable}_name) = "en") }}\n}}'
        )
        heads.append(
            f"(GROUP_CONCAT(DISTINCT COALESCE(?{variable}_name, STR(?{variable}_)); "
            f'separator="; ") AS ?{variable})'
        )
    return where, heads


def _order(wanted: Selection) -> str:
    if wanted.sort == "label":
        return "?label ?record"
    day = "DESC(MIN(?earliest))" if wanted.sort == "-date" else "MIN(?earliest)"
    return f"{day} ?label ?record"


def _term(name: str) -> str:
    """A short name as a term.

    Raises:
        BadParameter: nothing can be called so.
    """
    try:
        return shortened(NamedNode(directory.full(name)).value)
    except ValueError as error:
        raise BadParameter(f"Nothing can be called {name!r}.") from error
