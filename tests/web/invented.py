"""An invented history of the frozen graph, build by build, for those who follow it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from checkout import copy
from serving import Server

from socprot import files, release
from socprot.build import build
from socprot.bundle import Bundle

HEADER = """PREFIX owl: <http://www.w3.org/2002/07/owl#>

<https://w3id.org/socprot/ns>
    a owl:Ontology ;
    owl:versionIRI <https://w3id.org/socprot/ns/2026.1> ;
    owl:versionInfo "2026.1" ;
.
"""


def silent(step: str) -> None:
    """Watch nothing."""


def tell(folder: Path) -> list[Bundle]:
    """Build it stage by stage."""
    root = copy(folder)
    body = root / "data" / "body"
    text = (body / "host.ttl").read_text()

    def named(name: str) -> str:
        return text.replace("body:host", f"body:{name}")

    (root / "ontology" / "ontology.ttl").write_text(HEADER)
    stated = (files.root() / "data" / "dataset.ttl").read_text(encoding="utf-8")
    kept = [line for line in stated.splitlines(True) if "dcterms:spatial" not in line]
    (root / "data" / "dataset.ttl").write_text(
        re.sub(r'modified "[0-9-]*"', 'modified "2026-02-01"', "".join(kept))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCPROT_ROOT", str(root))
        patch.setenv("SOCPROT_BUNDLES", str(folder / "bundles"))
        made = []

        def next_stage() -> None:
            made.append(build(silent)[0])

        def publish(version: str, day: str) -> None:
            history = (made[-1].path / "changes.csv").read_text(encoding="utf-8")
            new = release.unreleased(release.parsed(history))
            place = root / "data" / "release"
            place.mkdir(exist_ok=True)
            ready = release.ledger(version, date.fromisoformat(day), new)
            for name, content in ready.items():
                (place / name).write_bytes(content)

        # 0: nothing was released yet.
        (body / "former.ttl").write_text(named("former"))
        (body / "gone.ttl").write_text(named("gone"))
        next_stage()
        # 1: all of it is.
        publish("2026.1", "2026-03-01")
        next_stage()
        # 2: one record more, less, changed, and renamed.
        (body / "gone.ttl").unlink()
        (body / "fresh.ttl").write_text(named("fresh"))
        (body / "former.ttl").write_text(
            "PREFIX dcterms: <http://purl.org/dc/terms/>\n"
            "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
            + named("former").replace(
                "    a sp:Body ;",
                "    a sp:Body ;\n    dcterms:isReplacedBy body:fresh ;\n"
                "    owl:deprecated true ;",
            )
        )
        event = root / "data" / "event" / "2013-summit.ttl"
        event.write_text(event.read_text().replace("Sommet", "Gipfel"))
        next_stage()
        # 3: that is released too.
        publish("2026.2", "2026-06-01")
        next_stage()
        # 4: what was removed is back, and what was new is removed.
        (body / "gone.ttl").write_text(named("gone"))
        (body / "fresh.ttl").unlink()
        former = (body / "former.ttl").read_text()
        (body / "former.ttl").write_text(former.replace("body:fresh", "body:gone"))
        next_stage()
    return made


@contextmanager
def serving(bundle: Bundle) -> Iterator[Server]:
    server = Server("bundle", bundle.path)
    try:
        yield server
    finally:
        assert server.stop() == 0, "".join(server.log)
        assert "Traceback" not in "".join(server.log)
