"""
Which language a reader wants, of those in which something here has a label.

`?lang=` says it, or else `Accept-Language` (RFC 9110 section 12.5.4). Of a header only
the one language that decides is kept, so that a cache holds one page for each of the
few languages of the graph, and not for each of the many headers that browsers send.
"""

from collections.abc import Sequence
from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from socprot.errors import BadParameter
from socprot.web.site import site

ENGLISH = "en"
_LONGEST = 200  # characters of a header that count


def preferred(header: str, held: Sequence[str]) -> str:
    """The language of `held` that a header prefers; the first where it names none."""
    return _preferred(header[:_LONGEST], tuple(held)) if header else held[0]


@lru_cache(maxsize=512)
def _preferred(header: str, held: tuple[str, ...]) -> str:
    best = parse_accept_header(header, LanguageAccept).best_match(held, held[0])
    return best or held[0]


def wanted() -> str:
    """The language of this request.

    Raises:
        BadParameter: `?lang=` names one in which nothing has a label.
    """
    held = site().manifest.languages
    chosen = request.args.get("lang")
    if not chosen:
        return preferred(request.headers.get("Accept-Language", ""), held)
    if chosen not in held:
        raise BadParameter(f"Labels are held in {', '.join(held)}, not in {chosen!r}.")
    return chosen


def tell(response: Response, language: str) -> Response:
    """Say for whom an answer is: its own words are English, some labels may not be."""
    tongues = dict.fromkeys((language, ENGLISH))
    response.headers["Content-Language"] = ", ".join(tongues)
    response.vary.add("Accept-Language")
    return response
