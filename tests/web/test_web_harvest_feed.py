"""A client of event streams that others wrote has the graph of today in the end."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from following import AS, TYPE
from invented import serving
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from serving import Server
from test_web_feed import same, written

from socprot import namespaces
from socprot.bundle import Bundle

HARVEST = Path(__file__).parents[1] / "harvest"


def follow(server: Server, *after: str) -> list[dict[str, Any]]:
    """Replicate the feed by ldes-client; return the members as they came."""
    node = Path(sys.executable).with_name("node")
    done = subprocess.run(
        [str(node), "follow.js", f"{server.address}/feed", *after],
        cwd=HARVEST,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def term(told: dict[str, str], nodes: dict[str, BlankNode]) -> Any:
    if told["termType"] == "NamedNode":
        return NamedNode(told["value"])
    if told["termType"] == "BlankNode":
        return nodes.setdefault(told["value"], BlankNode())
    if told.get("language"):
        return Literal(told["value"], language=told["language"])
    return Literal(told["value"], datatype=NamedNode(told["datatype"]))


def replayed(members: Sequence[dict[str, Any]]) -> dict[str, set[Triple]]:
    """What the members make, by graph."""
    nodes: dict[str, BlankNode] = {}
    held: dict[str, tuple[str, set[Triple]]] = {}
    for member in members:
        about = told(member)
        said = {
            Triple(*(term(one, nodes) for one in parts)) for parts in member["carried"]
        }
        if about[TYPE] == AS + "Delete":
            assert not said
            held.pop(member["isVersionOf"], None)
        else:
            held[member["isVersionOf"]] = (about[AS + "target"], said)
    graphs: dict[str, set[Triple]] = {}
    for graph, said in held.values():
        graphs.setdefault(graph, set()).update(said)
    return graphs


def told(member: dict[str, Any]) -> dict[str, str]:
    """What a member says of itself."""
    return {parts[1]["value"]: parts[2]["value"] for parts in member["told"]}


def test_ldes_client_has_the_graph_of_each_build(stages: list[Bundle]) -> None:
    for bundle in stages:
        with serving(bundle) as server:
            members = follow(server)
        assert same(replayed(members), written(bundle))
        times = [member["timestamp"] for member in members]
        assert times == sorted(times)
        assert len({member["id"] for member in members}) == len(members)


def test_ldes_client_begins_where_it_likes(stages: list[Bundle]) -> None:
    with serving(stages[3]) as server:
        later = follow(server, "2026-03-01T00:00:00Z")
    done = {
        (
            told(member)[TYPE].removeprefix(AS),
            member["isVersionOf"].removeprefix(namespaces.ID),
        )
        for member in later
    }
    assert done == {
        ("Create", "body/fresh"),
        ("Update", "body/former"),
        ("Update", "event/2013-summit"),
        ("Delete", "body/gone"),
    }


def test_ldes_client_has_the_published_graph(bundle: Bundle) -> None:
    with serving(bundle) as server:
        members = follow(server)
    assert same(replayed(members), written(bundle))
    assert len(members) > 5000
