"""What runs in the browser: pinned, bundled, licensed, and served from here."""

import gzip
import json
import re
from pathlib import Path

from serving import Server

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "server" / "browser"
BUILT = ROOT / "server" / "socprot" / "web" / "static" / "built"


def lock() -> dict[str, dict[str, object]]:
    held = json.loads((BROWSER / "package-lock.json").read_text(encoding="utf-8"))
    packages: dict[str, dict[str, object]] = held["packages"]
    return packages


def test_every_package_is_pinned_by_its_hash() -> None:
    for path, entry in lock().items():
        if path:
            assert str(entry["integrity"]).startswith("sha512-"), path
            # Where packages come from is a matter of each machine, not of the lock.
            assert "resolved" not in entry, path
    stated = json.loads((BROWSER / "package.json").read_text(encoding="utf-8"))
    wanted = {**stated["dependencies"], **stated["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_the_licence_of_each_package_travels_with_it(server: Server) -> None:
    text = (BUILT / "licences.txt").read_text(encoding="utf-8")
    for path, entry in lock().items():
        if path and not entry.get("dev"):
            name = path.rpartition("node_modules/")[2]
            assert f"\n{name} {entry['version']} (" in text
    assert text.count("WITHOUT WARRANTY OF ANY KIND") >= 5
    assert 'href="/licences"' in server.get("/", "text/html").text
    page = server.get("/licences", "text/html").text
    assert "<summary>codemirror 5." in page
    assert page.count("<summary>") == text.count("=" * 72)
    assert 'href="/static/built/licences.txt"' in page
    assert server.get("/static/built/licences.txt").media_type == "text/plain"


def test_the_editor_is_served_from_here(server: Server) -> None:
    page = server.get("/sparql", "text/html").text
    scripts = re.findall(r'<script type="module" src="([^"]+)"></script>', page)
    assert "/static/built/editor.js" in scripts
    for address in scripts:
        assert server.get(address).media_type == "text/javascript"


def test_reading_pages_load_little_script(server: Server) -> None:
    for path in ("/", "/query/", "/query/adopted-in-year", "/doc/event/2013-summit"):
        text = server.get(path, "text/html").text
        sources = re.findall(r'<script[^>]* src="([^"]+)"', text)
        assert sum(len(server.get(one).body) for one in sources) < 200_000


def test_without_the_bundle_pages_name_no_scripts(
    server: Server, tmp_path: Path
) -> None:
    script = """
import sys
from pathlib import Path
from socprot.web.frame import assets
assets.BUILT = Path(sys.argv[4])
from socprot.serve import run
sys.exit(run(port=int(sys.argv[1]), bundle=Path(sys.argv[3]), datasets=()))
"""
    bare = Server("bundle", server.process.args[-1], tmp_path / "none", script=script)
    try:
        page = bare.get("/sparql", "text/html").text
        assert "/static/built/" not in page
        assert "<textarea" in page
        assert "/static/built/" not in bare.get("/", "text/html").text
        assert "without its scripts" in bare.get("/licences", "text/html").text
    finally:
        assert bare.stop() == 0


def test_scripts_travel_compressed(server: Server) -> None:
    path = "/static/built/editor.js"
    plain = server.get(path)
    packed = server.get(path, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2.5
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    again = server.get(
        path, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"]
    )
    assert again.status == 304
    part = server.get(path, Accept_Encoding="gzip", Range="bytes=0-9")
    assert (part.status, part.body) == (206, plain.body[:10])
