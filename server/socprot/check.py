"""Turn what validation finds into problems that name file, line and remedy."""

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from socprot import dates, turtle
from socprot.namespaces import DATA, PREFIXES, SHAPES
from socprot.problem import Problem
from socprot.sources import Sources, record
from socprot.suggestion import near_terms
from socprot.tables import Converted
from socprot.validate import Fault, Finding

_SH = PREFIXES["sh"]
# What to do about a value, by the constraint that it breaks.
_REMEDIES = {
    "class": "Correct the link, or give the record that it names this class.",
    "datatype": "Write the value with this datatype.",
    "in": "Use one of the values that the shape lists.",
    "maxCount": "Keep one of the values.",
    "minCount": "Add the missing line.",
    "nodeKind": "Write an IRI where one is asked for, and text where not.",
    "or": "Write the value in one of these forms.",
    "pattern": "Correct the value.",
    "uniqueLang": "Keep one value in each language.",
}


class Places:
    """Where everything that the graph says is written down."""

    def __init__(self, sources: Sources, tables: Sequence[Converted]) -> None:
        self._sources = sources
        self._tables = tables
        self._rows = {
            row.subject: (table, row.line) for table in tables for row in table.rows
        }

    def find(self, iri: str, *terms: str) -> tuple[str, int | None]:
        """Return the file that describes a subject, and the line of one triple."""
        if file := self._sources.describing(iri):
            return file.name, file.line(turtle.name(iri), *terms)
        if row := self._rows.get(iri) or self._rows.get(record(iri) or iri):
            return row[0].name, row[1]
        return "", None

    def meant(self, iri: str) -> list[str]:
        """Names that something has and that come near to one that nothing has."""
        known = [*self._sources.describes, *self._rows]
        return [turtle.name(one) for one in near_terms(iri, known)]

    def parts(self) -> dict[str, list[Quad]]:
        """What each record and each table says, by the name of its file."""
        read = [file for file in self._sources.files if file.graph == DATA]
        return {file.name: list(file.quads) for file in read} | {
            table.name: [quad for row in table.rows for quad in row.quads]
            for table in self._tables
        }

    def column(self, iri: str, predicate: str) -> str:
        """Return the column that makes a property, if the subject is a row."""
        row = self._rows.get(iri)
        return row[0].columns.get(predicate, "") if row else ""


def problems(
    findings: Iterable[Finding], found: Iterable[Fault], places: Places
) -> list[Problem]:
    """What stops a build, each mistake once.

    What a shape and a hygiene query both find the query tells: it asks for one thing,
    and so knows what to do about it.
    """
    faults = list(found)
    told = {tuple(fault.row.values()) for fault in faults}
    broken = (f for f in findings if f.is_violation and f.row not in told)
    return [*_of_shapes(broken, places), *_of_queries(faults, places)]


def warnings(findings: Iterable[Finding], places: Places) -> Iterator[Problem]:
    """The findings that do not, as problems."""
    return _of_shapes((f for f in findings if not f.is_violation), places)


def _of_shapes(findings: Iterable[Finding], places: Places) -> Iterator[Problem]:
    for finding in findings:
        constraint = parameter(finding.component)
        terms = [turtle.name(finding.path)] if finding.path else []
        if finding.value:
            terms.append(written(finding.value))
        file, line = places.find(finding.focus, *terms)
        subject = turtle.name(finding.focus)
        if column := places.column(finding.focus, finding.path):
            subject += f", column {column}"
        value = f" Found: {terms[-1]}." if finding.value else ""
        remedy = _REMEDIES.get(constraint, "Correct the record.")
        if constraint == "minCount" and finding.path:
            remedy = f"Add a line `{turtle.name(finding.path)} ... ;`."
        elif finding.value and (missing := _missing_date(finding.value)):
            remedy = f"There is no such {missing}: correct it."
        yield Problem(
            file,
            line,
            subject,
            f"{finding.message}{value}",
            f"{turtle.name(finding.shape)} sh:{constraint}",
            remedy,
        )


def _missing_date(value: str) -> str:
    """What a date in the right form names, if there is no such thing; "" otherwise."""
    date = _term(value)
    if not isinstance(date, Literal):
        return ""
    datatype = date.datatype.value
    return dates.CALLED[datatype] if dates.is_impossible(date.value, datatype) else ""


def _of_queries(found: Iterable[Fault], places: Places) -> Iterator[Problem]:
    """What the hygiene queries found, as problems.

    The first column is the subject. Where the header says `#+ misspelt: term`, the
    column `term` may be a name that was meant to be another.
    """
    for fault in found:
        first, *others = fault.row.values() or [""]
        iri = first[1:-1] if first.startswith("<") else ""
        terms = [written(term) for term in others]
        file, line = places.find(iri, *terms) if iri else ("", None)
        subject = turtle.name(iri) if iri else first
        if others and (column := places.column(iri, others[0][1:-1])):
            subject += f", column {column}"
        details = f" ({', '.join(terms)})" if terms else ""
        remedy = fault.query.header.get("remedy", "")
        misspelt = fault.row.get(fault.query.header.get("misspelt", ""), "")
        if meant := places.meant(misspelt[1:-1]) if misspelt else []:
            remedy = f"Did you mean {' or '.join(meant)}? {remedy}"
        yield Problem(
            file,
            line,
            subject,
            f"{fault.query.summary.rstrip('.')}{details}.",
            fault.query.name,
            remedy,
        )


def parameter(component: str) -> str:
    """sh:MinCountConstraintComponent is what enforces sh:minCount."""
    name = component.removeprefix(_SH).removesuffix("ConstraintComponent")
    return name[:1].lower() + name[1:]


def written(term: str) -> str:
    """Write a term of N-Triples as it stands in a canonical file."""
    return turtle.term(_term(term))


def report(findings: Sequence[Finding]) -> str:
    """Write a validation report in canonical Turtle, without blank nodes."""
    base = SHAPES.rpartition("/graph/")[0] + "/report"
    triples = [
        _triple(base, PREFIXES["rdf"] + "type", f"<{_SH}ValidationReport>"),
        _triple(base, _SH + "conforms", "true" if not findings else "false"),
    ]
    for number, finding in enumerate(findings, 1):
        result = f"{base}/{number}"
        triples.append(_triple(base, _SH + "result", f"<{result}>"))
        told = {
            PREFIXES["rdf"] + "type": f"<{_SH}ValidationResult>",
            _SH + "focusNode": f"<{finding.focus}>",
            _SH + "resultMessage": str(Literal(finding.message)),
            _SH + "resultPath": f"<{finding.path}>" if finding.path else "",
            _SH + "resultSeverity": f"<{finding.severity}>",
            _SH + "sourceConstraintComponent": f"<{finding.component}>",
            _SH + "sourceShape": f"<{finding.shape}>",
            _SH + "value": finding.value,
        }
        triples += [_triple(result, p, term) for p, term in told.items() if term]
    return turtle.write(triples)


def _triple(subject: str, predicate: str, term: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), _term(term))


def _term(text: str) -> NamedNode | BlankNode | Literal | Triple:
    """Read a term of N-Triples."""
    (quad,) = turtle.read(f"<urn:x> <urn:x> {text} .")
    return quad.object
