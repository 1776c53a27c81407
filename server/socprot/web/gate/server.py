"""Put together what granian serves: the site, its gateway, and what watches both."""

import gc
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from socprot import on_disk
from socprot.engine import lexer, shelf
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import Limits
from socprot.engine.workers import Workers
from socprot.errors import GraphMissing
from socprot.traffic import Traffic
from socprot.web import create_app
from socprot.web.gate.express import Express
from socprot.web.gate.gateway import Gateway, Served
from socprot.web.gate.renewal import Busy, Renewal
from socprot.web.published import check, described, open_site, wait, without_graph
from socprot.web.site import Site
from socprot.web.wire import log, stalled
from socprot.web.wire.exchange import Exchange
from socprot.web.wire.metrics import Metrics

_LOOK = 0.5  # seconds between looks at the connections


def _opened(
    bundle: Path | None,
    datasets: Sequence[Path],
    address: str,
    limits: Limits,
    workers: Workers | None,
    metrics: Metrics,
) -> tuple[Site, Served]:
    """The site of what is loaded, and its application, which is made meanwhile.

    A bundle that is missing or broken is refused with a sentence, and so is every
    query; but the server runs, so that `/readyz` and every page can say why, and goes
    over to the next bundle once that is built.

    Raises:
        GraphMissing: a file that was asked for is missing or broken.
    """
    engine = EmbeddedEngine(workers) if workers else None
    try:
        with ThreadPoolExecutor(1) as pool:  # to hash takes no time from Python
            whole = pool.submit(check, bundle) if bundle and not datasets else None
            if whole and engine is None:
                whole.result()  # before one is begun
            site = described(bundle, datasets, address, limits, engine)
            served = _served(site, metrics)
            if not _is_provisional(bundle, workers):
                # The graph takes longer; so there is time for what would come later.
                lexer.prepare()
                gc.collect()
            if whole:
                whole.result()
        wait(site)
    except GraphMissing as error:
        if datasets or bundle is None:
            raise
        if engine:
            engine.close()
        print(f"socprot: {error}", file=sys.stderr, flush=True)
        # The world need not know where it is.
        reason = str(error).replace(f"{bundle}/", "").replace(str(bundle), "it")
        site = without_graph(address, limits, f"The bundle is refused: {reason}")
        served = _served(site, metrics)
    return site, served


def make(
    bundle: Path | None,
    datasets: Sequence[Path],
    address: str,
    limits: Limits,
    workers: Workers | None,
    traffic: Traffic,
    announce: Callable[[], None],
) -> Gateway:
    """The gateway of a site, which tells by `announce` once it serves.

    Args:
        bundle: what is to be served, and what a new one may take the place of.
        datasets: what is to be served in place of a bundle.
        limits: of every engine, this one and those that come after it.
        workers: who loads it already, if anybody does.

    Raises:
        GraphMissing: a file that was asked for is missing or broken.
    """
    metrics = Metrics()
    site, served = _opened(bundle, datasets, address, limits, workers, metrics)

    def load(path: Path, before: Site) -> Site:
        return open_site(path, (), address, limits, before.engine)

    def switch(new: Site) -> Busy:
        return gateway.switch(_served(new, metrics))

    stopped = threading.Event()
    renewal = Renewal(site, bundle, _is_provisional(bundle, workers), load, switch)
    requests = log.Requests(sys.stderr)

    def observe(exchange: Exchange) -> None:
        requests.note(exchange)
        metrics.observe(exchange)

    def start() -> None:
        threading.Thread(target=serving, name="announcer", daemon=True).start()
        renewal.start()

    def serving() -> None:
        announce()  # waits until the server listens
        stalled.limit(traffic.stalled)
        while not (site.proxies or stopped.wait(_LOOK)):  # a proxy has all of them
            gateway.crowd.look(time.monotonic())

    def stop() -> None:
        stopped.set()
        requests.write()
        renewal.stop()

    gateway = Gateway(served, traffic, observe, start, stop)
    return gateway


def _is_provisional(bundle: Path | None, workers: Workers | None) -> bool:
    """Whether a bundle that belongs into memory was opened on disk, to be quick."""
    if bundle is None or workers is None or workers.source.store is None:
        return False
    with suppress(OSError):
        return not shelf.is_large([bundle / on_disk.GRAPH])
    return False


def _served(site: Site, metrics: Metrics) -> Served:
    app = create_app(site, metrics)
    return Served(app.wsgi_app, app.extensions["socprot.cache"], Express(site))
