"""Begin to load the graph before anything else is imported, an engine included.

Whoever waits for the first answer of a server waits for its graph above all.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from socprot.engine import shelf
from socprot.engine.cradle import Cradle
from socprot.engine.limits import Limits
from socprot.engine.source import Source
from socprot.engine.stats import Stats
from socprot.engine.workers import Workers


def begin(
    nursery: Cradle, bundle: Path | None, datasets: Sequence[Path], limits: Limits
) -> Workers | None:
    """Begin to load RDF files, or else a bundle, for an engine to come.

    None where there is neither, where it is not there, or large: that takes care. The
    nursery, which was started to load it, is ended then.
    """
    paths = datasets or ([bundle / "graph.nq"] if bundle else [])
    with suppress(OSError):
        if paths and not shelf.is_large(paths):
            source = Source.of(datasets or bundle or ())
            return Workers(source, limits, Stats(), nursery=nursery)
    nursery.end()
    return None
