"""The published site as a visitor walks through it: no link leads nowhere.

Every page that can be reached from the home page is good HTML, can be asked for again
without being sent again, and sets no cookie.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from crawl import Visit, Walk, walk
from serving import Server
from waiting import until

from socprot.bundle import Bundle


@pytest.fixture(scope="module")
def real(bundle: Bundle) -> Iterator[Server]:
    """The site around the published graph."""
    running = Server("bundle", Path(bundle.path))
    yield running
    assert running.stop() == 0, "".join(running.log)
    assert "Traceback" not in "".join(running.log)


@pytest.fixture(scope="module")
def walked(real: Server) -> Walk:
    return walk(real, ["/", "/sitemap.xml", "/robots.txt"])


def _told(visit: Visit) -> str:
    return f"{visit.reply.status} {visit.address} (from {visit.origin or 'the start'})"


def test_the_walk_saw_the_site(walked: Walk) -> None:
    starts = {visit.address.split("?")[0] for visit in walked.pages}
    assert {"/", "/query/", "/ns", "/shape", "/limits", "/threats"} <= starts
    assert len(walked.pages) > 100


def test_no_link_leads_nowhere(walked: Walk) -> None:
    lost = [v for v in walked.visits.values() if v.reply.status not in (200, 303)]
    assert not lost, "\n".join(map(_told, lost))


def test_every_file_that_is_offered_is_there(real: Server, walked: Walk) -> None:
    listed = json.loads(real.get("/export/", "application/json").body)["files"]
    names = {f"/export/{file['name']}" for file in listed}
    offered = {unquote(one) for one in walked.files if one.startswith("/export/")}
    assert offered
    assert offered <= names | {"/export/SHA256SUMS"}


def test_no_fragment_leads_nowhere(walked: Walk) -> None:
    lost = [
        f"{address}#{name} (from {origin})"
        for (address, name), origin in walked.fragments.items()
        if (visit := walked.visits.get(address)) and visit.outline
        if name not in visit.outline.names
    ]
    assert not lost, "\n".join(lost[:20])


def test_every_page_has_an_outline(walked: Walk) -> None:
    faults = []
    for visit in walked.pages:
        assert visit.outline
        levels = visit.outline.headings
        if levels.count(1) != 1:
            faults.append(f"{levels.count(1)} h1 on {visit.address}")
        for above, below in zip([0, *levels], levels, strict=False):
            if below > above + 1:
                faults.append(f"h{below} after h{above} on {visit.address}")
    assert not faults, "\n".join(faults[:20])


def test_names_on_a_page_are_unique_and_fields_have_labels(walked: Walk) -> None:
    faults = []
    for visit in walked.pages:
        assert visit.outline
        twice = [n for n, c in Counter(visit.outline.names).items() if c > 1]
        faults += [f"#{name} twice on {visit.address}" for name in twice]
        faults += [f"{one} on {visit.address}" for one in visit.outline.unlabelled]
    assert not faults, "\n".join(faults[:20])


def test_titles_tell_pages_apart(walked: Walk) -> None:
    titles: dict[str, set[str]] = {}
    for visit in walked.pages:
        if "?" in visit.address or visit.address.startswith("/q/"):
            continue  # answers are called what their queries are called
        match = re.search(r"<title>(.+?)</title>", visit.reply.text, re.DOTALL)
        assert match, visit.address
        titles.setdefault(match[1], set()).add(visit.address.split("?")[0])
    several = {title: paths for title, paths in titles.items() if len(paths) > 1}
    assert not several


def test_no_answer_sets_a_cookie_or_loads_from_elsewhere(walked: Walk) -> None:
    for visit in walked.visits.values():
        assert visit.reply.headers["Set-Cookie"] is None, visit.address
        if visit.outline:
            loaded = re.findall(
                r"<(?:script|img|iframe|source|object|embed|audio|video)\b[^>]*?"
                r"(?:src|data)=\"([^\"]*)\"",
                visit.reply.text,
            )
            loaded += re.findall(
                r"<link\b[^>]*rel=\"(?:stylesheet|icon|preload|modulepreload)\"[^>]*"
                r"href=\"([^\"]*)\"",
                visit.reply.text,
            )
            assert all(re.match(r"/(?!/)", one) for one in loaded), visit.address


def test_every_page_can_be_revalidated(real: Server, walked: Walk) -> None:
    for visit in walked.pages:
        etag = visit.reply.headers["ETag"] or "W/"
        assert not etag.startswith("W/"), f"{visit.address} has no strong ETag"
        again = real.get(
            visit.address,
            "text/html,application/xhtml+xml,*/*;q=0.8",
            If_None_Match=etag,
        )
        assert (again.status, again.body) == (304, b""), visit.address


def secret_asked(server: Server) -> int:
    """How many of the last three requests are in the log."""
    last = [line for line in server.log if line.startswith("{")][-3:]
    return sum('"/sparql"' in line or '"path": "/"' in line for line in last)


def test_the_log_keeps_no_secrets(real: Server) -> None:
    secret = "what-nobody-else-should-know"
    real.get(f"/query/expand-acronym?letters={secret}")
    real.get(f"/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22{secret}%22%20%7D")
    reply = real.get("/", User_Agent=secret, Referer=f"http://{secret}.test/")
    assert reply.status == 200
    until(lambda: secret_asked(real) >= 2)  # lines are written together
    lines = [json.loads(line) for line in real.log if line.startswith("{")]
    assert [line for line in lines if line["event"] == "request"]
    assert secret not in "".join(real.log)
    assert {line["client"] for line in lines if "client" in line} == {"127.0.0.0"}
