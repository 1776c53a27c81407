"""Make XML of the engine's writers well formed, or refuse to.

They write carriage returns as they are, which an XML parser reads as line feeds, and
control characters, which XML 1.0 (section 2.2) cannot carry in any way.
"""

import re

from socprot.errors import NotAcceptable

_ILLEGAL = re.compile(rb"[\x00-\x08\x0B\x0C\x0E-\x1F]|\xEF\xBF[\xBE\xBF]")


class XmlFilter:
    """Pass XML on, chunk by chunk."""

    def __init__(self, alternative: str) -> None:
        self._alternative = alternative
        self._rest = b""

    def __call__(self, chunk: bytes) -> bytes:
        """Return what may be passed on of this chunk, and what was kept of the last.

        Raises:
            NotAcceptable: the data cannot be written as XML.
        """
        data = self._rest + chunk
        # U+FFFE and U+FFFF have three bytes; keep what may be the start of them.
        keep = 2 if data.endswith(b"\xef\xbf") else data.endswith(b"\xef")
        end = len(data) - keep
        self._rest = data[end:]
        if found := _ILLEGAL.search(data, 0, end):
            raise NotAcceptable(
                f"The answer holds the character U+{ord(found.group().decode()):04X},"
                f" which XML cannot carry; ask for {self._alternative} instead."
            )
        return data[:end].replace(b"\r", b"&#13;")
