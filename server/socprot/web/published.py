"""Put a site together: from a bundle, or from any RDF files."""

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from socprot import files, on_disk, queries
from socprot.engine import Engine, shelf
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import Limits
from socprot.engine.source import Source
from socprot.errors import GraphMissing
from socprot.web.site import Manifest, Site

_PIECE = 64 << 20  # bytes to hash at once: before each, it may wait for other threads
_LOG = logging.getLogger("socprot.engine")


def open_site(
    bundle: Path | None,
    datasets: Sequence[Path],
    address: str,
    limits: Limits,
    before: Engine | None = None,
) -> Site:
    """Load what is to be served and start its engine.

    Args:
        before: the engine of what was served before, which may have most of it.

    Raises:
        GraphMissing: the bundle or a file is missing or broken.
    """
    if bundle is not None and not datasets:
        check(bundle)
    site = described(bundle, datasets, address, limits, None, before)
    wait(site)
    return site


def check(bundle: Path) -> None:
    """See that the graph of a bundle is the one that was built: half of one may be well
    formed.

    Raises:
        GraphMissing: it is not.
    """
    path, digest = bundle / on_disk.GRAPH, _manifest(bundle).get("sha256")
    hashed = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                hashed.update(piece)
    except OSError as error:
        raise GraphMissing(
            f"{path} cannot be read ({error}); "
            "remove its folder and build it again with `socprot build`."
        ) from error
    if digest and hashed.hexdigest() != digest:
        raise GraphMissing(
            f"{path} is broken: it was changed or cut since it was built; "
            "remove its folder and build it again with `socprot build`."
        )


def wait(site: Site) -> None:
    """Wait until the graph of a site can be asked; its engine is closed otherwise.

    Raises:
        GraphMissing: it cannot be loaded.
    """
    if isinstance(site.engine, EmbeddedEngine):
        site.engine.ready()


def described(
    bundle: Path | None,
    datasets: Sequence[Path],
    address: str,
    limits: Limits,
    engine: EmbeddedEngine | None,
    before: Engine | None = None,
) -> Site:
    """All of a site but the graph, which its engine may still load: `wait` for it.

    With neither a bundle nor files the site says that it has nothing to serve.

    Raises:
        GraphMissing: the bundle or a file is missing or broken.
    """
    manifest = Manifest()
    published: Mapping[str, queries.Query] = {}
    try:
        if datasets:
            manifest = _of_files(datasets)
            engine = engine or _engine(datasets, datasets, manifest, limits)
        elif bundle is not None:
            manifest = _of_bundle(bundle)
            paths = [bundle / on_disk.GRAPH]
            engine = engine or _engine(bundle, paths, manifest, limits, before)
            published = queries.load(files.root() / "queries" / "competency")
    except GraphMissing:
        if engine is not None:
            engine.close()
        raise
    return Site(
        engine,
        published,
        queries.load(files.root() / "queries" / "page"),
        manifest,
        limits,
        address=address,
        proxies=_proxies(),
        bundle=None if datasets else bundle,
        on_disk=isinstance(engine, EmbeddedEngine) and engine.on_disk,
    )


def without_graph(address: str, limits: Limits, reason: str) -> Site:
    """A site that cannot answer queries, and says why."""
    return Site(
        None,
        queries.load(files.root() / "queries" / "competency"),
        queries.load(files.root() / "queries" / "page"),
        limits=limits,
        address=address,
        proxies=_proxies(),
        reason=reason,
    )


def _proxies() -> int:
    return int(os.environ.get("SOCPROT_PROXIES", "0"))


def _engine(
    source: Path | Sequence[Path],
    paths: Sequence[Path],
    manifest: Manifest,
    limits: Limits,
    before: Engine | None = None,
) -> EmbeddedEngine:
    """Hold what these files say in memory, or on disk where that is too much."""
    if shelf.is_large(paths):
        if not isinstance(source, Path):
            _LOG.warning("files kept on disk: values are as the engine spells them")
        store = shelf.fetch(paths, manifest.hash)
        return EmbeddedEngine(Source.stored(store), limits)
    known = before if isinstance(before, EmbeddedEngine) else None
    return EmbeddedEngine(source, limits, known)


def _manifest(bundle: Path) -> dict[str, Any]:
    try:
        held: dict[str, Any] = json.loads((bundle / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise GraphMissing(
            f"{bundle} is not a bundle, or a broken one ({error}); "
            "build it again with `socprot build`."
        ) from error
    return held


def _of_bundle(bundle: Path) -> Manifest:
    held = _manifest(bundle)
    return Manifest(
        hash=str(held.get("hash", bundle.name)),
        version=str(held.get("version", "")),
        built=str(held.get("built", ""))[:10],
        graphs=held.get("graphs", {}),
        classes=held.get("classes", {}),
        kinds=held.get("kinds", {}),
        canonical=str(held.get("canonical", "")),
        languages=tuple(held.get("languages", ("en",))),
    )


def _of_files(datasets: Sequence[Path]) -> Manifest:
    try:
        return Manifest(hash=shelf.digest(datasets), default_union=False)
    except OSError as error:
        raise GraphMissing(f"{error.filename} cannot be read: {error}") from error
