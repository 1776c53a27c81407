"""
CSV for spreadsheets, which run what begins like a formula.

Exact CSV (https://www.w3.org/TR/sparql11-results-csv-tsv/) is what programs get. This
flavour puts an apostrophe before a cell that a spreadsheet would calculate, as
https://owasp.org/www-community/attacks/CSV_Injection advises, and a byte order mark
before everything, without which some take UTF-8 for something else.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator

_FORMULA = re.compile(r"[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def safe(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Rewrite a stream of exact CSV."""
    yield codecs.BOM_UTF8
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for row in csv.reader(_lines(chunks)):
        writer.writerow([cell(value) for value in row])
        if written.tell() > 1 << 16:
            yield _taken(written)
    yield _taken(written)


def cell(value: str) -> str:
    """One cell, so that it is shown and not run."""
    if _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def _taken(written: io.StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Cut a stream into lines, with their ends."""
    rest = ""
    for text in codecs.iterdecode(chunks, "utf-8"):
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            yield line + "\n"
    if rest:
        yield rest
