"""A part of the graph of one's own choice has the bytes of the command line."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyoxigraph import RdfFormat, parse
from serving import Server

from socprot import distribution
from socprot.bundle import Bundle
from socprot.web.harvest.extract import DEEPEST, TRIPLES

RECORD = "event/2013-summit"
FORMS = pytest.mark.parametrize("form", distribution.FORMS, ids=lambda f: f.suffix)
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c . FILTER(isIRI(?s)) }"


def told(built: Bundle, *arguments: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-m", "socprot", "export", *arguments],
        check=True,
        capture_output=True,
        env={"SOCPROT_BUNDLES": str(built.path.parent)},
    ).stdout


@FORMS
def test_a_record_and_what_is_around_it(
    whole: Server, built: Bundle, form: distribution.Form
) -> None:
    for depth, inferred in ((0, False), (2, False), (1, True)):
        address = f"/export/record/{RECORD}.{form.suffix}?depth={depth}"
        more = ["--inferred"] if inferred else []
        reply = whole.get(address + ("&inferred=1" if inferred else ""))
        assert reply.media_type == form.media_type
        options = ["--depth", str(depth), "--format", form.name, *more]
        assert reply.body == told(built, RECORD, *options) != b""
        etag = reply.headers["ETag"]
        assert whole.get(address, If_None_Match=etag).status == (
            200 if inferred else 304
        )


def test_each_step_brings_more(whole: Server) -> None:
    sizes = [
        len(whole.get(f"/export/record/{RECORD}.nt?depth={depth}").body)
        for depth in range(DEEPEST)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1]


@FORMS
def test_the_result_of_a_query(
    whole: Server, built: Bundle, form: distribution.Form, tmp_path: Path
) -> None:
    (tmp_path / "mine.rq").write_text(CONSTRUCT)
    address = f"/export/query.{form.suffix}?" + urlencode({"query": CONSTRUCT})
    reply = whole.get(address)
    assert reply.media_type == form.media_type
    options = ["--query", str(tmp_path / "mine.rq"), "--format", form.name]
    assert reply.body == told(built, *options) != b""
    head = whole.request("HEAD", address)
    assert (head.headers["ETag"], head.body) == (reply.headers["ETag"], b"")


def test_blank_nodes_are_no_obstacle(whole: Server) -> None:
    text = "CONSTRUCT { [] a ?c } WHERE { ?s a ?c }"
    for form in distribution.FORMS:
        address = f"/export/query.{form.suffix}?" + urlencode({"query": text})
        kind = RdfFormat.from_media_type(form.media_type)
        assert kind is not None
        assert list(parse(whole.get(address).body, kind))


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("record/event/nowhere.ttl", 404, "event/nowhere"),
        ("record/event/2013-summit.zip", 404, ".ttl"),
        ("record/event/2013-summit", 404, ".ttl"),
        ("record/.ttl", 404, ""),
        ("record/a%20%3C.ttl", 400, ""),
        ("record/event/2013-summit.ttl?depth=9", 400, "from 0 to 3"),
        ("record/event/2013-summit.ttl?depth=-1", 400, "from 0 to 3"),
        ("record/event/2013-summit.ttl?depth=%C2%B2", 400, "from 0 to 3"),
        ("record/event/2013-summit.ttl?inferred=yes", 400, "0 or 1"),
        ("query.ttl", 400, "query="),
        ("query.zip?query=x", 404, ".ttl"),
        ("query.ttl?query=CONSTRUCT", 400, ""),
        ("query.ttl?" + urlencode({"query": "SELECT * { ?s ?p ?o }"}), 406, ""),
        ("query.ttl?" + urlencode({"query": "DROP ALL"}), 403, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    whole: Server, path: str, status: int, detail: str
) -> None:
    reply = whole.get(f"/export/{path}")
    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    assert detail in str(reply.json()["detail"])


def test_what_would_take_long_to_sort_is_for_the_endpoint(whole: Server) -> None:
    values = " ".join(map(str, range(200)))
    text = (
        f"CONSTRUCT {{ <urn:a> <urn:b> ?x }} WHERE {{ VALUES ?a {{ {values} }} "
        f"VALUES ?b {{ {values} }} BIND(?a * 1000 + ?b AS ?x) }}"
    )
    assert TRIPLES < 200 * 200
    reply = whole.get("/export/query.ttl?" + urlencode({"query": text}))
    assert reply.status == 422
    assert "/sparql" in str(reply.json()["detail"])
