"""Values as a reader sees them: the label in the reader's language, dates in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from socprot import directory
from socprot.namespaces import PREFIXES
from socprot.web import days
from socprot.web.frame.markup import link
from socprot.web.known import known
from socprot.web.languages import ENGLISH
from socprot.web.rows import Term

_BOOLEAN = PREFIXES["xsd"] + "boolean"


@dataclass(frozen=True)
class Shown:
    """A value, and what is to be read in its place.

    Attributes:
        label: nothing where the value has no label.
        language: that of the label or the text, if it is not English.
        is_inferred: whether it is not stated but follows.
    """

    term: Term
    label: str = ""
    language: str = ""
    is_inferred: bool = False

    @property
    def text(self) -> str:
        """The value as plain text."""
        if self.term.kind == "uri":
            return self.label or directory.short(self.term.value)
        if self.term.datatype == _BOOLEAN:
            return "yes" if self.term.value in ("true", "1") else "no"
        return days.said(self.term)

    def __html__(self) -> str:
        """The value as HTML: what Jinja writes for it."""
        if self.term.kind == "uri":
            inside = link(self.term, self.label)
        else:
            inside = Markup.escape(self.text)
        if self.language:
            inside = Markup('<span lang="{}">{}</span>').format(self.language, inside)
        return str(inside)


def show(
    term: Term, labels: Iterable[Term], language: str, *, is_inferred: bool = False
) -> Shown:
    """A term with the label that a reader of a language wants."""
    if term.kind != "uri":
        spoken = term.language if term.language not in ("", ENGLISH) else ""
        return Shown(term, "", spoken, is_inferred)
    label, spoken = best(term.value, list(labels), language)
    return Shown(term, label, spoken, is_inferred)


def best(iri: str, labels: Sequence[Term], language: str) -> tuple[str, str]:
    """A label in a language, or in English, or any; and its language if not English."""
    if language != ENGLISH or not labels:
        # A name in this language that is no label of its own is still the one to read,
        # and that of an observation, which has no label.
        entry = known().entries.get(directory.short(iri))
        if entry is not None and (language in entry.labels or not labels):
            name, spoken = entry.spoken(language)
            return name, spoken if spoken != ENGLISH else ""
    for wanted in (language, ENGLISH, ""):
        for label in labels:
            if label.language == wanted:
                return label.value, wanted if wanted != ENGLISH else ""
    if labels:
        return labels[0].value, labels[0].language
    return "", ""
