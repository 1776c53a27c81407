"""`/id/<kind>/<slug>` and `/doc/<kind>/<slug>` -- a record, as a page or as RDF.

An address under /id names a thing, which cannot be sent; it answers 303 with the
address of the document about it (https://www.w3.org/TR/cooluris/#r303gendocument).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from flask import Blueprint, Response, render_template

from socprot import namespaces
from socprot.errors import BadParameter, NotFound, Withdrawn
from socprot.web import account, document, schema_org, signpost
from socprot.web.headers import fingerprint, not_modified, page, unchanged
from socprot.web.rows import Row, Term
from socprot.web.site import site
from socprot.web.suggestion import near

bp = Blueprint("record", __name__)

_LABEL = namespaces.PREFIXES["rdfs"] + "label"
_TYPE = namespaces.PREFIXES["rdf"] + "type"
_SOURCE = namespaces.PREFIXES["dcterms"] + "source"


@dataclass
class Value:
    """A value of a property, and whether it is only inferred."""

    term: Term
    labels: list[Term] = field(default_factory=list)
    inferred: bool = False


@dataclass
class Property:
    """A property of a record, or a way in which others point at it."""

    iri: str
    label: str = ""
    inverse: str = ""
    values: dict[Term, Value] = field(default_factory=dict)


@bp.get("/id/<path:name>")
def thing(name: str) -> Response:
    """Send whoever asks for a thing to the document about it.

    Raises:
        NotFound: nothing is said about it.
        Withdrawn: it is not to be used any more.
    """
    known(name)
    # The path of this host, from the name alone: never from the Host header.
    location = "/doc/" + quote(name, safe="/-._~")
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.set_data(f"See {location}\n")
    response.vary.add("Accept")
    return response


@bp.get("/doc/<kind>")
@bp.get("/doc/<kind>/")
def kind(kind: str) -> Response:
    """List the records of a kind.

    Raises:
        NotFound: there are none.
    """
    etag = fingerprint("kind", kind)
    if unchanged(etag):
        return not_modified(etag)
    records = _of_kind(kind)
    if not records:
        raise NotFound(f"There are no records of a kind {kind!r}.")
    return page(render_template("record/kind.html", kind=kind, records=records), etag)


@bp.get("/doc/<path:name>")
def about(name: str) -> Response:
    """Describe a thing.

    Raises:
        NotFound: nothing is said about it.
        Withdrawn: it is not to be used any more.
    """
    stem, suffix = document.split_suffix(name)
    if suffix is not None and _found(namespaces.ID + name):
        stem, suffix = name, None  # the suffix belongs to the name
    choice = document.chosen(suffix)
    known(stem)
    iri = namespaces.ID + stem
    response = document.respond(
        iri,
        choice,
        query="record-triples",
        values={"record": iri},
        render=lambda: _render(iri, stem),
        write=lambda choice: account.write(stem, choice),
    )
    path = "/doc/" + quote(stem, safe="/-._~")
    signpost.add(response, signpost.of_record(iri, path))
    return response


def _found(iri: str) -> list[Row]:
    try:
        return site().rows("record-exists", record=iri)
    except BadParameter:
        return []  # it cannot even be an IRI


def known(name: str) -> None:
    """Refuse a name that nothing is said about, and say which come near.

    Raises:
        NotFound: there are no such things.
        Withdrawn: there was one, and it is not to be used any more.
    """
    if rows := _found(namespaces.ID + name):
        if any("withdrawn" in row for row in rows):
            successors = (row["successor"].value for row in rows if "successor" in row)
            raise Withdrawn(f"The record /id/{name} was withdrawn.", sorted(successors))
        return
    kind, _, slug = name.partition("/")
    records = _of_kind(kind)
    slugs = [
        row["record"].value.removeprefix(f"{namespaces.ID}{kind}/") for row in records
    ]
    found = [f"/id/{kind}/{one}" for one in near(slug, slugs, 5)]
    hint = f" Did you mean {' or '.join(found)}?" if found else ""
    raise NotFound(f"There is no record /id/{name}.{hint}")


def _of_kind(kind: str) -> list[Row]:
    try:
        return site().rows("records", start=f"{namespaces.ID}{kind}/")
    except BadParameter:
        return []


def _render(iri: str, name: str) -> str:
    said = _said(site().rows("record", record=iri))
    pointing = _pointing(site().rows("links-to-record", record=iri))
    taken = {_LABEL, _TYPE, _SOURCE}
    title = _title(said.get(_LABEL), name)
    terms = {predicate: list(one.values) for predicate, one in said.items()}
    return render_template(
        "record/record.html",
        data=schema_org.block(schema_org.record(iri, title, terms)),
        iri=iri,
        name=name,
        kind=name.partition("/")[0],
        title=title,
        types=_ordered(said.get(_TYPE)),
        sources=_ordered(said.get(_SOURCE)),
        stated=_part(said.values(), taken, inferred=False),
        inferred=_part(said.values(), taken, inferred=True),
        pointing=list(pointing.values()),
    )


def _said(rows: Iterable[Row]) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for row in rows:
        _add(found, row, row["object"], row.get("objectLabel"))
    return found


def _pointing(rows: Iterable[Row]) -> dict[str, Property]:
    """What others say of the record: asserted links only, the rest repeats them."""
    found: dict[str, Property] = {}
    for row in rows:
        if row["graph"].value != namespaces.INFERRED:
            _add(found, row, row["subject"], row.get("subjectLabel"))
    return found


def _add(found: dict[str, Property], row: Row, term: Term, label: Term | None) -> None:
    predicate = row["predicate"].value
    entry = found.setdefault(predicate, Property(predicate))
    name = row.get("predicateLabel")
    if name is not None and name.language in ("", "en"):
        entry.label = name.value
    inverse = row.get("inverseLabel")
    if inverse is not None and inverse.language in ("", "en"):
        entry.inverse = inverse.value
    value = entry.values.setdefault(term, Value(term, inferred=True))
    if row["graph"].value != namespaces.INFERRED:
        value.inferred = False
    if label is not None and label not in value.labels:
        value.labels.append(label)


def _part(
    properties: Iterable[Property], taken: set[str], *, inferred: bool
) -> list[Property]:
    """The properties of which something is stated, or something follows."""
    parts = []
    for one in properties:
        values = {t: v for t, v in one.values.items() if v.inferred is inferred}
        if values and one.iri not in taken:
            parts.append(Property(one.iri, one.label, values=values))
    return sorted(parts, key=lambda part: (part.label or part.iri).casefold())


def _ordered(entry: Property | None) -> Sequence[Value]:
    """The values of a property, what is stated first."""
    values = entry.values.values() if entry else ()
    return sorted(values, key=lambda value: (value.inferred, value.term.value))


def _title(entry: Property | None, name: str) -> str:
    """The English label, or any, or the name."""
    labels = list(entry.values) if entry else []
    labels.sort(key=lambda term: (term.language != "en", term.value))
    return labels[0].value if labels else name
