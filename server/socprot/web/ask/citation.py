"""
How to cite what this site shows: as BibTeX, RIS, and in the style of the APA.

A citation names the query or record by a lasting address, the version of the dataset,
and the hash of its data, so that a reader can tell whether an answer is still the same.
What it says of the dataset is what the catalogue says. The day of access changes every
day, and a page with a strong validator may not: pages leave its place open for a small
script, and the files of `/cite/...`, which nobody keeps, have it filled in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from flask import Flask, render_template

from socprot import namespaces
from socprot.errors import NotFound
from socprot.web.frame.described import Catalogue, catalogue
from socprot.web.site import site

# Where the day of access belongs, as long as it is not known.
OPEN = "YYYY-MM-DD"


@dataclass(frozen=True)
class Style:
    """A way to write a citation.

    Attributes:
        suffix: of the file.
        label: for people.
    """

    suffix: str
    label: str
    media_type: str


STYLES = (
    Style("txt", "APA", "text/plain"),
    Style("bib", "BibTeX", "application/x-bibtex"),
    Style("ris", "RIS", "application/x-research-info-systems"),
)


@dataclass(frozen=True)
class Work:
    """The dataset as the whole that is cited."""

    title: str
    author: str
    publisher: str
    version: str
    year: str
    canonical: str


@dataclass(frozen=True)
class Citation:
    """What is cited.

    Attributes:
        title: what is asked, or the label of a record; empty for the whole.
        genre: what sort of thing it is, in words.
        path: where it is on this site, with its parameters.
    """

    title: str
    genre: str
    path: str
    work: Work

    @property
    def address(self) -> str:
        """The lasting address: an IRI of the graph, not of this host."""
        return site().base + self.path.removeprefix("/")

    @property
    def key(self) -> str:
        """A key for BibTeX, which differs where the address does."""
        words = re.findall(r"[a-z0-9]+", self.path.lower())
        return "-".join(["socprot", self.work.version, *words])[:60].rstrip("-")

    @property
    def text(self) -> Mapping[str, str]:
        """How it is written, by the suffix of each style, with the day left open."""
        return {style.suffix: self.write(style, OPEN) for style in STYLES}

    def write(self, style: Style, day: str) -> str:
        """The citation in a style, read on that day."""
        name = f"citation/citation.{style.suffix}"
        return render_template(name, citation=self, work=self.work, day=day)


def cite(title: str, genre: str, path: str) -> Citation | None:
    """How to cite something; None where what is served does not describe itself."""
    work = _work(site().manifest.hash)
    return Citation(title, genre, path, work) if work else None


def today() -> str:
    """The day on which somebody reads this."""
    return datetime.now(UTC).date().isoformat()


def register(app: Flask) -> None:
    """Give the templates what they need to write a citation and its box."""
    app.jinja_env.filters["latex"] = _latex
    app.jinja_env.filters["braced"] = "{{{}}}".format
    app.jinja_env.filters["line"] = _line
    app.jinja_env.globals["citation_styles"] = STYLES
    app.jinja_env.globals["citation_open"] = OPEN


@cache
def _work(bundle: str) -> Work | None:
    """What the catalogue of a bundle says; a bundle never changes."""
    manifest = site().manifest
    try:
        held = catalogue()
    except NotFound:
        return None
    title = held.value("dcterms:title")
    if not title or not manifest.version:
        return None
    author = _name(held, "dcterms:creator")
    publisher = _name(held, "dcterms:publisher")
    year = manifest.version.partition(".")[0]
    return Work(title, author, publisher, manifest.version, year, manifest.canonical)


def _name(held: Catalogue, role: str) -> str:
    """The name of who has a role, as far as the catalogue says it."""
    agent = held.value(role)
    name = held.value("foaf:name", agent) or held.value("rdfs:label", agent)
    return name or agent.removeprefix(namespaces.BASE)


_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "&%$#_"},
}


def _latex(text: str) -> str:
    """Text as TeX would typeset it and run nothing."""
    return "".join(_SPECIAL.get(sign, sign) for sign in _line(text))


def _line(text: str) -> str:
    """Text in one line: the formats end a field where a line ends."""
    return " ".join(text.split())
