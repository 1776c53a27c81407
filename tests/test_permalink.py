"""Links that hold their query: readable for ever, and nothing else gets through."""

import base64
import hashlib
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socprot import files, permalink, queries
from socprot.errors import NotFound

DICTIONARY = Path(permalink.__file__).parent / "a.txt"
# Links that somebody may have printed: they must stay what they are.
PRINTED = {
    "ag3pOC557kTI0TBEA": "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
    "aG4DAIyfY9LhqAQ": (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "PREFIX sp: <https://w3id.org/socprot/ns#>\n\n"
        "SELECT ?event ?name\nWHERE {\n  ?event a sp:Event ;\n"
        "    rdfs:label ?name .\n}"
    ),
    "ag2RCImZPjAwMjXWBvarEPF1QaZ9ZomtkbAfKHEoeD3fPzFTIS894uLtb4cP8qV1KDmWZCrUA": (
        "ASK { <https://w3id.org/socprot/id/event/2013-asean-summit-23> "
        '?p "Hội nghị 🕊"@vi }'
    ),
}


@pytest.mark.parametrize(("code", "query"), PRINTED.items())
def test_printed_links_stay_readable(code: str, query: str) -> None:
    assert permalink.read(code) == query
    assert permalink.read(permalink.write(query)) == query


def test_the_dictionary_is_frozen() -> None:
    digest = hashlib.sha256(DICTIONARY.read_bytes()).hexdigest()
    assert digest.startswith("aaada2647ec16a4b"), "give a new dictionary a new letter"


@given(st.text(min_size=1, max_size=3000).map(str.strip).filter(bool))
def test_every_query_comes_back(query: str) -> None:
    try:
        query.encode()
    except UnicodeEncodeError:
        return
    kept = query.replace("\r\n", "\n").strip()
    if kept:
        assert permalink.read(permalink.write(query)) == kept


def test_published_questions_make_short_links() -> None:
    for query in queries.load(files.root() / "queries" / "competency").values():
        code = permalink.write(query.text)
        assert permalink.read(code) == query.text.strip()
        assert len(code) < len(query.text) * 0.45, query.name


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=200))
def test_nonsense_is_a_query_or_refused(code: str) -> None:
    with suppress(NotFound):
        assert permalink.read(code)


@pytest.mark.parametrize("code", ["", "a", "b" + "A" * 20, "a!!", "aé", "a" * 4])
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(NotFound):
        permalink.read(code)


def test_a_link_that_lost_its_end() -> None:
    code = permalink.write("SELECT ?x WHERE { ?x a <urn:quite-an-unusual-class> }")
    with pytest.raises(NotFound):
        permalink.read(code[:-6])


def test_a_bomb_is_not_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b" " * (40 << 20)) + packer.flush()
    code = "a" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    assert len(code) < 90_000
    with pytest.raises(NotFound, match="more than a query may have"):
        permalink.read(code)
