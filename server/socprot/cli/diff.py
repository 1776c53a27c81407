"""`socprot diff` -- what changed between two versions of the graph."""

import json
from pathlib import Path

import click


@click.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, with every triple.")
@click.option(
    "--long", "-l", is_flag=True, help="Show what is said of new and removed ones, too."
)
@click.option("--exit-code", is_flag=True, help="Fail if anything changed.")
def diff(
    old: Path, new: Path | None, as_json: bool, long: bool, exit_code: bool
) -> None:
    """Say which terms and records were added, changed or removed from OLD to NEW.

    Each is a bundle, a dump in any RDF format, or a folder of Turtle files; without
    NEW, the bundle in use. What was inferred is not compared: it follows from the rest.

    \b
    socprot diff socprot-2026.1.nq
    socprot diff ../before/data data --long
    """
    from socprot import bundle
    from socprot import diff as comparing

    place = new or bundle.require().path
    found = comparing.compare(comparing.read(old), comparing.read(place))
    if as_json:
        click.echo(json.dumps(found.document(), ensure_ascii=False, indent=2))
    else:
        _tell(found.document(), long)
    if exit_code and found:
        raise click.exceptions.Exit(1)


def _tell(found: dict[str, object], long: bool) -> None:
    if found["old"] or found["new"]:
        versions = (found[side] or "unknown" for side in ("old", "new"))
        click.echo(f"Version {' to '.join(map(str, versions))}.")
    for part in ("added", "changed", "deprecated", "removed"):
        changes = found[part]
        assert isinstance(changes, list)
        if changes:
            click.echo(f"\n{part.capitalize()} ({len(changes)}):")
        for one in changes:
            label = f"  {one['label']}" if one["label"] else ""
            click.echo(f"  {one['name']}{label}")
            if long or part in ("changed", "deprecated"):
                for sign, lines in (("-", one["removed"]), ("+", one["added"])):
                    for line in lines:
                        click.echo(f"    {sign} {line}")
    if not any(found[part] for part in ("added", "changed", "deprecated", "removed")):
        click.echo("Nothing has changed.")
