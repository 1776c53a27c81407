"""Count the rows of an answer in its bytes, as they go by.

The engine's own writers are fast because no row of theirs passes through Python, so
the rows are counted in what they wrote. Each format has something that stands once per
row and nowhere else; chunks may be cut anywhere.
"""

from collections.abc import Callable

Counter = Callable[[bytes], int]


def counter(media_type: str) -> Counter:
    """What takes the next chunk and returns how many rows there are so far.

    An answer without rows may count as one with one row.
    """
    return _COUNTERS[media_type]()


def _patterns(first: int, *patterns: tuple[bytes, int]) -> Callable[[], Counter]:
    """Start from a number and count byte strings, each with a weight."""
    keep = max(len(pattern) for pattern, _ in patterns) - 1

    def start() -> Counter:
        tail = b""
        total = first

        def count(chunk: bytes) -> int:
            nonlocal tail, total
            data = tail + chunk
            for pattern, weight in patterns:
                seen = data.count(pattern) - tail.count(pattern)
                total += weight * seen
            tail = data[-keep:] if keep else b""
            return total

        return count

    return start


def _csv() -> Counter:
    """Count line ends outside quotes; a doubled quote leaves and enters again."""
    quoted = 0
    total = -1  # the header

    def count(chunk: bytes) -> int:
        nonlocal quoted, total
        pieces = chunk.split(b'"')
        total += sum(piece.count(b"\n") for piece in pieces[quoted::2])
        quoted = (quoted + len(pieces) - 1) % 2
        return total

    return count


# In JSON, each row but the first begins with `{"name":` after `},`. In a string, quotes
# are escaped, so that `},{"` there ends the string, and a brace or a comma comes next.
# An empty row is `{}`; only a string full of `,{}` makes for more rows than there are.
_json = _patterns(1, (b'},{"', 1), (b'},{"}', -1), (b'},{",', -1), (b",{}", 1))

_COUNTERS: dict[str, Callable[[], Counter]] = {
    "application/sparql-results+json": _json,
    "application/sparql-results+xml": _patterns(0, (b"<result>", 1)),
    "text/csv": _csv,
    "text/tab-separated-values": _patterns(-1, (b"\n", 1)),
}
