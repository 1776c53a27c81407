"""
Choose the format of an answer: by name, or from an Accept header.

Implements RFC 9110 section 12.5.1: the most specific range decides for a format, the
highest weight wins, and a weight of 0 means "not this one". Where weights are equal,
a format named by the caller goes before one that only a wildcard admits, and then the
order of the offers decides. Parameters of a range other than its weight (`charset`,
`profile`, `header`) do not narrow it.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.http import parse_accept_header

from socprot.engine import Kind
from socprot.errors import BadParameter, NotAcceptable


@dataclass(frozen=True)
class Format:
    """One way to write something down.

    Attributes:
        name: as in `?format=` and as a suffix of addresses.
        media_type: its registered name.
        others: further media types under which callers ask for the same bytes.
        aliases: further names for `?format=`.
        iri: what the W3C calls it (https://www.w3.org/ns/formats/).
        text: whether `charset=utf-8` belongs into the Content-Type.
    """

    name: str
    media_type: str
    others: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    iri: str = ""
    text: bool = False

    def content_type(self, label: str) -> str:
        """The Content-Type, under the media type by which the caller knows it."""
        return f"{label}; charset=utf-8" if self.text else label


_W3 = "http://www.w3.org/ns/formats/"

HTML = Format("html", "text/html", ("application/xhtml+xml",), text=True)
JSON = Format(
    "json",
    "application/sparql-results+json",
    ("application/json",),
    ("srj",),
    _W3 + "SPARQL_Results_JSON",
)
XML = Format(
    "xml",
    "application/sparql-results+xml",
    ("application/xml", "text/xml"),
    ("srx",),
    _W3 + "SPARQL_Results_XML",
)
CSV = Format("csv", "text/csv", iri=_W3 + "SPARQL_Results_CSV", text=True)
TSV = Format(
    "tsv",
    "text/tab-separated-values",
    ("text/plain",),
    iri=_W3 + "SPARQL_Results_TSV",
    text=True,
)
TURTLE = Format(
    "ttl",
    "text/turtle",
    ("application/x-turtle", "application/turtle"),
    ("turtle",),
    _W3 + "Turtle",
    text=True,
)
NTRIPLES = Format(
    "nt",
    "application/n-triples",
    ("text/plain",),
    ("ntriples", "n-triples"),
    _W3 + "N-Triples",
)
JSONLD = Format(
    "jsonld",
    "application/ld+json",
    ("application/json",),
    ("json-ld", "json"),
    _W3 + "JSON-LD",
)
RDFXML = Format(
    "rdf",
    "application/rdf+xml",
    ("application/xml", "text/xml"),
    ("rdfxml", "rdf-xml", "xml", "owl"),
    _W3 + "RDF_XML",
)
# These hold graphs, too; a graph alone has no use for them.
TRIG = Format(
    "trig",
    "application/trig",
    ("application/x-trig",),
    iri=_W3 + "TriG",
)
NQUADS = Format(
    "nq",
    "application/n-quads",
    ("text/x-nquads",),
    ("nquads", "n-quads"),
    _W3 + "N-Quads",
)

# A picture of an answer, or of a record; offered where there is one.
SVG = Format("svg", "image/svg+xml")

# CSV that no spreadsheet runs as a formula. It is not exact, so it goes after CSV:
# then no Accept header leads to it, only its name.
SPREADSHEET = Format("spreadsheet", "text/csv", text=True)

ROWS: Sequence[Format] = (JSON, XML, CSV, TSV)
TRIPLES: Sequence[Format] = (TURTLE, NTRIPLES, RDFXML, JSONLD)
# What `socprot.export` calls them.
WRITERS: Mapping[str, str] = {
    "ttl": "turtle",
    "nt": "ntriples",
    "rdf": "rdfxml",
    "jsonld": "jsonld",
}
OFFERS: Mapping[Kind, Sequence[Format]] = {
    "rows": (*ROWS, SPREADSHEET),
    "boolean": ROWS,
    "triples": TRIPLES,
}


@dataclass(frozen=True)
class Choice:
    """The format of an answer, and the name under which the caller asked for it."""

    format: Format
    label: str

    @property
    def content_type(self) -> str:
        return self.format.content_type(self.label)


def choose(
    offers: Sequence[Format], accept: str | None, name: str | None = None
) -> Choice:
    """Return the offer of this name; without a name, what an Accept header prefers.

    A form that leaves the choice open sends an empty name, which is none.

    Raises:
        BadParameter: none of the offers is called so.
        NotAcceptable: the caller accepts none of them.
    """
    if name:
        if choice := named(offers, name):
            return choice
        raise _unknown(offers, name)
    wanted = _ranges(accept)
    best: tuple[float, int] = (0.0, 0)
    found: Choice | None = None
    for offer in offers:
        for label in (offer.media_type, *offer.others):
            quality, specificity = _rank(label, wanted)
            if label != offer.media_type and specificity < 2:
                continue  # a wildcard means the registered name
            if (quality, specificity) > best and quality > 0:
                best, found = (quality, specificity), Choice(offer, label)
    if found is None:
        types = ", ".join(dict.fromkeys(offer.media_type for offer in offers))
        raise NotAcceptable(f"This can be had as {types}, but not as asked for.")
    return found


def named(offers: Iterable[Format], name: str) -> Choice | None:
    """Return the offer that is called `name`, or None."""
    wanted = name.strip().lower()
    for offer in offers:
        if wanted in (offer.name, *offer.aliases):
            return Choice(offer, offer.media_type)
        if wanted in (offer.media_type, *offer.others):
            return Choice(offer, wanted)
    return None


def _unknown(offers: Iterable[Format], name: str) -> BadParameter:
    names = ", ".join(offer.name for offer in offers)
    return BadParameter(f"There is no format {name!r} here; the formats are {names}.")


def split_suffix(path: str, offers: Iterable[Format]) -> tuple[str, str | None]:
    """Cut the name of an offer off a path: of `a.ttl` that is `ttl`, of `a.b` none."""
    stem, _, suffix = path.rpartition(".")
    known = stem and any(suffix == offer.name for offer in offers)
    return (stem, suffix) if known else (path, None)


@lru_cache(maxsize=128)
def per_kind(
    accept: str | None, name: str | None, *, pages: bool, rdf: bool = False
) -> Mapping[Kind, Choice]:
    """Choose a format for each kind of answer that a query may turn out to have.

    A kind for which nothing fits is left out. With `pages`, HTML is offered too; with
    `rdf`, rows are offered as triples too.

    Raises:
        BadParameter: no format has this name.
        NotAcceptable: nothing fits any kind.
    """
    chosen: dict[Kind, Choice] = {}
    for kind, formats in OFFERS.items():
        more = TRIPLES if rdf and kind != "triples" else ()
        offers = (*formats, *more, *((HTML,) if pages else ()))
        with suppress(BadParameter, NotAcceptable):
            chosen[kind] = choose(offers, accept, name)
    if chosen:
        return chosen
    if name:
        raise _unknown((*ROWS, SPREADSHEET, *TRIPLES, HTML), name)
    raise NotAcceptable(
        "Rows can be had as "
        + ", ".join(f.media_type for f in ROWS)
        + "; triples as "
        + ", ".join(f.media_type for f in TRIPLES)
        + "; but not as asked for."
    )


def prefers_page(accept: str | None) -> bool:
    """Say whether the caller is a browser: HTML is named, and nothing goes before."""
    if not accept:
        return False
    wanted = _ranges(accept)
    quality, specificity = _rank(HTML.media_type, wanted)
    return specificity == 2 and quality > 0 and all(q <= quality for _, q in wanted)


def _ranges(accept: str | None) -> list[tuple[str, float]]:
    """Read an Accept header; none at all, or an empty one, accepts everything."""
    parsed = [
        (value.partition(";")[0].strip().lower(), quality)
        for value, quality in parse_accept_header(accept or "")
    ]
    return parsed if accept and accept.strip() else [("*/*", 1.0)]


def _rank(media_type: str, wanted: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """How much a media type is wanted, and by how specific a range it is."""
    group = media_type.partition("/")[0]
    patterns = {media_type: 2, f"{group}/*": 1, "*/*": 0, "*": 0}
    matching = [(patterns[r], q) for r, q in wanted if r in patterns]
    if not matching:
        return 0.0, 0
    specificity = max(s for s, _ in matching)
    return max(q for s, q in matching if s == specificity), specificity
