"""The directory of what is served, read when it is first of use, and its index."""

import threading
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

from socprot import directory
from socprot.directory import Directory, Entry
from socprot.errors import GraphMissing
from socprot.queries import Query
from socprot.search import Index
from socprot.web.kinds import ranks
from socprot.web.site import Site, site

_READING = threading.Lock()


def known() -> Directory:
    """The directory of this site."""
    return _both(site())[0]


def in_path(name: str) -> str:
    """The name of a record, as it is written in the path of an address (RFC 3986)."""
    return quote(name, safe="/-._~")


def index() -> Index:
    """The names in it, ready to be searched."""
    return _both(site())[1]


@cache
def facets() -> Mapping[str, Query]:
    """The queries that define the facets."""
    return directory.facet_queries()


def _both(held: Site) -> tuple[Directory, Index]:
    with _READING:  # or a hundred first readers would read it a hundred times
        return _read(held.bundle, held.manifest.hash)


@lru_cache(maxsize=2)
def _read(bundle: Path | None, _hash: str) -> tuple[Directory, Index]:
    path = bundle / directory.FILE if bundle else None
    try:
        found = directory.read(path) if path and path.exists() else Directory({})
    except ValueError as error:
        raise GraphMissing(
            f"{error}; remove the bundle and build it again with `socprot build`."
        ) from error
    if not found.entries:
        found = _asked()
    return found, Index(found, ranks())


def _asked() -> Directory:
    """What the labels of other data tell; as many of them as one page may ask for."""
    entries: dict[str, Entry] = {}
    for name, language, label in _labels():
        entry = entries.setdefault(name, Entry(name))
        if language in entry.labels:
            if label not in (*entry.labels.values(), *entry.others):
                entry.others.append(label)
        else:
            entry.labels[language] = label
    return Directory(dict(sorted(entries.items())))


def _labels() -> Iterator[tuple[str, str, str]]:
    for row in site().rows("labels"):
        name = row["name"]
        yield directory.short(row["record"].value), name.language or "en", name.value
