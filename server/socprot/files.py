"""
Find things on disk, and put them there. The only module that knows where all lives.

An installed wheel carries the graph inside the package (`socprot/_graph/`); a
checkout, and an editable install of one, has it at the top of the repository.
Bundles are derived, so they are kept apart: in `.bundles/` of a checkout, in the
user's cache folder otherwise, or where `SOCPROT_BUNDLES` says.
"""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from platformdirs import user_cache_path

from socprot.errors import GraphMissing

Part: TypeAlias = Literal["ontology", "data", "shapes", "queries"]

_SOURCES = {".csv", ".json", ".rq", ".ttl"}
_PACKAGE = Path(__file__).resolve().parent
_WHEEL = _PACKAGE / "_graph"
_CHECKOUT = _PACKAGE.parents[1]


def root() -> Path:
    """The folder that holds ontology/, data/, shapes/ and queries/.

    `SOCPROT_ROOT` names another one, for instance a fork's.

    Raises:
        GraphMissing: it is nowhere.
    """
    return _root(os.environ.get("SOCPROT_ROOT"))


@cache  # it is asked for with every file, and does not move
def _root(chosen: str | None) -> Path:
    places = (Path(chosen),) if chosen else (_WHEEL, _CHECKOUT)
    for place in places:
        if (place / "ontology").is_dir():
            return place
    where = " or ".join(str(place) for place in places)
    raise GraphMissing(f"There is no folder ontology/ in {where}; install again.")


def turtle(part: Part) -> list[Path]:
    """Every Turtle file of one part, in a stable order."""
    return sorted((root() / part).rglob("*.ttl"))


def tables() -> list[Path]:
    """Every CSV table, in a stable order."""
    return sorted((root() / "data" / "table").glob("*.csv"))


def ledgers() -> list[Path]:
    """The ledger of every release, in a stable order."""
    return sorted((root() / "data" / "release").glob("*.csv"))


def sources() -> list[Path]:
    """Every file that the graph is made of, in a stable order."""
    parts: tuple[Part, ...] = ("ontology", "data", "shapes", "queries")
    found = [path for part in parts for path in (root() / part).rglob("*")]
    return sorted(path for path in found if path.suffix in _SOURCES)


def name(path: Path) -> str:
    """The path of a source below the root, as messages give it."""
    return path.relative_to(root()).as_posix()


def bundles() -> Path:
    """The folder that holds the bundles; it may not exist yet."""
    if chosen := os.environ.get("SOCPROT_BUNDLES"):
        return Path(chosen)
    if root() == _CHECKOUT:
        return _CHECKOUT / ".bundles"
    return user_cache_path("socprot") / "bundles"


def put(path: Path, content: bytes) -> None:
    """Write beside and rename, so that nobody reads half of a file.

    Raises:
        OSError: there is no room, or no right to write.
    """
    descriptor, beside = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(beside).chmod(0o644)
    Path(beside).replace(path)
