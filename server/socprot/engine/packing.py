"""Errors on their way from a worker."""

import json

from socprot import errors
from socprot.errors import EngineUnavailable, SocprotError

OUT_OF_MEMORY = (
    "The query needs more memory than one query may use; restrict it further, or let it"
    " sort, group and concatenate less."
)


def packed(error: SocprotError) -> bytes:
    """An error as bytes, with what caused it."""
    fields = {
        "error": type(error).__name__,
        "message": str(error),
        "cause": str(error.__cause__ or ""),
    }
    return json.dumps(fields).encode()


def unpacked(payload: bytes) -> SocprotError:
    """An error from these bytes; why the engine fails is logged, and not told."""
    fields = json.loads(payload)
    kind: type[SocprotError] = getattr(errors, fields["error"])
    if kind is EngineUnavailable:
        import logging  # not for workers, which would be made later for it

        log = logging.getLogger("socprot.engine")
        log.error("the graph cannot be read: %s", fields["cause"])
    return kind(fields["message"])
