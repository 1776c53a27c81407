"""The redirects of w3id.org lead every IRI to an address that answers."""

import re
from pathlib import Path

import pytest
from serving import Server

from socprot import namespaces

RULES = Path(__file__).parents[2] / "server" / "w3id" / ".htaccess"
SITE = "https://socprot.example.org"
THINGS = ["id/event/2013-summit", "id/body/host", "id/figure/f1"]
DOCUMENTS = [
    "",
    "ns",
    "ns.ttl",
    "shape",
    "graph/data",
    "graph/catalogue",
    "dataset",
    "dataset/2026.1",
    "dataset.ttl",
    ".well-known/void",
    "sparql",
    "query/",
    "export/",
    "feed",
    "feed.atom",
    "feed.trig",
    "changes",
    "export/socprot.nt",
    "doc/event/2013-summit.ttl",
]


def redirect(path: str) -> tuple[int, str]:
    """What mod_rewrite answers, as far as these rules use it.

    https://httpd.apache.org/docs/2.4/rewrite/flags.html
    """
    environment: dict[str, str] = {}
    for line in RULES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("RewriteRule "):
            assert line.startswith(("#", "Options ", "RewriteEngine on")) or not line
            continue
        _, pattern, target, flags = line.split()
        match = re.search(pattern, path)
        if match is None:
            continue
        settings = flags.strip("[]").split(",")
        for setting in settings:
            if setting.startswith("E="):
                name, _, value = setting[2:].partition(":")
                environment[name] = value
        if target == "-":
            continue
        assert "L" in settings
        for number, group in enumerate(match.groups(), 1):
            target = target.replace(f"${number}", group)
        for name, value in environment.items():
            target = target.replace(f"%{{ENV:{name}}}", value)
        (status,) = (int(one[2:]) for one in settings if one.startswith("R="))
        return status, target
    raise AssertionError(f"no rule for {path}")


@pytest.mark.parametrize("path", THINGS)
def test_a_thing_leads_to_a_document(whole: Server, path: str) -> None:
    status, target = redirect(path)
    assert (status, target) == (303, f"{SITE}/doc/{path.removeprefix('id/')}")
    for accept in ("text/html", "text/turtle", "application/ld+json"):
        reply = whole.get(target.removeprefix(SITE), accept)
        assert (reply.status, reply.media_type) == (200, accept)
        # In Turtle the prefix is the kind of record.
        assert (namespaces.BASE + path) in reply.text or (
            f"\n{path.removeprefix('id/').replace('/', ':')}\n" in reply.text
        )


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_keeps_its_path(whole: Server, path: str) -> None:
    status, target = redirect(path)
    assert (status, target) == (302, f"{SITE}/{path}")
    assert whole.get(f"/{path}").status == 200


def test_the_site_is_named_once() -> None:
    assert RULES.read_text(encoding="utf-8").count("://socprot") == 1
