"""
The scripts and styles that are bundled for the browser (`server/browser/`).

Pages read well without them: where they were not built, a page just names none.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from markupsafe import Markup

BUILT = Path(__file__).parents[1] / "static" / "built"
LICENCES = "licences.txt"


def register(app: Flask) -> None:
    """Let templates name what is built."""
    app.jinja_env.globals["assets"] = tags
    app.jinja_env.globals["licences"] = licences


def tags(entry: str) -> Markup:
    """The elements that load an entry of `server/browser/src/entry/`, for the head."""
    parts = []
    if f"{entry}.css" in names():
        place = url_for("static", filename=f"built/{entry}.css")
        parts.append(Markup('<link rel="stylesheet" href="{}">').format(place))
    if f"{entry}.js" in names():
        place = url_for("static", filename=f"built/{entry}.js")
        parts.append(Markup('<script type="module" src="{}"></script>').format(place))
    return Markup("\n").join(parts)


def licences() -> str | None:
    """Where the licences of the bundled packages are; None where nothing is built."""
    if LICENCES not in names():
        return None
    return url_for("static", filename=f"built/{LICENCES}")


def parts() -> Mapping[str, str]:
    """The text of the licence of each bundled package, by name, version and licence."""
    if LICENCES not in names():
        return {}
    text = (BUILT / LICENCES).read_text(encoding="utf-8")
    _, *blocks = re.split(r"^={72}$\n", text, flags=re.MULTILINE)
    named = (re.split(r"^-{72}$\n", block, maxsplit=1, flags=re.M) for block in blocks)
    return {name.strip(): licence.strip() for name, licence in named}


@cache
def names() -> frozenset[str]:
    """What is built, by file name; looked up once."""
    return frozenset(path.name for path in BUILT.glob("*"))
