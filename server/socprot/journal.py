"""
Structured logs: one JSON object a line, on standard error.

JSON escapes control characters, so that nothing that is logged can forge a line.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any


class JsonFormatter(logging.Formatter):
    """Write a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": written(record.created),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
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


def written(seconds: float) -> str:
    """A moment as in logs."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
