"""What templates may use: terms as links, dates, and the frame of each page."""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask
from markupsafe import Markup, escape

from socprot.picture.words import language
from socprot.suggestion import shortened
from socprot.web.frame.column import hint
from socprot.web.rows import Term
from socprot.web.site import site

# Only these may become links: `javascript:` and `data:` would run as code.
_SCHEMES = ("http", "https", "mailto")


def register(app: Flask) -> None:
    """Add our filters and facts to the templates."""
    app.jinja_env.filters["link"] = link
    app.jinja_env.filters["hint"] = hint
    app.jinja_env.filters["address"] = address
    app.jinja_env.filters["anchor"] = anchor
    app.jinja_env.filters["short"] = shortened
    app.jinja_env.filters["words"] = words
    app.jinja_env.filters["lang"] = lang
    app.jinja_env.filters["stop"] = stop
    app.jinja_env.filters["text"] = text
    app.jinja_env.filters["ticked"] = ticked
    app.jinja_env.globals["ask"] = ask
    app.context_processor(_facts)


def _facts() -> dict[str, Any]:
    return {"manifest": site().manifest, "site_address": site().address}


def address(iri: str) -> str | None:
    """Where an IRI leads: a path of this site, a web address, or nowhere."""
    path = site().path(iri)
    if path is not None:
        return quote(path, safe="/-._~#:@!$&'()*+,;=%")
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    return iri if parts.scheme.lower() in _SCHEMES else None


def link(term: Term, label: str = "") -> Markup:
    """A term as HTML; an IRI becomes a link only where that is safe."""
    if term.kind != "uri":
        return text(term)
    target = address(term.value)
    shown = label or shortened(term.value).strip("<>")
    if not label and target is not None and target.startswith("/id/"):
        shown = target.removeprefix("/id/")
    if target is None:
        return Markup("<code>{}</code>").format(shown)
    foreign = not target.startswith("/")
    return Markup('<a href="{}"{}>{}</a>').format(
        target, Markup(' rel="external noreferrer"') if foreign else "", shown
    )


def anchor(iri: str) -> str:
    """The name of the place on a page where a term is explained."""
    if "#" in iri:
        return iri.rpartition("#")[2]
    path = site().path(iri) or iri
    return (
        path.removeprefix("/id/").removeprefix("/shape/").strip("/").replace("/", "-")
    )


def text(term: Term) -> Markup:
    """A literal as HTML, with its language for who reads it aloud."""
    if term.language:
        return Markup('<span lang="{}">{}</span>').format(term.language, term.value)
    return escape(term.value)


def lang(words: str) -> Markup:
    """The attribute that names the language of words, where that is not English."""
    spoken = language(words)
    return Markup(' lang="{}"').format(spoken) if spoken else Markup("")


def stop(said: object) -> str:
    """The full stop after something quoted, unless a mark of its own ends it."""
    return (
        "" if str(getattr(said, "text", said)).endswith((".", "?", "!", "…")) else "."
    )


def ticked(prose: str) -> Markup:
    """Prose as HTML; what stands between two back ticks, as in CommonMark, is code."""
    shown = Markup("")
    for number, part in enumerate(prose.split("`")):
        shown += Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
    return shown


def words(iri: str) -> str:
    """The last part of an IRI, in words."""
    name = iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1].replace("-", " ")
    spaced = "".join(
        f" {c.lower()}" if c.isupper() and not name[:i][-1:].isupper() else c
        for i, c in enumerate(name)
    )
    return spaced.strip()


def ask(query: str, **more: str) -> str:
    """The address that asks a query."""
    return "/sparql?" + urlencode({"query": query, **more})
