"""`socprot build` and `socprot check` -- from the sources to a bundle."""

import time

import click

from socprot.cli.console import steps, told


@click.command()
def build() -> None:
    """Make a bundle of the sources, and put it to use.

    Reads ontology/, data/ and shapes/, converts the tables, reasons, checks, and packs.
    If anything is wrong, it says what, and the bundle in use stays as it was. Unchanged
    sources are recognised and not built again.
    """
    from socprot import bundle

    name = bundle.inputs()
    known = bundle.current()
    if known is not None and known.hash == name:
        told(f"Nothing has changed since bundle {name[:12]}.")
        return
    from socprot.build import build as make

    begun = time.monotonic()
    with steps() as watch:
        made, _ = make(watch)
    held = made.manifest
    told(
        f"Bundle {made.hash[:12]}: {held['records']:,} records, "
        f"{held['triples']:,} triples, {held['warnings']} warnings, "
        f"in {time.monotonic() - begun:.1f} s."
    )


@click.command()
@click.option(
    "--owlrl",
    is_flag=True,
    help="Let owlrl, the reference reasoner, infer everything too, and compare.",
)
def check(owlrl: bool) -> None:
    """Check the sources: everything that `build` does, but packing.

    Prints what the shapes merely warn of; only violations make it fail.
    """
    from socprot import build
    from socprot import check as judge

    with steps() as watch:
        checked = build.run(watch, owlrl)
    for warning in judge.warnings(checked.findings, checked.places):
        click.echo(str(warning))
    told(f"{len(checked.union):,} triples are in order.")
