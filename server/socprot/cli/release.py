"""`socprot release` -- write down what a release changes."""

from datetime import datetime

import click

from socprot.cli.console import steps, told
from socprot.errors import BadParameter


@click.command()
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the release.  [default: today]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and stop.")
def release(day: datetime | None, dry_run: bool) -> None:
    """Write the ledger of this version: what it adds, changes, withdraws and removes.

    To be run once, just before a version is released, and committed with it. The
    version is that of pyproject.toml, and the header of the ontology must say the same.
    From the ledgers in data/release/ the change feed knows what is of which release.

    \b
    socprot release --dry-run
    socprot release --date 2026-12-01
    """
    from importlib.metadata import version

    from socprot import files, namespaces, news
    from socprot import release as releases
    from socprot.build import run

    now = version("socprot")
    chosen = (day or datetime.now()).date()
    before = releases.read()
    with steps() as watch:
        checked = run(watch)
    said = checked.whole.ask(
        f"CONSTRUCT {{ <{releases.HEADER}> ?p ?o }} WHERE {{ "
        f"GRAPH <{namespaces.ONTOLOGY}> {{ <{releases.HEADER}> ?p ?o }} }}"
    )
    releases.require_next(before, now, chosen, said)
    entries = releases.unreleased(checked.whole.history)
    if not entries:
        raise BadParameter("nothing has changed since the last release.")
    since = before[-1].version if before else ""
    click.echo(f"{now}: {news.notes(entries, since)}")
    if dry_run:
        return
    folder = files.root() / "data" / "release"
    folder.mkdir(exist_ok=True)
    for name, content in releases.ledger(now, chosen, entries).items():
        (folder / name).write_bytes(content)
        click.echo(files.name(folder / name))
    told("Commit both files, then `socprot build` anew.")
