"""`socprot serve` -- publish the bundle, or any RDF files."""

from pathlib import Path

import click

from socprot.engine.limits import Limits


@click.command()
@click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, show_envvar=True
)
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    show_envvar=True,
    help="0 takes any free port, and says which.",
)
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve this RDF file instead of the built graph; may be repeated.",
)
@click.option(
    "--timeout",
    envvar="SOCPROT_TIMEOUT",
    type=click.IntRange(1, 3600),
    default=int(Limits.timeout_ceiling),
    show_default=True,
    show_envvar=True,
    metavar="SECONDS",
    help="The longest that a query may ask for; a very large graph may need more.",
)
def serve(host: str, port: int, datasets: tuple[Path, ...], timeout: int) -> None:
    """Serve the graph on the web, as pages, as RDF and as a SPARQL endpoint.

    Without a bundle, one is built first. After each `socprot build` the server goes
    over to the new bundle by itself, and no request fails for it. A graph of more than
    SOCPROT_IN_MEMORY (256 MB of files) is loaded into a store on disk, and served from
    there.
    """
    from socprot.engine.cradle import Cradle

    nursery = Cradle.start()  # meanwhile, we see what it is to hold
    from socprot import bundle
    from socprot.cli.console import steps
    from socprot.serve import run

    made = None
    if not datasets:
        made = bundle.current()
        if made is None:
            from socprot.build import build

            with steps() as watch:
                made, _ = build(watch)
    limits = Limits(timeout=min(timeout, Limits.timeout), timeout_ceiling=timeout)
    status = run(host, port, made.path if made else None, datasets, limits, nursery)
    raise click.exceptions.Exit(status)
