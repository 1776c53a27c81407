"""`socprot build` and `socprot check` -- from the sources to a bundle."""

import gc
import time
from pathlib import Path

import click

from socprot.cli.console import steps, told
from socprot.errors import BadParameter


@click.command()
@click.option(
    "--full",
    is_flag=True,
    help="Do everything anew, and compare with what there is: before a release.",
)
def build(full: bool) -> None:
    """Make a bundle of the sources, and put it to use.

    Reads ontology/, data/ and shapes/, converts the tables, reasons, checks, and packs.
    If anything is wrong, it says what, and the bundle in use stays as it was. Unchanged
    sources are recognised and not built again; of changed records and tables, only what
    the change touches is.
    """
    from socprot import bundle

    inputs = bundle.inputs()
    known = bundle.current()
    if known is not None and known.hash == inputs.hash and not full:
        told(f"Nothing has changed since bundle {inputs.hash[:12]}.")
        return
    from socprot.build import build as make

    begun = time.monotonic()
    # A build ends soon, and nearly all that it makes lives as long: to look for what
    # could be freed took a tenth of its time, and found a tenth of its memory.
    gc.disable()
    with steps() as watch:
        made, _ = make(watch, full, inputs)
    held = made.manifest
    told(
        f"Bundle {made.hash[:12]}: {held['records']:,} records, "
        f"{held['triples']:,} triples, in {time.monotonic() - begun:.1f} s."
    )
    if count := held["warnings"]:
        told(f"{count} {'warning' if count == 1 else 'warnings'}: see `socprot check`.")


@click.command()
@click.option(
    "--owlrl",
    is_flag=True,
    help="Let owlrl, the reference reasoner, infer everything too, and compare.",
)
@click.argument(
    "records",
    metavar="[FILE]...",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def check(records: tuple[Path, ...], owlrl: bool) -> None:
    """Check the sources: everything that `build` does, but packing.

    Prints what the shapes merely warn of; only violations make it fail. With files of
    data/, checks only what a change of these records touches, in about two seconds.

    \b
    socprot check
    socprot check data/event/2013-asean-summit-23.ttl
    """
    if records:
        if owlrl:
            raise BadParameter("--owlrl closes the whole graph; leave the files out.")
        from socprot import touched

        count = touched.run(records)
        told(f"{count:,} records that the change touches are in order.")
        return
    from socprot import build
    from socprot import check as judge

    with steps() as watch:
        checked = build.run(watch, owlrl)
    for warning in judge.warnings(checked.findings, checked.places):
        click.echo(str(warning))
    told(f"{checked.whole.tally.triples:,} triples are in order.")
