"""
`socprot` -- the command line, and the only place that prints.

Each command is a module of this package, imported when it is asked for; and what it
needs beyond click when it runs, so that `socprot --help` answers at once.
"""

import os
import sys
from importlib import import_module

import click

from socprot.errors import SocprotError

# The commands, and in which module each is.
_COMMANDS = {
    "build": "build",
    "check": "build",
    "serve": "serve",
    "query": "query",
    "export": "export",
    "diff": "diff",
    "release": "release",
    "fmt": "fmt",
    "new": "new",
}


class _Commands(click.Group):
    """Imports the command that is run, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"socprot.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="socprot", message="%(prog)s %(version)s")
def commands() -> None:
    """Build, ask, export and serve the knowledge graph of social protection in ASEAN.

    The sources are folders of Turtle files, tables and queries; `build` makes one
    bundle of them, and the other commands use that bundle.
    """


def main() -> None:
    """Run a command; an error is one message on standard error, and a status of 1."""
    try:
        status = commands.main(prog_name="socprot", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SocprotError as error:
        click.echo(f"socprot: {error}", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has enough of it; the interpreter must not find out
        # once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
