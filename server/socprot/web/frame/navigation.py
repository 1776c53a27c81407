"""The ways through the site that every page shows: above the few, below all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, request


@dataclass(frozen=True)
class Way:
    """A link of the navigation."""

    path: str
    label: str

    @property
    def here(self) -> bool:
        """Whether the page of this request is the one, or below it."""
        path = self.path.partition("#")[0].rstrip("/")
        return request.path == path or request.path.startswith(path + "/")


_MAIN = (
    Way("/explore", "Explore"),
    Way("/timeline", "Timeline"),
    Way("/map", "Map"),
    Way("/indicator/", "Charts"),
    Way("/query/", "Questions"),
    Way("/sparql", "Ask"),
    Way("/export/", "Download"),
)
_ALL: Mapping[str, Sequence[Way]] = {
    "The graph": (
        Way("/explore", "Explore"),
        Way("/timeline", "Timeline"),
        Way("/map", "Map"),
        Way("/indicator/", "Charts"),
        Way("/evidence", "Evidence"),
        Way("/quality", "Data quality"),
        Way("/changes", "Changes"),
    ),
    "Use it": (
        Way("/query/", "Questions"),
        Way("/sparql", "Ask in SPARQL"),
        Way("/openapi", "API"),
        Way("/export/", "Downloads"),
        Way("/feed", "Change feed"),
        Way("/dataset", "Dataset"),
        Way("/about#cite", "Cite"),
    ),
    "Understand it": (
        Way("/ns", "Ontology"),
        Way("/shape", "Shapes"),
        Way("/errors/", "Errors"),
        Way("/limits", "Limits"),
    ),
    "Trust it": (
        Way("/about", "About"),
        Way("/threats", "Threats"),
        Way("/conformance", "Conformance"),
        Way("/fair", "FAIR"),
        Way("/accessibility", "Accessibility"),
        Way("/privacy", "Privacy"),
        Way("/licences", "Licences"),
    ),
}


def register(app: Flask, without: Collection[str] = ()) -> None:
    """Give the navigation to the templates.

    Args:
        without: the paths of pages that have nothing to show here.
    """
    everything = {
        name: [way for way in ways if way.path not in without]
        for name, ways in _ALL.items()
    }

    def ways() -> dict[str, Any]:
        return {"main_ways": _MAIN, "all_ways": everything}

    app.context_processor(ways)
