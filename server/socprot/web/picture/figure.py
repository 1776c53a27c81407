"""
A picture with all that belongs to it: its table, its downloads, the query behind it.

It is drawn twice, for a wide and for a narrow screen; a style sheet shows one of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, render_template, request
from markupsafe import Markup, escape

from socprot.engine import KIND, Kind
from socprot.engine import Request as Question
from socprot.errors import BadParameter, BadRequest
from socprot.negotiation import HTML, ROWS, SPREADSHEET, SVG, choose
from socprot.picture import NARROW, WIDE, Picture
from socprot.queries import Query
from socprot.web import languages
from socprot.web.frame.markup import lang
from socprot.web.rows import Row, read
from socprot.web.site import PAGE, render, site
from socprot.web.sparql.answer import stream
from socprot.web.wire.headers import fingerprint, not_modified, page, unchanged

_OFFERS = (HTML, *ROWS, SVG, SPREADSHEET)
_JSON: Mapping[Kind, str] = {"rows": ROWS[0].media_type}


@dataclass(frozen=True)
class Figure:
    """What a page shows of a picture.

    Attributes:
        query: the text of the query behind it, with its values filled in.
        path: the page of the picture.
        values: the parameters of that page.
        note: what the reader must know to read it right.
        named: the record that its title names, if it names one.
    """

    wide: Picture
    narrow: Picture
    query: str
    path: str
    values: Mapping[str, Sequence[str]]
    note: str = ""
    named: str = ""

    @property
    def caption(self) -> Markup:
        """The title, in which a name tells its language if that is not English."""
        before, name, after = self.wide.title.partition(self.named or "\0")
        spoken = Markup("<span{}>{}</span>").format(lang(self.named), name)
        return escape(before) + (spoken if lang(self.named) else name) + after

    @property
    def svg(self) -> Markup:
        """Both drawings; all that is in them was escaped where they were written."""
        return drawings(self.wide, self.narrow)

    def address(self, format: str = "") -> str:
        """Where the picture is, or the same in another format."""
        pairs = [(k, v) for k, several in self.values.items() for v in several]
        if format:
            pairs.append(("format", format))
        return f"{self.path}?{urlencode(pairs, safe='/')}" if pairs else self.path


def drawn(draw: Callable[[int], Picture]) -> tuple[Picture, Picture]:
    """A picture for a wide screen, and one for a narrow."""
    return draw(WIDE), draw(NARROW)


def drawings(wide: Picture, narrow: Picture) -> Markup:
    """Both drawings, of which `picture.css` shows one."""
    return Markup(
        '<div class="drawing wide">{}</div><div class="drawing narrow">{}</div>'
    ).format(Markup(wide.svg), Markup(narrow.svg))


def asked(query: str) -> list[Row]:
    """The rows of the answer to a query of a page."""
    return read(site().answer(Question(query, _JSON, client=PAGE)).read()).rows


def text_of(name: str, language: str, values: Mapping[str, str]) -> str:
    """The text of a query behind a picture, without the values that are empty.

    Args:
        language: of the names in its answer, as far as they are held in it.
    """
    query: Query = site().pages[name]
    given = {key: value for key, value in values.items() if value}
    return render(query, {"language": language, **given})


def values(*allowed: str, several: Sequence[str] = ()) -> dict[str, list[str]]:
    """The parameters of the address.

    Raises:
        BadParameter: one is unknown.
        BadRequest: one is given twice that may be given once.
    """
    found: dict[str, list[str]] = {}
    for name, given in request.args.lists():
        if name == "format":
            continue
        if name not in (*allowed, *several, "lang"):
            known = ", ".join((*allowed, *several))
            raise BadParameter(
                f"This page has no parameter {name!r}; its parameters: {known}."
            )
        kept = [value for value in given if value]
        if len(kept) > 1 and name not in several:
            raise BadRequest(f"There may be one {name}=, not {len(kept)}.")
        if kept:
            found[name] = kept
    return found


def respond(
    query: str,
    draw: Callable[[Sequence[Row]], Figure],
    template: str,
    language: str,
    **context: object,
) -> Response:
    """Answer with a page around a picture, the picture alone, or the rows behind it.

    Args:
        draw: makes the picture of the rows.
        template: of the page; it finds the picture as `figure`.
        language: of the names in it, as far as they are held in it.

    Raises:
        BadParameter: there is no format of this name.
        NotAcceptable: none of the formats fits.
    """
    accept, name = request.headers.get("Accept"), request.args.get("format")
    choice = choose(_OFFERS, accept, name)
    etag = fingerprint(
        "picture", request.path, query, choice.format.name, choice.label, language
    )
    if unchanged(etag):
        return languages.tell(not_modified(etag), language)
    if choice.format in (HTML, SVG):
        figure = draw(asked(query))
        if choice.format is HTML:
            made = {key: v() if callable(v) else v for key, v in context.items()}
            made["chosen_language"] = request.args.get("lang", "")
            body = render_template(template, figure=figure, **made)
            return languages.tell(page(body, etag), language)
        response = Response(figure.wide.svg, content_type=choice.content_type)
    else:
        media_type = choice.format.media_type
        answer = site().answer(Question(query, {"rows": media_type}, client=PAGE))
        assert KIND[answer.form] == "rows"  # every query behind a picture is a SELECT
        response = stream(answer, choice)
    response.vary.add("Accept")
    response.set_etag(etag)
    return languages.tell(response, language)
