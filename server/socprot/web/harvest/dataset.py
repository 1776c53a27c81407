"""`/dataset` and `/.well-known/void` -- what this is, for people and programs."""

from flask import Blueprint, Response, render_template, request

from socprot.errors import NotFound
from socprot.namespaces import DATASET, VOID
from socprot.negotiation import HTML, TRIPLES, Choice, choose, named, split_suffix
from socprot.web.frame import document, schema_org, signpost
from socprot.web.frame.described import Catalogue, catalogue
from socprot.web.harvest import feed
from socprot.web.site import site
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("dataset", __name__)


@bp.get("/dataset")
def whole() -> Response:
    """The dataset as DCAT, or as a page."""
    return _answer(document.chosen(None))


@bp.get("/dataset.<suffix>")
def whole_as(suffix: str) -> Response:
    """The dataset in one format."""
    return _answer(document.chosen(suffix))


@bp.get("/dataset/<version>")
def whole_version(version: str) -> Response:
    """The version of the dataset that is served now.

    Raises:
        NotFound: it is another one.
    """
    stem, suffix = split_suffix(version, document.OFFERS)
    if f"{DATASET}/{stem}" not in catalogue().values("owl:versionIRI"):
        raise NotFound(f"Version {stem!r} is not served here; see /dataset.")
    return _answer(document.chosen(suffix))


def _answer(choice: Choice) -> Response:
    etag = fingerprint("dataset", choice.label, choice.format.name, site().address)
    if unchanged(etag):
        return not_modified(etag)
    held = catalogue().without_partitions()
    if choice.format is HTML:
        response = page(_page(catalogue()), etag)
    else:
        response = _rdf(held, choice, etag)
    response.vary.add("Accept")
    signpost.add(response, [*signpost.of_dataset(), *feed.links()])
    return response


def _page(held: Catalogue) -> str:
    data = schema_org.dataset(held)
    return render_template(
        "dataset/dataset.html",
        iri=DATASET,
        data=schema_org.block(data),
        told=data,
        held=held,
        canonical=site().manifest.canonical,
        tables=_tables(),
    )


def _tables() -> list[str]:
    """The tables that rows were made of, as far as the bundle has them."""
    bundle = site().bundle
    return (
        sorted(one.name for one in (bundle / "table").glob("*.csv")) if bundle else []
    )


def _rdf(held: Catalogue, choice: Choice, etag: str) -> Response:
    response = Response(held.write(choice), content_type=choice.content_type)
    response.set_etag(etag)
    return response


@bp.get("/.well-known/void")
@bp.get("/.well-known/void.<suffix>")
def void(suffix: str | None = None) -> Response:
    """The whole catalogue with its partitions; Turtle unless something else is asked.

    Raises:
        NotFound: there is no such format.
    """
    accepted = request.headers.get("Accept")
    choice = named(TRIPLES, suffix) if suffix else choose(TRIPLES, accepted)
    if choice is None:
        raise NotFound(f"There is no /.well-known/void.{suffix}.")
    etag = fingerprint("void", choice.label, choice.format.name, site().address)
    if unchanged(etag):
        return not_modified(etag)
    response = _rdf(catalogue(), choice, etag)
    response.vary.add("Accept")
    signpost.link(response, VOID, "cite-as")
    signpost.link(response, "/dataset", "describes")
    return response
