"""The answer to any query as a picture, where its columns allow it."""

from collections.abc import Mapping
from itertools import islice

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from socprot.namespaces import PREFIXES
from socprot.picture import NARROW, WIDE, Picture, view
from socprot.picture.view import Known, View
from socprot.web.frame.markup import address
from socprot.web.picture.figure import drawings
from socprot.web.rows import Row, Rows, Term
from socprot.web.site import site

_MOST = 5000  # triples that are looked at
_LABEL = NamedNode(PREFIXES["rdfs"] + "label")


def possible(result: Rows) -> list[View]:
    """The ways in which an answer can be drawn, the table apart."""
    return view.possible(result.variables, result.rows, _states())


def draw(wanted: View, result: Rows, title: str) -> tuple[Picture, Markup] | None:
    """Draw an answer: the picture, and the markup of both its drawings.

    None where its columns do not allow this view.
    """
    known = Known(_states(), address)
    pictures: list[Picture] = []
    for width in (WIDE, NARROW):
        one = view.draw(
            wanted, result.variables, result.rows, known, title, width=width
        )
        if one is None:
            return None
        pictures.append(one)
    return pictures[0], drawings(*pictures)


def of_triples(content: bytes) -> Rows:
    """Triples between things as rows that can be drawn as a graph, with their labels.

    Args:
        content: N-Triples or Turtle.
    """
    held: list[Triple] = []
    for subject, predicate, value, _ in islice(parse(content, RdfFormat.TURTLE), _MOST):
        held.append(Triple(subject, predicate, value))
    names = {
        triple.subject: Term(
            "literal", triple.object.value, triple.object.language or ""
        )
        for triple in held
        if triple.predicate == _LABEL and isinstance(triple.object, Literal)
    }
    rows: list[Row] = []
    for subject, predicate, value in held:
        if not (isinstance(subject, NamedNode) and isinstance(value, NamedNode)):
            continue
        row = {
            "subject": Term("uri", subject.value),
            "predicate": Term("uri", predicate.value),
            "object": Term("uri", value.value),
        }
        for name, node in (("subject", subject), ("object", value)):
            if node in names:
                row[f"{name}Label"] = names[node]
        rows.append(row)
    return Rows(("subject", "predicate", "object"), rows)


def _states() -> Mapping[str, str]:
    """The code of each member state, by its IRI and its names."""
    found: dict[str, str] = {}
    for row in site().rows("states"):
        code = row["iso3"].value
        found[row["state"].value] = code
        found[row["label"].value] = code
    return found
