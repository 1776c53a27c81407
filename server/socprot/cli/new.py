"""`socprot new` -- write a record ready to fill in."""

import click

from socprot import files, record
from socprot.cli.console import told


@click.command()
@click.argument("kind")
@click.argument("slug")
def new(kind: str, slug: str) -> None:
    """Write the record data/KIND/SLUG.ttl, ready to fill in.

    It has a line for everything that its shape asks for, and you are told what else it
    may have. Fill in each TODO, then run `socprot fmt` and `socprot check`.

    \b
    socprot new event 2025-asean-summit-46
    """
    path, more = record.create(kind, slug)
    click.echo(files.name(path))
    if more:
        told(f"Where it is known, add {', '.join(more)}.")
    told("Fill in each TODO, then run `socprot fmt` and `socprot check`.")
