"""Search in names: what is found, what goes first, and what it costs."""

import time

import pytest

from socprot import directory
from socprot.bundle import Bundle
from socprot.directory import Directory, Entry
from socprot.search import ACRONYM, COUNTED, LONGEST, NAME, NEAR, Index, fold
from socprot.web.kinds import ranks


@pytest.fixture(scope="module")
def index(bundle: Bundle) -> Index:
    """The names of the published graph."""
    held = directory.read(bundle.path / directory.FILE)
    return Index(held, ranks())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Việt Nam", "viet nam"),
        ("Đà Nẵng", "da nang"),
        ("  ASEAN-ILO/Japan ", "asean ilo japan"),
        ("Straße", "strasse"),
        ("社会保障\uff08第102号\uff09", "社会保障 第102号"),
        ("\u0130stanbul", "istanbul"),
        ("...", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == folded


@pytest.mark.parametrize(
    ("query", "name", "how"),
    [
        ("ALMM", "body/almm", ACRONYM),
        ("slom", "body/slom", ACRONYM),
        ("ATUC", "body/atuc", ACRONYM),
        ("C102", "instrument/ilo-c102", ACRONYM),
        ("Viet Nam", "state/viet-nam", NAME),
        ("vietnam", "state/viet-nam", NAME),
        ("VIỆT NAM", "state/viet-nam", NAME),
        ("Thaïlande", "state/thailand", NEAR),
        ("philipines", "state/philippines", NEAR),
        ("indonesai", "state/indonesia", NEAR),
        ("ho chi min city", "place/ho-chi-minh-city", NAME),  # a misspelling it knows
        ("27th asean summit", "event/2015-asean-summit-27", NAME),
        ("bangkok seminar", "event/2014-bangkok-seminar", NAME),
        ("recomendation 202", "instrument/ilo-r202", NEAR),
        ("社会保障の権利", "source/ilo-tokyo-c157", None),
    ],
)
def test_what_is_meant_goes_first(
    index: Index, query: str, name: str, how: int | None
) -> None:
    hits = index.find(query)
    assert hits[0].entry.name == name, [hit.entry.name for hit in hits[:5]]
    assert how is None or hits[0].how == how


@pytest.mark.parametrize(
    "query",
    [
        "declaration on strengthening social protection",
        "declaration strenghtening social protecton",
        "Declaración... SOCIAL strengthening; protection",
    ],
)
def test_words_in_any_order_and_nearly_right(index: Index, query: str) -> None:
    names = [hit.entry.name for hit in index.find(query)[:8]]
    assert "instrument/2013-asean-declaration-social-protection" in names


def test_every_word_of_a_sentence_counts(index: Index) -> None:
    words = ["social", "protection", "asean", "declaration", "strengthening"]
    assert len(words) < COUNTED
    found = [len(index.find(" ".join(words[:most]))) for most in (3, 4, 5)]
    assert found == sorted(set(found), reverse=True)


def test_what_an_address_says_is_found_too(index: Index) -> None:
    names = [hit.entry.name for hit in index.find("2015 jakarta seminar")]
    assert "event/2015-jakarta-seminar" in names


def test_nothing_is_found_for_nothing(index: Index) -> None:
    for query in ("", "   ", "...", "zzzzqqqq", "\x00", "\ud800", "%%%", "🙂"):
        assert index.find(query) == []


def test_only_some_kinds(index: Index) -> None:
    hits = index.find("jakarta", ["event"])
    assert {hit.entry.kind for hit in hits} == {"event"}
    assert 0 < len(hits) < len(index.find("jakarta"))


def test_each_entry_is_found_by_its_own_names(bundle: Bundle, index: Index) -> None:
    held = directory.read(bundle.path / directory.FILE)
    for entry in held.by_kind["body"]:
        for name in (entry.label(), *entry.acronyms, *entry.others):
            found = [hit.entry.name for hit in index.find(name)[:3]]
            assert entry.name in found, name


def test_the_order_is_acronym_name_beginning_words_mistakes() -> None:
    names = {
        "a/1": Entry("a/1", {"en": "Something else"}, acronyms=["ABC"]),
        "a/2": Entry("a/2", {"en": "Abc"}),
        "a/3": Entry("a/3", {"en": "Abc again"}),
        "a/4": Entry("a/4", {"en": "Again, abc"}),
        "a/5": Entry("a/5", {"en": "Abcd"}),
    }
    index = Index(Directory(names), {})
    hits = index.find("abc")
    assert [hit.entry.name for hit in hits] == ["a/1", "a/2", "a/3", "a/5", "a/4"]
    assert hits[0].matched == "ABC"
    assert [hit.entry.name for hit in index.find("agxyn")] == []  # five letters: one
    assert [hit.entry.name for hit in index.find("agein")] == ["a/3", "a/4"]


@pytest.mark.parametrize(
    "query",
    ["asean", "a", "of the", "x" * 100_000, "ab " * 50_000, "strengtheningg " * 99],
)
def test_a_search_costs_little(index: Index, query: str) -> None:
    begun = time.process_time()
    index.find(query)
    spent = time.process_time() - begun
    assert spent < 0.1, f"{spent:.3f} s"
    assert LONGEST == 200
