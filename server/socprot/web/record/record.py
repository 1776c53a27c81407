"""`/id/<kind>/<slug>` and `/doc/<kind>/<slug>` -- a record, as a page or as RDF.

An address under /id names a thing, which cannot be sent; it answers 303 with the
address of the document about it (https://www.w3.org/TR/cooluris/#r303gendocument).
"""

from flask import Blueprint, Response, render_template

from socprot import namespaces
from socprot.errors import BadParameter, NotFound, Withdrawn
from socprot.namespaces import PREFIXES
from socprot.negotiation import split_suffix
from socprot.suggestion import near
from socprot.web import languages
from socprot.web.ask import cite
from socprot.web.explore import account
from socprot.web.explore.listing import title
from socprot.web.frame import document, schema_org, signpost
from socprot.web.known import in_path
from socprot.web.known import known as directory
from socprot.web.picture.around import around
from socprot.web.record import card
from socprot.web.record.footnotes import Footnotes
from socprot.web.record.origin import origin
from socprot.web.record.pointing import pointing
from socprot.web.record.reading import exact, tied
from socprot.web.record.story import figures, story
from socprot.web.rows import Row
from socprot.web.site import site

bp = Blueprint("record", __name__)


@bp.get("/id/<path:name>")
def thing(name: str) -> Response:
    """Send whoever asks for a thing to the document about it.

    Raises:
        NotFound: nothing is said about it.
        Withdrawn: it is not to be used any more.
    """
    known(name)
    # The path of this host, from the name alone: never from the Host header.
    location = "/doc/" + in_path(name)
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.set_data(f"See {location}\n")
    response.vary.add("Accept")
    return response


@bp.get("/doc/<path:name>")
def about(name: str) -> Response:
    """Describe a thing.

    Raises:
        NotFound: nothing is said about it.
        Withdrawn: it is not to be used any more.
    """
    stem, suffix = split_suffix(name, document.OFFERS)
    if suffix is not None and _found(namespaces.ID + name):
        stem, suffix = name, None  # the suffix belongs to the name
    choice = document.chosen(suffix)
    known(stem)
    iri = namespaces.ID + stem
    language = languages.wanted()
    response = document.respond(
        iri,
        choice,
        query="record-triples",
        values={"record": iri},
        render=lambda: _render(iri, stem, language),
        write=lambda choice: account.write(stem, choice),
        language=language,
    )
    path = "/doc/" + in_path(stem)
    if response.status_code != 304:  # whoever holds the document has them
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
    if slug == "" and records:
        found = [f"/doc/{kind}/"]
    hint = f" Did you mean {' or '.join(found)}?" if found else ""
    raise NotFound(f"There is no record /id/{name}.{hint}")


def _of_kind(kind: str) -> list[Row]:
    try:
        return site().rows("records", start=f"{namespaces.ID}{kind}/")
    except BadParameter:
        return []


def _render(iri: str, name: str, language: str) -> str:
    footnotes = Footnotes(language)
    held = card.make(name, iri, site().rows("record", record=iri), language)
    own = footnotes.of(held.sources)
    here = pointing(iri, language, footnotes)
    data = schema_org.block(schema_org.record(iri, held.title, held.terms))
    told = story(iri, list(held.terms), language)
    return render_template(
        "record/record.html",
        data=data,
        iri=iri,
        name=name,
        kind=name.partition("/")[0],
        kind_title=title(directory(), name.partition("/")[0]),
        card=held,
        own=own,
        exact=exact(held, here.checks, here.ties),
        around=here,
        story=told,
        picture=around(name, language, linked=False)
        if told.before or told.after
        else None,
        figures=figures(iri, language) if here.has_observations else [],
        sources=footnotes.sources(),
        origin=origin(name, held.terms),
        citation=cite.of_record(name, held.title),
        language=language,
        tied=tied(here.ties),
        is_ours=f"{PREFIXES['skos']}inScheme" in held.terms,
    )
