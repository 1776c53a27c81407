"""What people are told while they wait: on standard error, apart from answers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def told(message: str) -> None:
    """Say something to whoever is watching."""
    click.echo(message, err=True)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Show the step under way; in a log, one plain line for each."""
    if not sys.stderr.isatty():
        yield lambda step: told(f"{step} ...")
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:

        def watch(step: str) -> None:
            status.update(step)

        yield watch
