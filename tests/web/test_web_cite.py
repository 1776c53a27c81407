"""Citations: what they say, in which formats, and that their readers can read them."""

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import bibtexparser
import pytest
import rispy
from serving import Server, ask

from socprot import permalink

TITLE = "SocProt: the knowledge graph of social protection in ASEAN"
HOSTILE = (
    "# Why 100% of {a} & $b_c #1 \\ ~^ 'é'?\n"
    "SELECT ?x WHERE { ?x a <https://w3id.org/socprot/ns#Event> }"
)


def cited(server: Server, of: str, style: str) -> str:
    reply = server.get(f"/cite/{style}?{urlencode({'of': of})}")
    assert reply.status == 200, reply.text
    assert reply.headers["Cache-Control"] == "no-store"
    assert "ETag" not in reply.headers
    assert reply.headers["Content-Disposition"].endswith(f'.{style}"')
    return reply.text


def canonical(server: Server) -> str:
    text = server.get("/dataset", "text/html").text
    found = re.search(r"<code>([0-9a-f]{64})</code>", text)
    assert found
    return found[1]


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_bibtex(whole: Server) -> None:
    of = f"/q/{permalink.write(HOSTILE)}"
    day = today()
    library = bibtexparser.parse_string(cited(whole, of, "bib"))
    assert library.failed_blocks == []
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    assert entry.entry_type == "misc"
    assert fields["author"] == "{The SocProt contributors}"
    assert fields["title"] == (
        r"{Why 100\% of \{a\} \& \$b\_c \#1 \textbackslash{} "
        r"\textasciitilde{}\textasciicircum{} 'é'?}"
    )
    assert fields["url"] == f"https://w3id.org/socprot{of}"
    assert day <= fields["urldate"] <= today()
    assert fields["year"] == "2026"
    assert canonical(whole) in fields["note"]
    assert TITLE in fields["howpublished"]
    assert "version 2026.1" in fields["howpublished"]


def test_ris(whole: Server) -> None:
    of = f"/q/{permalink.write(HOSTILE)}"
    (entry,) = rispy.loads(cited(whole, of, "ris"))
    assert entry["type_of_reference"] == "DATA"
    assert entry["authors"] == ["The SocProt contributors"]
    assert entry["title"] == "Why 100% of {a} & $b_c #1 \\ ~^ 'é'?"
    assert entry["urls"] == [f"https://w3id.org/socprot{of}"]
    assert entry["edition"] == "2026.1"
    assert entry["year"] == "2026"
    assert entry["access_date"] == today().replace("-", "/")
    assert canonical(whole) in " ".join(entry["notes"])


def test_apa(whole: Server) -> None:
    told = cited(whole, "/query/members-on-day?day=2015-01-01", "txt")
    assert told == (
        "The SocProt contributors. (2026). Which states were members of a body on a "
        "day? (day: 2015-01-01). [Answer to a published question]. In "
        f"{TITLE} (Version 2026.1; RDFC-1.0 SHA-256 {canonical(whole)}). Retrieved "
        f"{today()}, from https://w3id.org/socprot/query/members-on-day?day=2015-01-01"
    )


def test_records_and_the_dataset_can_be_cited(whole: Server) -> None:
    slug, label = next(iter(whole.get("/vocabulary/event").json().items()))
    told = cited(whole, f"/id/event/{slug}", "txt")
    assert str(label) in told
    assert told.endswith(f"from https://w3id.org/socprot/id/event/{slug}")


def test_the_dataset_is_cited_by_its_title(whole: Server) -> None:
    told = cited(whole, "/dataset", "txt")
    assert f"). {TITLE} (Version 2026.1; " in told
    assert told.count(TITLE) == 1
    assert ") [Data set]. Retrieved " in told
    assert f"title = {{{{{TITLE}}}}}" in cited(whole, "/dataset", "bib")
    ris = cited(whole, "/dataset", "ris")
    assert f"TI  - {TITLE}\nPY" in ris


@pytest.mark.parametrize(
    ("of", "status"),
    [
        ("", 400),
        ("/", 400),
        ("https://example.org/q/a", 400),
        ("//[", 400),
        ("/q/nonsense", 404),
        ("/query/no-such-question", 404),
        ("/query/members-on-day?day=never", 400),
        ("/query/members-on-day?colour=red", 400),
        ("/id/event/none", 404),
        ("/id/event/a%20b>", 404),
        ("/id/event/\nER  - ", 404),
        ("/limits", 400),
    ],
)
def test_what_cannot_be_cited(whole: Server, of: str, status: int) -> None:
    address = f"/cite/bib?{urlencode({'of': of})}"
    reply = whole.get(address, "application/problem+json")
    assert reply.status == status
    assert reply.media_type == "application/problem+json"


def test_there_is_no_other_style(whole: Server) -> None:
    assert whole.get("/cite/mla?of=/dataset", "application/json").status == 404


def test_a_page_leaves_the_day_open(whole: Server) -> None:
    first = ask(whole, HOSTILE, "text/html")
    assert 'data-open="YYYY-MM-DD"' in first.text
    assert "Retrieved YYYY-MM-DD" in first.text
    assert today() not in first.text.partition('class="cite"')[2]
    assert ask(whole, HOSTILE, "text/html").body == first.body


def test_without_a_version_there_is_nothing_to_cite(files: Server) -> None:
    assert 'class="cite"' not in ask(files, "ASK { }", "text/html").text
    assert files.get("/cite/txt?of=/dataset", "application/json").status == 404
