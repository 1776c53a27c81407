"""`/threats` -- what may be tried against this server, and why it fails."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, render_template

from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

bp = Blueprint("threats", __name__)

_MODEL = Path(__file__).with_name("threats.toml")


@dataclass(frozen=True)
class Threat:
    """One class of attack.

    Attributes:
        name: what the page calls it in addresses.
        attack: what could happen.
        defence: what we do about it.
        tests: the node ids of the tests that prove it.
    """

    name: str
    title: str
    attack: str
    defence: str
    tests: tuple[str, ...]


def load() -> list[Threat]:
    """Read the threat model."""
    with _MODEL.open("rb") as file:
        held = tomllib.load(file)["threat"]
    return [Threat(**{**entry, "tests": tuple(entry["tests"])}) for entry in held]


@bp.get("/threats")
def threats() -> Response:
    """Show the threat model."""
    etag = fingerprint("threats", _MODEL.read_text(encoding="utf-8"))
    if unchanged(etag):
        return not_modified(etag)
    return page(render_template("threats/threats.html", threats=load()), etag)
