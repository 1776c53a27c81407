"""`socprot export` -- write the graph, a part of it, or one record."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from socprot.errors import BadParameter

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from socprot.cli.query import Answer

_FORMATS = ("turtle", "ntriples", "jsonld", "rdfxml", "nquads", "trig")
_GRAPHS = ("catalogue", "data", "inferred", "ontology", "shapes")


@click.command()
@click.argument("record", required=False)
@click.option(
    "--graph",
    "-g",
    "graphs",
    multiple=True,
    type=click.Choice(_GRAPHS),
    help="Only this graph; may be repeated.  [default: all but shapes]",
)
@click.option("--kind", "-k", help="Only what is asserted of the records of a kind.")
@click.option(
    "--query",
    "-q",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only the triples that a CONSTRUCT query makes.",
)
@click.option(
    "--format",
    "-f",
    "chosen",
    type=click.Choice(_FORMATS),
    default="turtle",
    show_default=True,
)
@click.option(
    "--depth",
    "-d",
    type=click.IntRange(min=0),
    default=0,
    help="With RECORD: add what can be reached in so many steps.",
)
@click.option("--inferred", is_flag=True, help="With RECORD: add what was inferred.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file.  [default: standard output]",
)
@click.option(
    "--all",
    "folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write every file that /export/ offers into this folder, with SHA256SUMS.",
)
def export(
    record: str | None,
    graphs: tuple[str, ...],
    kind: str | None,
    query: Path | None,
    chosen: str,
    depth: int,
    inferred: bool,
    output: Path | None,
    folder: Path | None,
) -> None:
    """Write the graph, a part of it, or one record; the same bytes every time.

    RECORD is <kind>/<slug>, for instance event/2013-asean-summit-23. Without it, the
    whole graph or the graphs chosen are written.

    \b
    socprot export > socprot.ttl
    socprot export --graph data --format ntriples
    socprot export --kind event
    socprot export event/2013-asean-summit-23 --depth 2 --format jsonld
    socprot export --query mine.rq --output mine.ttl
    socprot export --all release/
    """
    from socprot import bundle, reach
    from socprot import export as exporting

    if sum(map(bool, (record, graphs, kind, query, folder))) > 1:
        raise BadParameter("choose one: a record, graphs, a kind, a query, or --all.")
    if (inferred or depth) and not record:
        raise BadParameter("--inferred and --depth go with a record.")
    used = bundle.require()
    if folder is not None:
        from socprot import dump

        dump.write(dump.Source(used), folder, [])
        return
    topic = reach.iri(record) if record else None
    quads: Iterable[Quad]
    if query:
        quads = _constructed(query)
    elif topic:
        describe = reach.within(exporting.read(used.graph), inferred)
        quads = reach.reach(topic, depth, describe)
    elif kind:
        quads = exporting.kind(exporting.read(used.graph), kind)
    else:
        default = tuple(name for name in _GRAPHS if name != "shapes")
        quads = exporting.graphs(exporting.read(used.graph), graphs or default)
    _write(exporting.write(quads, chosen, used.context, topic), output)


def _constructed(path: Path) -> "Iterable[Quad]":
    """The triples that a query makes.

    Raises:
        BadParameter: it makes none.
    """
    from pyoxigraph import Quad, QueryTriples

    from socprot.cli.query import answer

    def quads(found: "Answer") -> list[Quad]:
        if not isinstance(found, QueryTriples):
            raise BadParameter(
                f"{path} asks for rows: write a CONSTRUCT query, "
                "or use `socprot query`."
            )
        return [Quad(*triple) for triple in found]

    return answer(path.read_text(encoding="utf-8"), quads)


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise BadParameter(f"cannot write {output}: {error.strerror}.") from None
