"""
Structured logs: one JSON object a line, on standard error.

A query appears as its hash and an address without its last part: a log is no place for
what people ask. JSON escapes control characters, so that no request can forge a line.
"""

import asyncio
import json
import logging
import time
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TextIO

from socprot.journal import written
from socprot.web.wire.exchange import Exchange

_TOGETHER = 0.05  # seconds
_REQUESTS = logging.getLogger("socprot.request")


class Requests:
    """The lines about requests, written together every few hundredths of a second.

    This goes past the handlers of `logging`: one record there takes longer than an
    answer from the cache does.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: list[str] = []

    def note(self, exchange: Exchange) -> None:
        """Log a request that ended. To be called in the event loop."""
        if not _REQUESTS.isEnabledFor(logging.INFO):
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(_TOGETHER, self.write)
        environ = exchange.environ
        query = exchange.notes.get("query")
        self._lines.append(
            f'{{"time": "{written(time.time())}", "level": "info", '
            f'"event": "request", "method": {_quoted(environ["REQUEST_METHOD"])}, '
            f'"path": {_quoted(environ["PATH_INFO"])}, "status": {exchange.status}, '
            f'"ms": {exchange.seconds * 1000:.1f}, "bytes": {exchange.size}, '
            f'"client": "{_shortened(environ["REMOTE_ADDR"])}", '
            f'"outcome": "{exchange.outcome}"'
            + (f', "query": "{query}"}}\n' if query else "}\n")
        )

    def write(self) -> None:
        """Write what was noted."""
        lines, self._lines = self._lines, []
        self._stream.write("".join(lines))
        self._stream.flush()


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    """Bytes as PEP 3333 has them, as a string of JSON."""
    return json.dumps(text.encode("latin-1").decode("utf-8", "replace"))


@lru_cache(maxsize=1024)
def _shortened(address: str) -> str:
    """An address without the part that tells people apart."""
    try:
        bits = 24 if ip_address(address).version == 4 else 48
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False).network_address)
