"""`socprot fmt` -- put Turtle files into canonical form."""

import sys
from pathlib import Path

import click

from socprot import files, turtle
from socprot.errors import BadTurtle


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a file would be.")
@click.argument(
    "paths",
    nargs=-1,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)
def fmt(check: bool, paths: tuple[Path, ...]) -> None:
    """Put Turtle files into canonical form.

    PATHS are files or folders; without any, all files of ontology/, data/ and shapes/.
    With `-`, standard input is formatted to standard output.
    """
    changed = refused = 0
    for path in _selected(paths):
        dash = str(path) == "-"
        try:
            text = sys.stdin.read() if dash else _read(path)
            result = turtle.canonical(text)
        except BadTurtle as error:
            where = f"{_named(path)}:{error.line}" if error.line else _named(path)
            click.echo(f"{where}: {error}", err=True)
            refused += 1
            continue
        if dash and not check:
            click.echo(result, nl=False)
        elif text != result:
            changed += 1
            click.echo(_named(path), err=check)
            if not check:
                path.write_text(result, encoding="utf-8", newline="\n")
    if check and changed:
        click.echo(f"{changed} not in canonical form: run `socprot fmt`.", err=True)
    if refused or (check and changed):
        raise click.exceptions.Exit(1)


def _selected(paths: tuple[Path, ...]) -> list[Path]:
    if not paths:
        parts = (files.turtle(part) for part in ("ontology", "data", "shapes"))
        return [path for part in parts for path in part]
    return [
        path
        for chosen in paths
        for path in (sorted(chosen.rglob("*.ttl")) if chosen.is_dir() else [chosen])
    ]


def _named(path: Path) -> str:
    """The path of a source as all messages give it; of another file, as given."""
    try:
        return files.name(path.absolute())
    except ValueError:  # it is not below the root
        return str(path)


def _read(path: Path) -> str:
    """Read a file as it is: a carriage return makes it differ, and is removed."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadTurtle(f"it is not UTF-8 text ({error.reason})") from None
