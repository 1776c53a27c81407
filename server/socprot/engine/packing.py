"""Errors on their way from a worker."""

import json

from socprot import errors
from socprot.errors import SocprotError

OUT_OF_MEMORY = (
    "The query needs more memory than one query may use; restrict it further, or let it"
    " sort, group and concatenate less."
)


def packed(error: SocprotError) -> bytes:
    """An error as bytes."""
    return json.dumps({"error": type(error).__name__, "message": str(error)}).encode()


def unpacked(payload: bytes) -> SocprotError:
    """An error from these bytes."""
    fields = json.loads(payload)
    kind: type[SocprotError] = getattr(errors, fields["error"])
    return kind(fields["message"])
