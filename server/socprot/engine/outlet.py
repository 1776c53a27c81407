"""Where an answer is written: counted, held back while small, then streamed."""

from collections.abc import Callable
from dataclasses import dataclass

from socprot.engine.rows import Counter
from socprot.engine.wire import END, PART, WHOLE, Pipe
from socprot.errors import AnswerTooLarge

_BATCH = 1 << 16  # bytes


@dataclass(frozen=True)
class Caps:
    """How large an answer may be, and how much of it is held back."""

    rows: int
    answer_bytes: int
    buffer_bytes: int


class Outlet:
    """A binary file, as far as pyoxigraph's writers need one.

    They write small pieces; everything is done with a batch of them at a time.
    """

    def __init__(
        self,
        pipe: Pipe,
        caps: Caps,
        count: Counter | None = None,
        clean: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._pipe = pipe
        self._caps = caps
        self._count = count
        self._clean = clean
        self._batch: list[bytes] = []
        self._batch_size = 0
        self._held: list[bytes] = []
        self._size = 0
        self._sent = 0

    def write(self, piece: bytes) -> int:
        """Take the next bytes of the answer.

        Raises:
            AnswerTooLarge: these are too many.
            NotAcceptable: these cannot be written in this format.
        """
        self._batch.append(bytes(piece))
        self._batch_size += len(piece)
        if self._batch_size >= _BATCH:
            self._check()
        return len(piece)

    def holds(self, size: int) -> bool:
        """Whether an answer of so many bytes is complete before its first byte goes."""
        return size <= self._caps.buffer_bytes

    def flush(self) -> None:
        """Nothing is flushed before its time."""

    def finish(self, *, retire: bool) -> None:
        """Send what is left: the answer is complete.

        Raises:
            AnswerTooLarge, NotAcceptable: as for `write`.
        """
        self._check(last=True)
        rest = b"".join(self._held)
        if not self._sent:
            self._pipe.send(WHOLE, rest, retire=retire)
            return
        if rest:
            self._pipe.send(PART, rest)
        self._pipe.send(END, retire=retire)

    def _check(self, *, last: bool = False) -> None:
        """Check a batch, and send what is too much to be held back."""
        data = b"".join(self._batch)
        self._batch.clear()
        self._batch_size = 0
        # An answer has no more rows than bytes: most need not be counted.
        short = last and not self._size and len(data) <= self._caps.rows
        if self._count and not short and self._count(data) > self._caps.rows:
            raise too_many_rows(self._caps.rows)
        if self._clean:
            data = self._clean(data)
        self._size += len(data)
        if self._size > self._caps.answer_bytes:
            raise AnswerTooLarge(
                f"The answer has more than {self._caps.answer_bytes:,} bytes, the most"
                " that one answer may have; add a LIMIT, or take a dump from /export/."
            )
        self._held.append(data)
        if self._size - self._sent > self._caps.buffer_bytes:
            self._pipe.send(PART, b"".join(self._held))
            self._held.clear()
            self._sent = self._size


def too_many_rows(rows: int) -> AnswerTooLarge:
    """The error for an answer with more rows, or triples, than allowed."""
    return AnswerTooLarge(
        f"The answer has more than {rows:,} rows, the most that one answer may have;"
        " add a LIMIT, or take a dump from /export/."
    )
