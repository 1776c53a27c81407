"""What a request may use: the engine, the published queries, and facts about both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from socprot import namespaces
from socprot.engine import Answer, Engine, Kind, Request
from socprot.engine.limits import Limits
from socprot.errors import BadParameter, EngineUnavailable
from socprot.queries import Query
from socprot.traffic import Traffic
from socprot.web.rows import Row, read

_KEY = "socprot"
# The site itself asks under this name, so that visitors cannot crowd it out.
PAGE = "page"
_PAGE_FORMATS: Mapping[Kind, str] = {
    "rows": "application/sparql-results+json",
    "boolean": "application/sparql-results+json",
    "triples": "application/n-triples",
}


@dataclass(frozen=True)
class Manifest:
    """What is served: the parts of a bundle's manifest that pages tell.

    Attributes:
        hash: of the inputs; equal hashes mean equal answers.
        version: of the dataset.
        built: the day.
        graphs: triples by the IRI of each named graph.
        classes: instances by the IRI of each class.
        kinds: records by kind.
        canonical: the SHA-256 of the canonical form of the data.
        languages: those in which something has a label, English first.
        default_union: whether the default graph is the union of the bundle's graphs.
    """

    hash: str = ""
    version: str = ""
    built: str = ""
    graphs: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    canonical: str = ""
    languages: Sequence[str] = ("en",)
    default_union: bool = True


@dataclass(frozen=True)
class Site:
    """Everything that the pages need, put together once at start.

    Attributes:
        engine: None where there is no bundle to serve; `/readyz` says so.
        queries: the published questions.
        pages: the queries behind the pages.
        address: where the world reaches this site, without a slash at the end. Only
            ever from configuration: a Host header is what a stranger says.
        base: the IRIs that begin so are paths of this site.
        proxies: how many proxies in front of this add to X-Forwarded-For.
        bundle: the folder of what is served, if it was built.
        on_disk: whether its graph is asked there, and not in memory.
        reason: why there is no engine.
    """

    engine: Engine | None
    queries: Mapping[str, Query]
    pages: Mapping[str, Query]
    manifest: Manifest = field(default_factory=Manifest)
    limits: Limits = field(default_factory=Limits)
    traffic: Traffic = field(default_factory=Traffic)
    address: str = "http://127.0.0.1:8000"
    base: str = namespaces.BASE
    proxies: int = 0
    bundle: Path | None = None
    on_disk: bool = False
    reason: str = "There is no graph to ask yet: build one with `socprot build`."

    @property
    def edition(self) -> str:
        """What an answer depends on, beside the question: the bundle, and where it is.

        Rows that nobody sorts come in another order from memory than from disk.
        """
        return f"{self.manifest.hash} on disk" if self.on_disk else self.manifest.hash

    def answer(self, request: Request) -> Answer:
        """Evaluate a visitor's query.

        Raises:
            EngineUnavailable: there is nothing to ask.
            SocprotError: as `Engine.answer`.
        """
        if self.engine is None:
            raise EngineUnavailable(self.reason)
        return self.engine.answer(request)

    def rows(self, name: str, **values: str) -> list[Row]:
        """The solutions of a query behind a page."""
        return self.solutions(render(self.pages[name], values))

    def solutions(self, query: str) -> list[Row]:
        """The solutions of a query that the site itself asks."""
        answer = self.answer(Request(query, _PAGE_FORMATS, client=PAGE))
        return read(answer.read()).rows

    def triples(self, name: str, media_type: str, **values: str) -> Answer:
        """The triples of a query behind a page."""
        query = render(self.pages[name], values)
        return self.answer(Request(query, {"triples": media_type}, client=PAGE))

    def written(
        self, name: str, media_type: str, **values: str | Sequence[str]
    ) -> Answer:
        """The solutions of a query behind a page, in a format."""
        query = render(self.pages[name], values)
        formats: Mapping[Kind, str] = {"rows": media_type}
        return self.answer(Request(query, formats, client=PAGE))

    def path(self, iri: str) -> str | None:
        """Map an IRI of the graph onto a path of this site; None for a foreign one."""
        return "/" + iri[len(self.base) :] if iri.startswith(self.base) else None


def render(query: Query, values: Mapping[str, str | Sequence[str]]) -> str:
    """The text of a query with these values.

    Raises:
        BadParameter: one is unknown or ill-typed, or no IRI has such characters.
    """
    try:
        return query.render(values)
    except ValueError as error:
        raise BadParameter(f"A parameter of {query.name} is wrong: {error}.") from error


def attach(app: Flask, site: Site) -> None:
    """Give a site to an application."""
    app.extensions[_KEY] = site


def site() -> Site:
    """The site of the current request."""
    return cast(Site, current_app.extensions[_KEY])
