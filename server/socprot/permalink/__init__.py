"""
Write a query as a code that is short enough for a link, and read it again.

Nothing is stored for a link: the code *is* the query, compressed (RFC 1951) with a
dictionary of what queries of this graph are made of, and written in base64url (RFC 4648
section 5). Its first letter names the dictionary. A dictionary never changes once it is
published, `a.txt` is the first; a better one gets the next letter, and codes of the
older ones stay readable for ever.
"""

import base64
import binascii
import re
import zlib
from functools import cache
from pathlib import Path

from socprot.errors import NotFound

_NEWEST = "a"
_LETTERS = frozenset("a")
LONGEST = 64 << 10  # bytes of a query, as the endpoint takes them
_CODE = re.compile(r"[A-Za-z0-9_-]{2,90000}")


def write(query: str) -> str:
    """The code of a query.

    Ends of lines are written as one character, and white space at either end is left
    out: neither changes what a query means.
    """
    text = query.replace("\r\n", "\n").strip()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_dictionary(_NEWEST))
    packed = packer.compress(text.encode()) + packer.flush()
    return _NEWEST + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(code: str) -> str:
    """The query of a code.

    However much a code says it holds, no more than a query may have is unpacked.

    Raises:
        NotFound: it is no code of a query.
    """
    letter = code[:1]
    if letter not in _LETTERS or not _CODE.fullmatch(code):
        raise NotFound("This is no permanent link of a query: some of it is missing.")
    rest = code[1:]
    unpacker = zlib.decompressobj(-15, zdict=_dictionary(letter))
    try:
        packed = base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4))
        text = unpacker.decompress(packed, LONGEST + 1)
        query = text.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise NotFound("This permanent link is broken: it holds no query.") from None
    if len(text) > LONGEST:
        raise NotFound("This permanent link holds more than a query may have.")
    if not unpacker.eof or unpacker.unused_data or not query:
        raise NotFound("This permanent link is broken: its end is not where it should.")
    return query


@cache
def _dictionary(letter: str) -> bytes:
    return (Path(__file__).parent / f"{letter}.txt").read_bytes()
