"""One request and what became of it: what the gateway and the application share."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Environ: TypeAlias = dict[str, Any]

# Keys of the environment by which the application and the gateway talk.
GONE = "socprot.gone"  # Departure: whether the client has left
NOTES = "socprot.notes"  # dict: what the application wants to be logged
FAILED = "socprot.failed"  # SocprotError: what there is to tell of this request
BEGUN = "socprot.begun"  # Begun: the query of this request is under way


class Departure:
    """Whether a client has left, for any thread to see."""

    __slots__ = ("_gone",)

    def __init__(self) -> None:
        self._gone = False

    def set(self) -> None:
        """It has."""
        self._gone = True

    def is_set(self) -> bool:
        """Whether it has."""
        return self._gone


@dataclass
class Exchange:
    """One request and what became of it, for the log and the metrics.

    Attributes:
        size: bytes of the body.
        outcome: "complete", "cached", "client left", or what cut it.
        way: who answered.
    """

    environ: Environ
    status: int = 0
    size: int = 0
    seconds: float = 0.0
    outcome: str = "complete"
    way: Literal["application", "cache", "express"] = "application"

    @property
    def notes(self) -> dict[str, Any]:
        notes: dict[str, Any] = self.environ[NOTES]
        return notes
