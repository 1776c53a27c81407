"""The threat model: complete, proven by tests that exist, and published."""

import ast
from functools import cache
from pathlib import Path

import pytest
from serving import Server

from socprot.web.trust.threats import Threat, load

ROOT = Path(__file__).parents[2]
MODEL = load()
# Fixtures and classes through which a test talks to a real server process.
RUNNING = {"server", "files", "Server"}
# What the threat model of a SPARQL endpoint must speak of.
CLASSES = {
    "service",
    "remote-graphs",
    "chosen-endpoint",
    "regex",
    "explosion",
    "memory",
    "size",
    "nesting",
    "parsers",
    "decompression",
    "scripts",
    "sniffing",
    "malformed",
    "origins",
    "spreadsheets",
    "headers",
    "logs",
    "ambiguity",
    "host",
    "exposure",
    "slow-clients",
    "leaving-clients",
    "crowding",
    "crashes",
    "instructions",
    "pictures",
    "searches",
    "permalinks",
    "extracts",
}


@cache
def functions(path: str) -> dict[str, ast.FunctionDef]:
    """The tests of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def is_run_against_a_server(test: str) -> bool:
    path, _, name = test.partition("::")
    node = functions(path)[name]
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    names |= {one.arg for one in node.args.args}
    return path.startswith("tests/web/") and bool(names & RUNNING)


@pytest.mark.parametrize("threat", MODEL, ids=lambda threat: threat.name)
def test_each_threat_is_proven_on_a_running_server(threat: Threat) -> None:
    for test in threat.tests:
        path, _, name = test.partition("::")
        assert name in functions(path), f"{test} does not exist"
    assert any(map(is_run_against_a_server, threat.tests))
    assert threat.attack.endswith(".")
    assert threat.defence.endswith(".")


def test_every_class_of_attack_is_there_once() -> None:
    names = [threat.name for threat in MODEL]
    assert set(names) == CLASSES
    assert len(names) == len(CLASSES)


def test_no_attack_is_tried_in_vain() -> None:
    """Every test of the modules of attacks stands in the model."""
    named = {test for threat in MODEL for test in threat.tests}
    for module in ("test_web_threats", "test_web_threats_content"):
        path = f"tests/web/{module}.py"
        assert {f"{path}::{name}" for name in functions(path)} <= named


def test_the_page_tells_it(server: Server) -> None:
    page = server.get("/threats", "text/html")
    assert page.status == 200
    for threat in MODEL:
        assert f'id="{threat.name}"' in page.text
        for test in threat.tests:
            assert f"<code>{test}</code>" in page.text
    assert 'href="/threats"' in server.get("/limits", "text/html").text
