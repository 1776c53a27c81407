"""What an engine serves: a bundle, or any RDF files; and how that becomes a store."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, Store, parse

from socprot.engine.spelling import MANY, Spellings, others
from socprot.errors import GraphMissing
from socprot.on_disk import DAMAGED, GRAPH

if TYPE_CHECKING:  # it needs rdflib, which takes long to import
    from socprot.engine.respelling import Respelling

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

_BATCH = 20_000  # quads that are held at a time

_TOO_MANY = (
    f"More than {MANY:,} values are spelt in ways that the engine does not keep:"
    " answers have its own spellings."
)


@dataclass(frozen=True)
class Source:
    """What to load.

    Attributes:
        folder: of a bundle, whose graph is to be in memory.
        files: RDF files, told apart by suffix; what they say without naming a graph
            is the default graph.
        store: one on disk that is to stay there, in place of both.
    """

    folder: str | None = None
    files: tuple[str, ...] = ()
    store: str | None = None

    @classmethod
    def of(cls, what: Path | Iterable[Path]) -> "Source":
        """The source that a bundle's folder, or a list of RDF files, is."""
        if isinstance(what, Path):
            return cls(folder=str(what.resolve()))
        return cls(files=tuple(str(path.resolve()) for path in what))

    @classmethod
    def stored(cls, store: Path) -> "Source":
        """What a store on disk holds, to be asked there."""
        return cls(store=str(store.resolve()))


@dataclass(frozen=True)
class Graph:
    """What a worker asks.

    Attributes:
        store: the triples, their values as the engine spells them.
        respelling: makes, of a query, what gives values back as they were written;
            None where they are.
        remark: what the operator should know, if anything.
        files: how many there are on disk; most are opened when first needed.
    """

    store: Store
    respelling: "Callable[..., Respelling] | None" = None
    remark: str = ""
    files: int = 0


def load(source: Source) -> Graph:
    """Read everything into memory.

    Raises:
        GraphMissing: a file is missing or broken.
    """
    store = Store()
    if source.folder:
        # What the build wrote is valid, and its hash is compared elsewhere: to validate
        # every term again would take as long as all the rest. It is spelt as it should.
        _load(store, Path(source.folder, GRAPH), lenient=True)
    files = [Path(file) for file in source.files]
    for file in files:
        _load(store, file)
    values = others(chain.from_iterable(map(_parsed, files)))
    if len(values) > MANY:
        return Graph(store, remark=_TOO_MANY)
    return _spelt(files, Spellings(values)) if values else Graph(store)


def _spelt(files: Iterable[Path], spellings: Spellings) -> Graph:
    """Read files that are valid once more, so that both have the same blank nodes."""
    from socprot.engine.columns import prepare
    from socprot.engine.respelling import Respelling

    prepare()
    store = Store()
    for quads in map(_parsed, files):
        while batch := list(islice(quads, _BATCH)):
            store.extend(batch)
            spellings.note(batch)
    return Graph(store, partial(Respelling, spellings))


def _parsed(path: Path) -> Iterator[Quad]:
    """What is in a file that was loaded before."""
    base = path.as_uri()
    return parse(
        path=path, format=format_of(path), base_iri=base, rename_blank_nodes=True
    )


def open_read_only(path: Path) -> Graph:
    """Open a store on disk. It starts threads: do so after the last fork.

    Raises:
        GraphMissing: it is missing or broken.
    """
    try:
        return Graph(Store.read_only(str(path)), files=len(list(path.iterdir())))
    except DAMAGED as error:
        raise GraphMissing(f"{path} is no store that can be opened: {error}") from error


def stamp(path: Path) -> tuple[int, ...]:
    """What tells whether a file is still the same, without reading it.

    Raises:
        OSError: there is none.
    """
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


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
