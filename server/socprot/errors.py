"""
Everything that can go wrong on purpose, in one place.

* SocprotError
  + BadRequest
    - BadParameter
    - HeadTooLarge
    - QuerySyntaxError
    - UnknownPrefix
  + QueryRefused
    - UpdateRefused
    - ServiceRefused
    - QueryTooLarge
  + NotAcceptable
  + NotFound
    - Withdrawn
    - Replaced
  + QueryStopped
    - QueryTimeout
    - AnswerTooLarge
    - OutOfMemory
  + Busy
    - ClientBusy
  + EngineUnavailable
  + GraphMissing
  + BuildFailed
  + BadTurtle
    - NotTurtle
    - NotCanonical

`socprot.web.frame.errors` says which HTTP status each one is; nothing below knows HTTP.
Each message is one sentence that tells the reader what to do about it.
"""


class SocprotError(Exception):
    """The base of every error this package raises on purpose."""


class BadRequest(SocprotError):
    """The caller asked for something that makes no sense."""


class BadParameter(BadRequest):
    """A parameter is unknown, missing, given twice or of the wrong type."""


class HeadTooLarge(BadRequest):
    """The request line and the headers are longer than they may be."""


class QuerySyntaxError(BadRequest):
    """The query is not SPARQL 1.1."""

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class UnknownPrefix(QuerySyntaxError):
    """The query uses a prefix that it does not declare."""


class QueryRefused(SocprotError):
    """The query may be well formed, but this service does not run such queries."""


class UpdateRefused(QueryRefused):
    """A SPARQL Update request: the graph is read-only."""


class ServiceRefused(QueryRefused):
    """The query asks for remote data (SERVICE), which is never fetched."""


class QueryTooLarge(QueryRefused):
    """The query is too long, or nested too deeply, to be parsed safely."""


class NotAcceptable(SocprotError):
    """None of the formats that the caller accepts can be produced."""


class NotFound(SocprotError):
    """No record, term, query or page has this name."""


class Withdrawn(NotFound):
    """There was a record of this name; it is kept, but not to be used any more."""

    def __init__(self, message: str, successors: list[str]) -> None:
        super().__init__(message)
        self.successors = successors  # the IRIs of what replaces it


class Replaced(NotFound):
    """There was a page of this name; what it held has changed, and is on another."""


class QueryStopped(SocprotError):
    """A limit was reached while the query ran; nothing of the answer can be used."""


class QueryTimeout(QueryStopped):
    """The query was still running at its deadline."""


class AnswerTooLarge(QueryStopped):
    """The answer has more rows or bytes than one answer may have."""


class OutOfMemory(QueryStopped):
    """The query needed more memory than a worker may use."""


class Busy(SocprotError):
    """There is no free worker, and the queue is full."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class ClientBusy(Busy):
    """This client already has as many queries under way as one client may have."""


class EngineUnavailable(SocprotError):
    """The engine cannot answer: it did not start, was shut down, or cannot read."""


class GraphMissing(SocprotError):
    """The graph, or the bundle made of it, is not where it should be."""


class BuildFailed(SocprotError):
    """The sources cannot become a bundle. One message tells file, rule and remedy."""


class BadTurtle(SocprotError):
    """Something is wrong with a Turtle file, in a line that may be known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class NotTurtle(BadTurtle):
    """A file is not Turtle."""


class NotCanonical(BadTurtle):
    """A Turtle file cannot be put into canonical form without losing something."""
