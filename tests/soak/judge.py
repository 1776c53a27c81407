"""What every answer must be, whatever was asked."""

import json
import xml.etree.ElementTree as ET

from wire import Answer, Request

PROBLEMS = {"application/problem+json", "application/json", "text/html", "text/plain"}
# The HTTP layer itself refuses what is not HTTP, in so many words: none.
UNREADABLE = {400, 414, 431}
NO_BODY = {204, 304}
TRACES = (
    "Traceback (most recent call last)",
    '.py", line ',
    "RuntimeError",
    "<module>",
)


def faults(request: Request, answer: Answer) -> list[str]:
    """What is wrong with an answer, in words."""
    if answer.status == 0:
        return [] if _is_broken(request) else ["the server hung up"]
    found = []
    if answer.status >= 500 and answer.status not in (503, 504):
        found.append(f"status {answer.status}")
    if answer.cut and answer.status != 200:
        found.append("an error that breaks off")
    if any(trace in answer.text for trace in TRACES):
        found.append("a traceback")
    if answer.status in UNREADABLE and not answer.body and not answer.media_type:
        return found
    if answer.headers["X-Content-Type-Options"] != "nosniff":
        found.append("no nosniff")
    if answer.headers["Set-Cookie"]:
        found.append("a cookie")
    if answer.status in (429, 503) and not answer.headers["Retry-After"]:
        found.append("no Retry-After")
    if request.method == b"HEAD" or answer.status in NO_BODY:
        return found + (["a body"] if answer.body else [])
    if answer.headers["Content-Encoding"] or answer.cut:
        return found
    return found + (_problem(answer) if answer.status >= 400 else _body(answer))


def _is_broken(request: Request) -> bool:
    """Whether this is not HTTP, so that hanging up is an answer."""
    text = b"".join([request.method, request.target, *map(b"".join, request.headers)])
    return any(byte < 33 or byte > 126 for byte in text) or request.method == b"CONNECT"


def _problem(answer: Answer) -> list[str]:
    if answer.media_type not in PROBLEMS:
        return [f"a problem as {answer.media_type!r}"]
    if not answer.media_type.endswith("json"):
        return [] if answer.body else ["an empty problem"]
    document = json.loads(answer.body)
    found = []
    if document.get("status") != answer.status:
        found.append("another status in the problem")
    if "/errors/" not in document.get("type", ""):
        found.append("a problem of no kind")
    if not (document.get("title") and document.get("detail")):
        found.append("a problem without words")
    return found


def _body(answer: Answer) -> list[str]:
    """Whether a body is what its type says."""
    try:
        answer.body.decode()
        if answer.media_type.endswith("json"):
            json.loads(answer.body)
        elif answer.media_type.endswith("xml"):
            ET.fromstring(answer.body)
    except (ValueError, ET.ParseError) as error:
        return [f"{answer.media_type} that is none: {error}"]
    return [] if answer.media_type or not answer.body else ["a body of no type"]
