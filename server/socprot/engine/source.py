"""What an engine serves: a bundle, or any RDF files; and how that becomes a store."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from socprot.errors import GraphMissing

FORMATS = {
    ".jsonld": RdfFormat.JSON_LD,
    ".n3": RdfFormat.N3,
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".xml": RdfFormat.RDF_XML,
}

STORE = "store"  # the folder of a store on disk


@dataclass(frozen=True)
class Source:
    """What to load.

    Attributes:
        folder: what holds `graph.nq`, or a folder `store` made of it where that would
            be too large for the memory (see `socprot.engine.shelf`).
        files: RDF files, told apart by suffix; what they say without naming a graph
            is the default graph.
    """

    folder: str | None = None
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, what: Path | Iterable[Path]) -> "Source":
        """The source that a bundle's folder, or a list of RDF files, is."""
        if isinstance(what, Path):
            return cls(folder=str(what.resolve()))
        return cls(files=tuple(str(path.resolve()) for path in what))

    @property
    def on_disk(self) -> Path | None:
        """The store's folder, where the graph is to stay on disk."""
        if self.folder and (store := Path(self.folder, STORE)).is_dir():
            return store
        return None


def load(source: Source) -> Store:
    """Read everything into memory.

    Raises:
        GraphMissing: a file is missing or broken.
    """
    store = Store()
    if source.folder:
        # What the build wrote is valid, and its hash is compared elsewhere: to validate
        # every term again would take as long as all the rest.
        _load(store, Path(source.folder, "graph.nq"), lenient=True)
    for file in source.files:
        _load(store, Path(file))
    return store


def open_read_only(path: Path) -> Store:
    """Open a store on disk. It starts threads: do so after the last fork.

    Raises:
        GraphMissing: it is missing or broken.
    """
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise GraphMissing(f"{path} is no store that can be opened: {error}") from error


def format_of(path: Path) -> RdfFormat:
    """The format of a file, by its name.

    Raises:
        GraphMissing: it is none of those that are known.
    """
    rdf_format = FORMATS.get(path.suffix.lower())
    if rdf_format is None:
        raise GraphMissing(
            f"{path} is not RDF by its name; use one of {', '.join(sorted(FORMATS))}."
        )
    return rdf_format


def _load(store: Store, path: Path, *, lenient: bool = False) -> None:
    rdf_format, base = format_of(path), path.as_uri()
    try:
        store.load(path=str(path), format=rdf_format, base_iri=base, lenient=lenient)
    except OSError as error:
        raise GraphMissing(f"{path} cannot be read: {error}") from error
    except (SyntaxError, ValueError) as error:
        raise GraphMissing(f"{path} is broken: {error}") from error
