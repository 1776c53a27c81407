"""
`socprot` -- the command line, and the only place that prints.

Each command is a module of this package. What a command needs beyond click is imported
when it runs, so that `socprot --help` and `socprot fmt` answer at once.
"""

import os
import sys

import click

from socprot.cli.build import build, check
from socprot.cli.diff import diff
from socprot.cli.export import export
from socprot.cli.fmt import fmt
from socprot.cli.new import new
from socprot.cli.query import query
from socprot.cli.release import release
from socprot.cli.serve import serve
from socprot.errors import SocprotError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="socprot", message="%(prog)s %(version)s")
def commands() -> None:
    """Build, ask, export and serve the knowledge graph of social protection in ASEAN.

    The sources are folders of Turtle files, tables and queries; `build` makes one
    bundle of them, and the other commands use that bundle.
    """


for command in (build, check, serve, query, export, diff, release, fmt, new):
    commands.add_command(command)


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
