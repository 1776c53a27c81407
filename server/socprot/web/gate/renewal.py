"""
Serve a new bundle without a restart.

Twenty times a second the link to the bundle in use is read. Where it names another
bundle than the one that is served, that one is loaded beside it, takes its place
between two requests, and the old one goes when its last answer is complete: no
connection is closed for it and no request fails. Of a graph in memory, only what
differs is loaded: see `engine.succession`. A bundle that cannot be loaded is told of
once, and the old one stays.

A server that was just started may serve its bundle from disk, to answer at once (see
`engine.early`): it goes over to the same one in memory.
"""

import gc
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from socprot import bundle, files
from socprot.errors import SocprotError
from socprot.web.site import Site

_GLANCE = 0.05  # seconds between looks at the link
_PATIENCE = 0.05  # seconds between looks at the answers under way
_AGAIN = 10.0  # seconds until it is tried again to load one into memory
_LOG = logging.getLogger("socprot.renewal")

# Tells whether an application still works on a request.
Busy = Callable[[], bool]


class Renewal:
    """Watches the bundle in use, and which site serves it."""

    def __init__(
        self,
        site: Site,
        bundle: Path | None,
        provisional: bool,
        load: Callable[[Path, Site], Site],
        switch: Callable[[Site], Busy],
    ) -> None:
        """Begin with `site`.

        Args:
            bundle: what it serves, or would if that were not broken.
            provisional: whether the same bundle, loaded anew, would serve better.
            load: makes the site of a bundle, beside the site that is served.
            switch: puts a site in the place of the one before it.
        """
        self._site = site
        self._load = load
        self._switch = switch
        self._bundle = bundle
        self._provisional = provisional
        self._seen = _version(bundle) if bundle else None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Go over to memory, where that is better; then watch the folder of bundles,
        if what is served is one of them."""
        threading.Thread(target=self._run, name="renewal", daemon=True).start()

    def stop(self) -> None:
        """Watch no more, and close the engine that is in use."""
        self._stopped.set()
        _close(self._site)

    def _run(self) -> None:
        served, again = self._bundle, 0.0
        if served is None:
            return
        is_watched = served.parent.resolve() == files.bundles().resolve()
        while self._provisional or is_watched:
            if self._provisional and time.monotonic() >= again:
                self._provisional = not self._renew(served, "in memory")
                again = time.monotonic() + _AGAIN
            if self._stopped.wait(_GLANCE):
                return
            if is_watched:
                self._look()

    def _look(self) -> None:
        """Go over to another bundle, if that is the one in use now."""
        found = bundle.current()
        version = _version(found.path) if found else None
        if found and version and version != self._seen:
            self._seen = version
            if self._renew(found.path, "served"):
                self._provisional = False

    def _renew(self, path: Path, what: str) -> bool:
        """Serve a bundle from now on; return whether that went well."""
        begun = time.monotonic()
        try:
            site = self._load(path, self._site)
        except (SocprotError, OSError) as error:  # there may be no descriptor left
            _LOG.error("bundle %s is not %s: %s", path.name, what, error)
            return False
        busy = self._switch(site)
        old, self._site = self._site, site
        seconds = time.monotonic() - begun
        _LOG.info("bundle %s is %s, after %.1f s", path.name, what, seconds)
        longest = max(site.traffic.drain, old.limits.timeout_ceiling)
        patience = time.monotonic() + longest
        while busy() and time.monotonic() < patience:
            if self._stopped.wait(_PATIENCE):
                break
        _close(old)
        if self._stopped.is_set():
            _close(site)  # it came when the server was about to stop
        del old, busy
        _settle()
        return True


def _settle() -> None:
    """Let go of the old site, and spare the collector the new one: it stays."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _version(path: Path) -> tuple[str, int] | None:
    """What tells bundles apart, also one that was broken from one built anew."""
    try:
        return path.name, (path / "manifest.json").stat().st_mtime_ns
    except OSError:
        return None


def _close(site: Site) -> None:
    if site.engine is not None:
        site.engine.close()
