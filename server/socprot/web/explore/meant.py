"""
Pages and published questions that a search may mean, beside the records it finds.

Whoever types "pensions in Thailand" wants a chart, and "ratifications" a list. Each
page has some words; those of the query that few pages have count most. A word that only
begins alike counts half: "pensions" finds a pension before a pensionable age.
"""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from socprot.search import fold
from socprot.web.kinds import kinds
from socprot.web.known import known
from socprot.web.languages import ENGLISH
from socprot.web.picture import choice
from socprot.web.site import site

_FILE = Path(__file__).with_name("meant.toml")
_SHOWN = 5
_WORDS = 12  # words of a query that count
_BEGINNING = 5  # letters from which on a word may be the beginning of another


@dataclass(frozen=True)
class Meant:
    """A page.

    Attributes:
        what: what sort of page it is, for people.
    """

    path: str
    label: str
    what: str = ""


def content(query: str) -> list[str]:
    """The words of a query that say what it is about."""
    return [
        word for word in dict.fromkeys(fold(query).split()) if word not in _small()
    ][:_WORDS]


def _stems(text: str) -> list[str]:
    """Its words as one compares them: without the ending of several."""
    found = (w.removesuffix("s") if len(w) >= _BEGINNING else w for w in content(text))
    return list(dict.fromkeys(found))


def meant(query: str) -> Sequence[Meant]:
    """The pages that fit best, the best first; none if none has a word of the query."""
    held, areas = _held(site().manifest.hash)
    words = _stems(query)
    place = next((one for one in areas if set(one[1]) <= set(words)), None)
    if place is not None:
        words = [word for word in words if word not in place[1]]
    fits = [{w: how for w in words if (how := _fit(w, own))} for _, _, own in held]
    frequent = Counter(word for fit in fits for word in fit)
    found: list[tuple[float, int, int, Meant]] = []
    for number, ((page, title, _), fit) in enumerate(zip(held, fits, strict=True)):
        if fit:
            score = sum(fit[word] / frequent[word] for word in fit)
            # All that it is called is asked for.
            score *= 1 + all(_fit(own, fit) for own in title)
            found.append((-score, -len(title & fit.keys()), number, page))
    found.sort(key=lambda one: one[:3])
    best = [page for *_, page in found[:_SHOWN]]
    return [_of(page, place[0]) if place else page for page in best]


def _of(page: Meant, area: choice.Choice) -> Meant:
    """A chart of one place, where a place is named; any other page as it is."""
    if not page.path.startswith("/indicator/"):
        return page
    joint = "&" if "?" in page.path else "?"
    path = page.path + joint + urlencode({"area": area.value})
    return replace(page, path=path, label=f"{page.label}: {area.label}")


def _fit(word: str, others: Collection[str]) -> float:
    """How well a word is among others: 1 as it is, half where one begins another."""
    if word in others:
        return 1
    return any(_begins(*sorted((word, other), key=len)) for other in others) / 2


def _begins(short: str, long: str) -> bool:
    return len(short) >= _BEGINNING and long.startswith(short)


_Held = tuple[
    Sequence[tuple[Meant, frozenset[str], frozenset[str]]],
    Sequence[tuple[choice.Choice, Sequence[str]]],
]


@cache
def _small() -> frozenset[str]:
    """What questions are made of, whatever they are about."""
    return frozenset(_file()["small"].split())


@cache
def _file() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=2)
def _held(_bundle: str) -> _Held:
    """Every page with the words of its title, and with all its words; places."""
    held = []
    for page, more in _pages():
        title = frozenset(_stems(page.label)) or frozenset([fold(page.label)])
        held.append((page, title, title.union(_stems(more))))
    areas = [(one, _stems(one.label)) for one in _areas()]
    areas.sort(key=lambda pair: -len(pair[1]))  # a longer name says more
    return held, areas


def _pages() -> Iterator[tuple[Meant, str]]:
    present = {entry.kind for entry in known().entries.values()}
    for name, kind in kinds().items():
        if name in present:
            path = f"/doc/{name}/"
            yield Meant(path, kind.title, "a list, with filters and as CSV"), ""
    for query in site().queries.values():
        path = f"/query/{query.name}"
        more = query.name.replace("-", " ")
        yield Meant(path, query.summary, "a question, with its answer"), more
    for slug, label in _charts():
        path = f"/indicator/?{urlencode({'indicator': slug})}"
        yield Meant(path, label, "a chart"), "chart"
    for row in _file()["page"]:
        yield Meant(row["path"], row["label"]), row["words"]


def _areas() -> Sequence[choice.Choice]:
    return choice.of("area", ENGLISH) if "choices-area" in site().pages else ()


def _charts() -> Iterator[tuple[str, str]]:
    """The indicators that have figures; those of the most states and releases first."""
    if "choices-indicator" not in site().pages:
        return
    states: Counter[tuple[str, str]] = Counter()
    for row in site().rows("choices-indicator"):
        name = choice.slug(row["choice"].value), row["label"].value
        states[name] += int(row["states"].value)
    for name, _ in states.most_common():
        yield name
