"""`/evidence` and `/quality` -- what the graph rests on, and how well it was checked.

Every number here is asked of the graph when the page is made; the query stands beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, render_template

from socprot import directory, files, queries
from socprot.namespaces import PREFIXES
from socprot.queries import Query
from socprot.web.known import known
from socprot.web.rows import Row
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("evidence", __name__)

_SH = PREFIXES["sh"]


@dataclass(frozen=True)
class Finding:
    """One answer on a page.

    Attributes:
        query: the query behind it; its header has the heading, and a note.
        columns: those that are shown; `record` is where the first of them leads.
    """

    query: Query
    rows: Sequence[Row]
    columns: Sequence[str]

    @property
    def total(self) -> int:
        """The sum of its first column of numbers, where it has one."""
        return sum(int(row[self.number].value) for row in self.rows)

    @property
    def number(self) -> str:
        """The first column that counts; "" where none does."""
        integer = PREFIXES["xsd"] + "integer"
        held = self.rows[0] if self.rows else {}
        return next(
            (c for c in self.columns if c in held and held[c].datatype == integer), ""
        )


@dataclass(frozen=True)
class Result:
    """One result of the validation."""

    focus: str
    message: str
    severity: str
    shape: str


@bp.get("/evidence")
def evidence() -> Response:
    """Sources, corrections, open questions, completeness, second readings."""
    asked = _part("evidence")
    etag = fingerprint("evidence", [query.text for query in asked])
    if unchanged(etag):
        return not_modified(etag)
    findings = [_find(query) for query in asked]
    return page(render_template("evidence/evidence.html", findings=findings), etag)


@bp.get("/quality")
def quality() -> Response:
    """The last validation report, the hygiene queries, and what is not complete."""
    hygiene = queries.load(files.root() / "queries" / "hygiene").values()
    etag = fingerprint("quality", [query.text for query in hygiene])
    if unchanged(etag):
        return not_modified(etag)
    found = report()
    shown = render_template(
        "evidence/quality.html",
        results=found,
        hygiene=list(hygiene),
        sizes=_severities(found),
        names={one.focus: known().label(directory.short(one.focus)) for one in found},
        completeness=_find(site().pages["completeness"]),
    )
    return page(shown, etag)


@bp.get("/quality/report.ttl")
def report_itself() -> Response:
    """The validation report, as SHACL writes it."""
    text = _report()
    etag = fingerprint("report", text.decode())
    if unchanged(etag):
        return not_modified(etag)
    response = Response(text, content_type="text/turtle; charset=utf-8")
    response.set_etag(etag)
    return response


def report() -> list[Result]:
    """The results of the last validation, the gravest first."""
    held: dict[str, dict[str, str]] = {}
    for quad in ox.parse(_report(), ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            about = held.setdefault(str(quad.subject), {})
            about[quad.predicate.value.removeprefix(_SH)] = quad.object.value
    found = [
        Result(
            one["focusNode"],
            one.get("resultMessage", ""),
            one["resultSeverity"].removeprefix(_SH),
            one["sourceShape"],
        )
        for one in held.values()
        if "focusNode" in one
    ]
    order = ("Violation", "Warning", "Info")
    return sorted(found, key=lambda r: (order.index(r.severity), r.shape, r.focus))


def _report() -> bytes:
    """The report of the bundle; nothing where other files are served."""
    bundle = site().bundle
    path = bundle / "report.ttl" if bundle is not None else None
    return path.read_bytes() if path is not None and path.exists() else b""


def _severities(found: Sequence[Result]) -> Mapping[str, int]:
    """How many results there are of each severity."""
    names = ("Violation", "Warning", "Info")
    return {name: sum(one.severity == name for one in found) for name in names}


def _part(folder: str) -> list[Query]:
    """The queries of a page, in the order that they ask for."""
    held = [q for q in site().pages.values() if q.path.parent.name == folder]
    return sorted(held, key=lambda query: int(query.header["place"]))


def _find(query: Query) -> Finding:
    rows = site().solutions(query.text)
    columns = dict.fromkeys(name for row in rows for name in row)
    ordered = sorted(columns, key=lambda name: query.text.index(f"?{name}"))
    return Finding(query, rows, [name for name in ordered if name != "record"])
