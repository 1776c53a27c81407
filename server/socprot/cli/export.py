"""`socprot export` -- write the graph, a part of it, or one record."""

import sys
from pathlib import Path

import click

from socprot.errors import BadParameter

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
    "--format",
    "-f",
    "chosen",
    type=click.Choice(_FORMATS),
    default="turtle",
    show_default=True,
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
    chosen: str,
    inferred: bool,
    output: Path | None,
    folder: Path | None,
) -> None:
    """Write the graph, a part of it, or one record; the same bytes every time.

    RECORD is <kind>/<slug>, for instance event/2013-asean-summit-23; what describes it
    and its parts is written. Without it, the whole graph or the graphs chosen are.

    \b
    socprot export > socprot.ttl
    socprot export --graph data --format ntriples
    socprot export --kind event
    socprot export event/2013-asean-summit-23 --inferred --format jsonld
    socprot export --all release/
    """
    from socprot import bundle
    from socprot import export as exporting

    if sum(map(bool, (record, graphs, kind, folder))) > 1:
        raise BadParameter("choose one: a record, graphs, a kind, or --all.")
    if inferred and not record:
        raise BadParameter("--inferred goes with a record; use --graph inferred.")
    if folder is not None:
        from socprot import dump

        dump.write(dump.Source(bundle.require()), folder, [])
        return
    used = bundle.require()
    quads = exporting.read(used.graph)
    if record:
        quads = exporting.record(quads, record, inferred)
    elif kind:
        quads = exporting.kind(quads, kind)
    else:
        default = tuple(name for name in _GRAPHS if name != "shapes")
        quads = exporting.graphs(quads, graphs or default)
    content = exporting.write(quads, chosen, used.context)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise BadParameter(f"cannot write {output}: {error.strerror}.") from None
