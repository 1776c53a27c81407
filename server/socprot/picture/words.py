"""
Words that know their language, where that is not the English of all others here.

They are text: who does not care for languages need not know. What is drawn of them, and
the table beside it, names the language for who reads it aloud.
"""

ENGLISH = "en"


class Words(str):
    """Text in a language other than English.

    Attributes:
        language: its tag, as RDF has it (RFC 5646).
    """

    __slots__ = ("language",)
    language: str


def words(text: str, language: str = "") -> str:
    """Text that knows its language, if that is not English."""
    if language in ("", ENGLISH):
        return text
    made = Words(text)
    made.language = language
    return made


def language(text: str) -> str | None:
    """The language of a text, if it is known not to be English."""
    return text.language if isinstance(text, Words) else None


def like(text: str, whole: str) -> str:
    """A part of a text, which is in the language of the whole."""
    return words(text, language(whole) or "")
