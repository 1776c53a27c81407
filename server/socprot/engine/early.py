"""Begin with the graph before anything else is imported, an engine included.

Whoever waits for the first answer of a server would wait for its graph above all. So a
bundle is asked where it lies on disk at first, if it is there as a store; the server
goes over to memory once it has loaded it, as it goes over to a new bundle.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from socprot import on_disk
from socprot.engine import shelf
from socprot.engine.cradle import Cradle
from socprot.engine.limits import Limits
from socprot.engine.source import Source
from socprot.engine.stats import Stats
from socprot.engine.workers import Workers


def begin(
    nursery: Cradle, bundle: Path | None, datasets: Sequence[Path], limits: Limits
) -> Workers | None:
    """Open a bundle, or begin to load it or RDF files, for an engine to come.

    None where there is neither, where it is not there, or large: that takes care. The
    nursery, which was started to hold it, is ended then.
    """
    source = _source(bundle, datasets)
    if source is not None:
        return Workers(source, limits, Stats(), nursery=nursery)
    nursery.end()
    return None


def _source(bundle: Path | None, datasets: Sequence[Path]) -> Source | None:
    paths = datasets or ([bundle / on_disk.GRAPH] if bundle else [])
    with suppress(OSError):
        if paths and not shelf.is_large(paths):
            store = on_disk.find(bundle) if bundle and not datasets else None
            return (
                Source.stored(store) if store else Source.of(datasets or bundle or ())
            )
    return None
