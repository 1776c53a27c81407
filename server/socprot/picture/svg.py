"""
Write SVG elements. Everything that is drawn passes here, and here it is escaped.

The tree is the standard library's, so that no text can end an element or an attribute;
characters that XML has no place for are dropped, and an address that could run as code
is not linked to.
"""

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from socprot.picture.words import ENGLISH, language

Element = ElementTree.Element

# What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets).
_STRANGE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SAFE = re.compile(r"(?:https?://|/(?!/)|#)")
# An ordinary font of each system first: the same one that pages ask for.
FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"


def element(
    name: str, *children: Element | str | None, **attributes: str | float | None
) -> Element:
    """An element with its children; text becomes text, None is left out.

    An underscore in the name of an attribute stands for a hyphen, one at its end for
    nothing (`class_`).
    """
    made = ElementTree.Element(name)
    for key, value in attributes.items():
        if value is not None:
            made.set(key.rstrip("_").replace("_", "-"), _text(value))
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            if last is None:
                made.text = (made.text or "") + clean(child)
            else:
                last.tail = (last.tail or "") + clean(child)
        elif child is not None:
            made.append(child)
            last = child
    return made


def group(children: Iterable[Element], **attributes: str | float | None) -> Element:
    """A group of elements."""
    return element("g", *children, **attributes)


def text(
    words: str, x: float, y: float, size: float = 13, **attributes: str | float | None
) -> Element:
    """One line of text, with its base line at y."""
    given: dict[str, str | float | None] = {"class_": "ink", "fill": "#1b2424"}
    given["lang"] = language(words)
    return element("text", words, x=x, y=y, font_size=size, **{**given, **attributes})


def lines(
    words: Sequence[str],
    x: float,
    y: float,
    size: float = 13,
    leading: float = 1.25,
    **attributes: str | float | None,
) -> list[Element]:
    """Several lines of text below each other, the first with its base line at y."""
    return [
        text(line, x, y + number * size * leading, size, **attributes)
        for number, line in enumerate(words)
    ]


def link(address: str | None, children: Sequence[Element], name: str = "") -> Element:
    """A link around elements; only a group where the address leads nowhere safe."""
    if not address or not _SAFE.match(address):
        return group(children)
    return element("a", *children, href=address, aria_label=name or None)


def title(words: str) -> Element:
    """What a mark is: shown where a pointer rests, and read aloud."""
    return element("title", words, lang=language(words))


def drawing(
    children: Iterable[Element],
    width: float,
    height: float,
    name: str,
    description: str,
    *,
    linked: bool = False,
) -> str:
    """The whole picture as text.

    One that holds links is a group, because what is inside of an image cannot be
    reached by keyboard; any other is an image (https://www.w3.org/TR/svg-aam-1.0/).
    """
    root = element(
        "svg",
        title(name),
        element("desc", description),
        element(
            "rect",
            class_="ground",
            width=width,
            height=height,
            fill="#fcfcfa",
        ),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_="picture",
        viewBox=f"0 0 {_text(width)} {_text(height)}",
        width=width,
        height=height,
        role="group" if linked else "img",
        aria_label=name,
        lang=ENGLISH,
        font_family=FONT,
    )
    return ElementTree.tostring(root, encoding="unicode")


def clean(words: str) -> str:
    """Text without the characters that XML has no place for."""
    return _STRANGE.sub("", words)


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return clean(value)
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
