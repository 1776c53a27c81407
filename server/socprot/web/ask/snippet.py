"""
Programs that ask a query, to be pasted and run as they are.

Each is a template in its own language; what goes into it is written as a text of that
language, so that no query can end it and begin another one.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, render_template

from socprot.engine import Kind
from socprot.web.site import site

_LANGUAGES = (("curl", "sh"), ("Python", "py"), ("R", "R"), ("JavaScript", "js"))
# What is invisible, or could be shown in another order than it is read.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True)
class Snippet:
    """One program."""

    language: str
    text: str


def of(query: str, kind: Kind) -> Sequence[Snippet]:
    """The programs that ask a query of this endpoint."""
    text = query.replace("\r\n", "\n").strip()
    held = {"query": text, "kind": kind, "endpoint": f"{site().address}/sparql"}
    return [
        Snippet(
            language, render_template(f"snippet/ask.{suffix}.jinja", **held).strip()
        )
        for language, suffix in _LANGUAGES
    ]


def register(app: Flask) -> None:
    """Give the templates the ways to write a text."""
    app.jinja_env.filters["sh"] = _shell
    app.jinja_env.filters["py"] = _python
    app.jinja_env.filters["js"] = _javascript
    app.jinja_env.filters["r"] = _r


def _shell(text: str) -> str:
    """A word of a shell, in quotation marks of the kind that fits."""
    if not _CONTROL.search(text):
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{_visible(escaped)}'"


def _python(text: str) -> str:
    """A text between three quotation marks."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return '"""\n' + _visible(escaped) + '\n"""'


def _javascript(text: str) -> str:
    """A template literal in which nothing is replaced."""
    escaped = re.sub(r"[\\`]|\$(?=\{)", r"\\\g<0>", text)
    return "`\n" + _visible(escaped) + "\n`"


def _r(text: str) -> str:
    """A text between quotation marks, in ASCII: R reads it alike in every locale."""
    escaped = _visible(text.replace("\\", "\\\\").replace('"', '\\"'))
    wide = re.sub(r"[^\x00-\x7f]", lambda m: f"\\U{ord(m[0]):08x}", escaped)
    return f'"\n{wide}\n"'


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
