"""Put together what granian serves: the site, its gateway, and what watches both."""

import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from socprot.engine import lexer
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
_LOG = logging.getLogger("socprot.engine")


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
    engine = _begun(workers)
    try:
        with ThreadPoolExecutor(1) as pool:  # to hash takes no time from Python
            whole = pool.submit(check, bundle) if bundle and not datasets else None
            if whole and engine is None:
                whole.result()  # before one is begun
            site = described(bundle, datasets, address, limits, engine)
            served = _served(site, metrics)
            if whole:
                whole.result()
        if not (engine and engine.on_disk):
            # The graph takes longer; so there is time for what would come later.
            lexer.prepare()
            gc.collect()
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


def _begun(workers: Workers | None) -> EmbeddedEngine | None:
    """The engine over what is loaded, or on disk; there, it can be asked already.

    A store on disk that cannot be opened is told of, and done without.
    """
    if workers is None:
        return None
    engine = EmbeddedEngine(workers)
    if engine.on_disk:
        try:
            engine.ready()
        except GraphMissing as error:
            _LOG.warning("the graph is loaded first: %s", error)
            return None
    return engine


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

    stopped, proxies = threading.Event(), site.proxies
    # What is to stay on disk, nobody has begun with.
    renewal = Renewal(site, bundle, workers is not None and site.on_disk, load, switch)
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
        while not (proxies or stopped.wait(_LOOK)):  # a proxy has all of them
            gateway.crowd.look(time.monotonic())

    def stop() -> None:
        stopped.set()
        requests.write()
        renewal.stop()

    gateway = Gateway(served, traffic, observe, start, stop)
    return gateway


def _served(site: Site, metrics: Metrics) -> Served:
    app = create_app(site, metrics)
    return Served(app.wsgi_app, app.extensions["socprot.cache"], Express(site))
