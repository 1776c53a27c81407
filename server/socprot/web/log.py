"""
Structured logs: one JSON object a line, on standard error.

A query appears as its hash and an address without its last part: a log is no place for
what people ask. JSON escapes control characters, so that no request can forge a line.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from socprot.web.gateway import Exchange

_FIELDS = ("method", "path", "status", "ms", "bytes", "client", "query", "outcome")


class JsonFormatter(logging.Formatter):
    """Write a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= {
            name: record.__dict__[name] for name in _FIELDS if name in record.__dict__
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)  # ASCII only: nothing in it moves a cursor


def configure(level: str) -> None:
    """Send everything that is logged to standard error, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def request(exchange: Exchange) -> None:
    """Log a request that ended."""
    environ = exchange.environ
    fields: dict[str, Any] = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        "status": exchange.status,
        "ms": round(exchange.seconds * 1000, 1),
        "bytes": exchange.size,
        "client": _shortened(environ["REMOTE_ADDR"]),
        "outcome": exchange.outcome,
    }
    if "query" in exchange.notes:
        fields["query"] = exchange.notes["query"]
    logging.getLogger("socprot.request").info("request", extra=fields)


def _shortened(address: str) -> str:
    """An address without the part that tells people apart."""
    try:
        bits = 24 if ip_address(address).version == 4 else 48
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False).network_address)
