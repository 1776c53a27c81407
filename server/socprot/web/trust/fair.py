"""`/fair` -- how findable, accessible, interoperable and reusable this is."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, render_template

from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("fair", __name__)

_METRICS = Path(__file__).with_name("fair.toml")


@dataclass(frozen=True)
class Metric:
    """One metric of F-UJI.

    Attributes:
        name: its identifier.
        answer: how it is met.
        test: the name of the test that proves it.
    """

    name: str
    title: str
    answer: str
    test: str


def load() -> list[Metric]:
    """Read the assessment."""
    with _METRICS.open("rb") as file:
        return [Metric(**entry) for entry in tomllib.load(file)["metric"]]


@bp.get("/fair")
def fair() -> Response:
    """Show the assessment."""
    etag = fingerprint("fair", _METRICS.read_text(encoding="utf-8"))
    if unchanged(etag):
        return not_modified(etag)
    return page(render_template("threats/fair.html", metrics=load()), etag)
