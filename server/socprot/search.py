"""
Search in names: acronyms and exact names, then beginnings, words, near misses.

Names are folded before they are compared: no case, no diacritics, no punctuation. A
query is a few words, and an entry fits where each of them is a word of its names, the
beginning of one, or within one or two mistakes of one (counted by RapidFuzz as
insertions, deletions, substitutions and swaps of neighbours). So the cost is bounded by
the number of different words in the directory, whatever is asked.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from socprot.directory import Directory, Entry

LONGEST = 200  # characters of a query
COUNTED = 12  # words of a query that count
_ENOUGH = 5  # entries that have a word; of fewer, it may be mistaken all the same
_NEAR = 40  # spellings that are tried for one word

# What is amiss: a word is only begun, is mistaken, or is not there at all.
_MISTAKE = 100
_LACKING = 1000
# How an entry fits, the best first: by an acronym, by a whole name, by the beginning of
# one, by words of one, by words of several of its names, and by words that come near.
ACRONYM, NAME, START, WORDS, MIXED, NEAR = range(6)
# From here on, scripts do not part words by spaces: Chinese, Japanese, Korean.
_UNSPACED = "\u2e80"
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"đ": "d", "ø": "o", "ł": "l", "\u0131": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
)


@dataclass(frozen=True)
class Hit:
    """An entry that fits.

    Attributes:
        how: ACRONYM, NAME, START, WORDS, MIXED or NEAR.
        matched: the name that fits, as it is written; the label where several do.
    """

    entry: Entry
    how: int
    matched: str


@dataclass(frozen=True)
class _Held:
    """An entry with its names folded; each also begins with a space."""

    entry: Entry
    acronyms: frozenset[str]
    names: Sequence[tuple[str, str]]
    weight: int
    length: int


def fold(text: str) -> str:
    """A text without case, diacritics and punctuation; words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    # Composed again: what is no diacritic, such as the parts of a syllable of Hangul.
    kept = unicodedata.normalize("NFC", kept)
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


class Index:
    """The names of a directory, ready to be searched."""

    def __init__(self, directory: Directory, weights: Mapping[str, int]) -> None:
        """Index a directory.

        Args:
            weights: the rank of each kind among equals; the smallest goes first.
        """
        self._held: list[_Held] = []
        self._words: dict[str, list[int]] = {}
        for entry in directory.entries.values():
            weight = weights.get(entry.kind, len(weights))
            self._add(entry, weight)
        self._vocabulary = sorted(self._words)

    def _add(self, entry: Entry, weight: int) -> None:
        written = [*entry.labels.values(), *entry.acronyms, *entry.others]
        names = [(" " + fold(name), name) for name in dict.fromkeys(written)]
        acronyms = frozenset(fold(name) for name in entry.acronyms)
        # What it is called in addresses often says when and where.
        slug = fold(entry.name.rpartition("/")[2])
        number = len(self._held)
        length = len(names[0][0]) if names else 0
        self._held.append(_Held(entry, acronyms, names, weight, length))
        words = {word for name, _ in names for word in name.split()}
        for word in words.union(slug.split()):
            self._words.setdefault(word, []).append(number)

    def find(self, query: str, kinds: Iterable[str] = ()) -> list[Hit]:
        """The entries that fit, the best first; of these kinds only, if given."""
        wanted = fold(query[:LONGEST])
        words = list(dict.fromkeys(wanted.split()))[:COUNTED]
        only = frozenset(kinds)
        found: list[tuple[tuple[int, ...], Hit]] = []
        for number, amiss in self._fitting(words):
            held = self._held[number]
            if only and held.entry.kind not in only:
                continue
            how, name = _how(held, wanted, words, amiss)
            part = how == NEAR and not _is_near(held, wanted, amiss)
            rank = (how, amiss, part, held.weight, held.length, number)
            found.append((rank, Hit(held.entry, how, name or held.entry.label())))
        found.sort(key=lambda pair: pair[0])
        return [hit for _, hit in found]

    def _fitting(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """The entries in which every word is found, each with what is amiss.

        Where none has them all, those that lack the fewest, if that is less than half.
        """
        amiss: dict[int, int] = {}
        count: dict[int, int] = {}
        for word in words:
            for number, wrong in self._holding(word).items():
                count[number] = count.get(number, 0) + 1
                amiss[number] = amiss.get(number, 0) + wrong
        most = max(count.values(), default=0)
        lacking = len(words) - most
        if 2 * lacking >= len(words):
            return []
        return [(n, amiss[n] + _LACKING * lacking) for n in count if count[n] == most]

    def _holding(self, word: str) -> dict[int, int]:
        """The entries that have a word, or one that begins so or comes near it."""
        found: dict[int, int] = {}
        for spelling, wrong in self._spellings(word):
            for number in self._words[spelling]:
                found[number] = min(wrong, found.get(number, wrong))
        return found

    def _spellings(self, word: str) -> list[tuple[str, int]]:
        """Words of the vocabulary for a word of the query, with what is amiss."""
        if len(word) == 1:
            return [(word, 0)] if word in self._words else []
        if any(c >= _UNSPACED for c in word):  # there, words are not parted
            return [(one, 0) for one in self._vocabulary if word in one]
        beginning = []
        place = bisect_left(self._vocabulary, word)
        for one in islice(self._vocabulary, place, None):
            if not one.startswith(word):
                break
            beginning.append((one, int(one != word)))
        allowed = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
        held = sum(len(self._words[one]) for one, _ in beginning)
        if held >= _ENOUGH or not allowed or word.isdecimal():
            return beginning
        near = process.extract(
            word,
            self._vocabulary,
            scorer=OSA.distance,
            score_cutoff=allowed,
            limit=_NEAR,
        )
        known = dict(beginning)
        more = [(o, _MISTAKE * int(n)) for o, n, _ in near if not o.isdecimal()]
        return [*beginning, *(pair for pair in more if pair[0] not in known)]


def _is_near(held: _Held, wanted: str, amiss: int) -> bool:
    """Whether a whole name is meant, and not some words of one."""
    spaced = " " + wanted
    most = amiss // _MISTAKE
    return amiss < _LACKING and any(
        OSA.distance(spaced, name, score_cutoff=most) <= most for name, _ in held.names
    )


def _how(held: _Held, wanted: str, words: Sequence[str], amiss: int) -> tuple[int, str]:
    """How an entry fits, and by which of its names, if by one."""
    if amiss >= _MISTAKE:
        return NEAR, ""
    spaced = " " + wanted
    best, name = MIXED, ""
    for folded, written in held.names:
        if folded == spaced:
            return (ACRONYM if wanted in held.acronyms else NAME), written
        if best > START and folded.startswith(spaced):
            best, name = START, written
        elif best > WORDS and all(f" {word}" in folded for word in words):
            best, name = WORDS, written
    return best, name
