"""Files to take away: the right bytes, whole or in part, packed or not."""

import errno
import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

import pytest
from checkout import MINI
from pyoxigraph import RdfFormat, parse
from serving import Server

from socprot import distribution, dump, export
from socprot.bundle import Bundle
from socprot.errors import EngineUnavailable
from socprot.web.harvest.dumps import Dumps

TTL = "/export/socprot.ttl"


def test_the_bytes_are_those_of_the_command_line(whole: Server, built: Bundle) -> None:
    for path, arguments in {
        TTL: [],
        "/export/graph/data.nt": ["--graph", "data", "--format", "ntriples"],
        "/export/kind/event.jsonld": ["--kind", "event", "--format", "jsonld"],
    }.items():
        command = [sys.executable, "-m", "socprot", "export", *arguments]
        told = subprocess.run(
            command,
            check=True,
            capture_output=True,
            env={"SOCPROT_BUNDLES": str(built.path.parent)},
        ).stdout
        assert whole.get(path).body == told != b""


def test_every_file_has_its_checksum(whole: Server, built: Bundle) -> None:
    sums = whole.get("/export/SHA256SUMS")
    assert sums.media_type == "text/plain"
    told = dict(line.split("  ")[::-1] for line in sums.text.splitlines())
    listed = whole.get("/export/", "application/json").json()["files"]
    assert isinstance(listed, list)
    assert {one["name"] for one in listed} == {*told, "SHA256SUMS"}
    for name, checksum in told.items():
        reply = whole.get(f"/export/{name}")
        assert hashlib.sha256(reply.body).hexdigest() == checksum, name
        assert reply.headers["Content-Type"] == distribution.content_type(name)
    canonical = built.manifest["canonical"]
    assert told["canonical.nq"] == canonical
    assert whole.get("/export/", "application/json").json()["canonical"] == canonical


def test_files_are_the_same_wherever_they_are_written(
    built: Bundle, tmp_path: Path
) -> None:
    for folder in ("one", "two"):
        dump.write(dump.Source(built), tmp_path / folder, [])
    sums = [(tmp_path / f / "SHA256SUMS").read_bytes() for f in ("one", "two")]
    assert sums[0] == sums[1]
    packed = [sorted((tmp_path / f).rglob("*.gz")) for f in ("one", "two")]
    for one, other in zip(*packed, strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("form", distribution.FORMS, ids=lambda form: form.suffix)
def test_each_form_can_be_read(whole: Server, form: distribution.Form) -> None:
    reply = whole.get(f"/export/graph/data.{form.suffix}")
    kind = RdfFormat.from_media_type(form.media_type)
    assert reply.media_type == form.media_type
    triples = {quad.triple for quad in parse(reply.body, kind)}
    plain = parse(whole.get("/export/graph/data.nt").body, RdfFormat.N_TRIPLES)
    assert triples == {quad.triple for quad in plain}


def test_a_table_comes_as_it_was_written(whole: Server) -> None:
    root = MINI / "data" / "table"
    for name in ("figure.csv", "figure.csv-metadata.json"):
        assert whole.get(f"/export/table/{name}").body == (root / name).read_bytes()
    assert whole.get("/export/table/figure.csv").media_type == "text/csv"


def test_an_interrupted_transfer_is_resumed(whole: Server) -> None:
    full = whole.get(TTL)
    assert full.headers["Accept-Ranges"] == "bytes"
    size, etag = len(full.body), full.headers["ETag"]
    assert not etag.startswith("W/")
    part = whole.get(TTL, Range="bytes=100-", If_Range=etag)
    assert part.status == 206
    assert part.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    assert full.body[:100] + part.body == full.body
    assert whole.get(TTL, Range="bytes=-5").body == full.body[-5:]
    packed = whole.get(TTL, Range="bytes=0-9", Accept_Encoding="gzip")
    assert (packed.status, packed.body) == (206, full.body[:10])
    other = whole.get(TTL, Range="bytes=100-", If_Range='"another"')
    assert (other.status, other.body) == (200, full.body)
    several = whole.get(TTL, Range="bytes=0-1,5-6")
    assert (several.status, several.body) == (200, full.body)


def test_a_part_beyond_the_end_is_refused(whole: Server) -> None:
    reply = whole.get(TTL, Range="bytes=99999999-")
    assert reply.status == 416
    assert (reply.headers["Content-Range"] or "").startswith("bytes */")
    assert reply.media_type == "application/problem+json"


def test_who_takes_gzip_gets_it(whole: Server) -> None:
    full, packed = whole.get(TTL), whole.get(TTL, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == full.body
    assert len(packed.body) == int(packed.headers["Content-Length"]) < len(full.body)
    assert packed.headers["ETag"] != full.headers["ETag"]
    for reply in (full, packed):
        assert "Accept-Encoding" in reply.headers["Vary"]
        again = whole.get(
            TTL, If_None_Match=reply.headers["ETag"], Accept_Encoding="gzip"
        )
        assert (again.status, again.body) == (304, b"")
    digest = b64encode(hashlib.sha256(full.body).digest()).decode()
    assert full.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_head_tells_the_size(whole: Server) -> None:
    full, head = whole.get(TTL), whole.request("HEAD", TTL)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(full.body))
    assert head.headers["ETag"] == full.headers["ETag"]


@pytest.mark.parametrize(
    "name",
    [
        "socprot.zip",
        "graph/none.ttl",
        "kind/none.ttl",
        "../manifest.json",
        "..%2fmanifest.json",
        "%2e%2e/graph.nq",
        "/etc/passwd",
        "socprot.ttl.gz",
        "socprot.ttl.sha256",
        "table/../socprot.ttl",
        "a%00",
    ],
)
def test_nothing_else_is_sent(whole: Server, name: str) -> None:
    assert whole.get(f"/export/{name}").status == 404


def test_the_page_leads_to_files(whole: Server) -> None:
    reply = whole.get("/export/", "text/html")
    assert "/export/kind/event.ttl" in reply.text
    assert reply.headers["Content-Security-Policy"]
    assert "<script>" not in reply.text


def test_where_nothing_may_be_written_files_are_sent_all_the_same(
    built: Bundle, tmp_path: Path
) -> None:
    place = tmp_path / "bundle"
    place.mkdir()
    for name in ("graph.nq", "manifest.json"):
        (place / name).write_bytes((built.path / name).read_bytes())
    (place / "export").write_text("no folder can have this name")
    server = Server("bundle", place)
    try:
        want = export.write(export.read(built.graph), "ntriples")
        have = server.get("/export/graph/data.nt").body
        assert 0 < len(have) < len(want)
    finally:
        assert server.stop() == 0


def test_where_nothing_can_be_written_what_is_there_is_served(
    built: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image has its files made with it, and a file system that is read-only."""
    bundle = tmp_path / "bundle"
    shutil.copytree(built.path, bundle, ignore=shutil.ignore_patterns("export"))
    command = [sys.executable, "-m", "socprot", "export", "--all", bundle / "export"]
    bundles = {"SOCPROT_BUNDLES": str(built.path.parent)}
    subprocess.run(command, check=True, capture_output=True, env=bundles)

    def refuse(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("TemporaryFile", "TemporaryDirectory"):
        monkeypatch.setattr(tempfile, name, refuse)
    dumps = Dumps(bundle)
    for name in dumps.names:
        assert dumps.get(name).path.is_file(), name
    (bundle / "export" / "socprot.ttl").unlink()
    (bundle / "export" / "socprot.ttl.sha256").unlink()
    with pytest.raises(EngineUnavailable):
        Dumps(bundle).get("socprot.ttl")
