"""The change feed: whoever follows it, from whatever point, has the graph of today."""

from urllib.parse import urlsplit

import pytest
from following import AS, LDES, TREE, Follower, objects
from invented import serving
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse
from pyshacl import validate
from rdflib import Graph
from serving import Server

from socprot import feed, namespaces, release
from socprot.bundle import Bundle
from socprot.canonical import canonical
from socprot.subject import WRITTEN

# rdflib warns of itself: its parsers use what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

ID = namespaces.ID
FORMATS = {
    "trig": "application/trig",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
}
WITH_GRAPHS = ("trig", "nq", "jsonld")


def written(bundle: Bundle) -> dict[str, set[Triple]]:
    """What the graphs say that people write, by graph."""
    found: dict[str, set[Triple]] = {}
    for quad in parse(path=bundle.graph, format=RdfFormat.N_QUADS):
        name = getattr(quad.graph_name, "value", "")
        if name.removeprefix(namespaces.GRAPH) in WRITTEN:
            found.setdefault(name, set()).add(quad.triple)
    return found


def same(one: dict[str, set[Triple]], other: dict[str, set[Triple]]) -> bool:
    """Whether graphs are isomorphic, one by one."""
    forms = [
        {name: canonical(Quad(*t) for t in triples) for name, triples in held.items()}
        for held in (one, other)
    ]
    return forms[0] == forms[1]


def changes(*told: tuple[str, str]) -> set[tuple[str, str]]:
    return {(change, ID + name) for change, name in told}


# -- following


def test_changes_are_followed_from_build_to_build(stages: list[Bundle]) -> None:
    follower = Follower()
    expected: list[set[tuple[str, str]] | None] = [
        None,  # everything
        None,  # everything again, as it has another date now
        changes(
            ("Create", "body/fresh"),
            ("Update", "body/former"),
            ("Update", "event/2013-summit"),
            ("Delete", "body/gone"),
        ),
        changes(
            ("Create", "body/fresh"),
            ("Update", "body/former"),
            ("Update", "event/2013-summit"),
            ("Delete", "body/gone"),
        ),
        changes(
            ("Create", "body/gone"),
            ("Update", "body/former"),
            ("Delete", "body/fresh"),
        ),
    ]
    for bundle, told in zip(stages, expected, strict=True):
        with serving(bundle) as server:
            done = follower.run(server)
            assert len(done) == len(set(done))
            if told is None:
                assert len(done) == sum(map(len, _subjects(bundle).values()))
            else:
                assert set(done) == told
            assert same(follower.graphs(), written(bundle))
            # Whoever begins here has the same, and reads each page once.
            newcomer = Follower()
            newcomer.run(server)
            assert same(newcomer.graphs(), written(bundle))
            assert follower.run(server) == []
            assert (follower.status, follower.bytes, follower.fetched) == (304, 0, [])


def _subjects(bundle: Bundle) -> dict[str, set[str]]:
    return {
        name: {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
        for name, triples in written(bundle).items()
    }


def test_a_renamed_record_names_its_successor(stages: list[Bundle]) -> None:
    with serving(stages[2]) as server:
        follower = Follower()
        follower.run(server)
    _, said = follower.held[ID + "body/former"]
    successor = NamedNode(namespaces.PREFIXES["dcterms"] + "isReplacedBy")
    (named,) = [t.object for t in said if t.predicate == successor]
    assert named == NamedNode(ID + "body/fresh")
    assert ID + "body/fresh" in follower.held


def test_who_missed_a_release_loses_nothing(stages: list[Bundle]) -> None:
    follower = Follower()
    for number in (0, 4):
        with serving(stages[number]) as server:
            follower.run(server)
    assert same(follower.graphs(), written(stages[4]))
    assert ID + "body/fresh" not in follower.held


def test_what_one_change_costs_is_counted(stages: list[Bundle]) -> None:
    follower = Follower()
    with serving(stages[3]) as server:
        follower.run(server)
        whole = follower.bytes
        follower.run(server)
        assert follower.bytes == 0
        raw = server.raw(
            b"GET /feed HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            b"Accept: application/n-quads\r\nIf-None-Match: "
            + follower._etag.encode()
            + b"\r\n\r\n"
        )
        assert raw.startswith(b"HTTP/1.1 304 ")
        assert raw.endswith(b"\r\n\r\n")
        assert len(raw) < 2500  # headers, of which most are for the safety of pages
    with serving(stages[4]) as server:
        follower.run(server)
        assert 0 < follower.bytes < whole


@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_each_format_with_graphs_can_be_followed(
    last: Server, stages: list[Bundle], suffix: str
) -> None:
    follower = Follower(FORMATS[suffix])
    follower.run(last)
    assert same(follower.graphs(), written(stages[-1]))


def test_the_published_graph_is_replayed_whole(bundle: Bundle) -> None:
    with serving(bundle) as server:
        follower = Follower()
        done = follower.run(server)
        assert same(follower.graphs(), written(bundle))
        history = (bundle.path / "changes.csv").read_text(encoding="utf-8")
        assert len(done) == len(release.parsed(history))
        dump = parse(server.get("/export/graph/data.nt").body, RdfFormat.N_TRIPLES)
        assert follower.graphs()[namespaces.DATA] == {quad.triple for quad in dump}
        # A page is made in memory, so none may be large.
        sizes = [
            len(server.get(path, "application/n-quads").body)
            for path in follower.fetched[:4]
        ]
        assert max(sizes) < 2_000_000


# -- what a page says


@pytest.fixture(scope="module")
def names(last: Server) -> list[str]:
    """The paths of all pages."""
    quads = list(parse(last.get("/feed.nq").body, RdfFormat.N_QUADS))
    here = f"{last.address}/feed.nq"
    found = [
        objects(quads, relation, TREE + "node")[0]
        for relation in objects(quads, here, TREE + "relation")
    ]
    assert all(name.endswith(".nq") for name in found)
    paths = (urlsplit(name).path.removesuffix(".nq") for name in found)
    return list(dict.fromkeys(paths))


def test_the_root_says_what_a_client_must_know(last: Server) -> None:
    quads = list(
        parse(last.get("/feed", "application/n-quads").body, RdfFormat.N_QUADS)
    )
    view = f"{last.address}/feed"
    for predicate, value in {
        TREE + "view": view,
        LDES + "timestampPath": AS + "published",
        LDES + "versionOfPath": AS + "object",
        LDES + "versionCreateObject": AS + "Create",
        LDES + "versionUpdateObject": AS + "Update",
        LDES + "versionDeleteObject": AS + "Delete",
        TREE + "shape": feed.SHAPE,
    }.items():
        assert objects(quads, feed.STREAM, predicate) == [value]
    (policy,) = objects(quads, view, LDES + "retentionPolicy")
    assert objects(quads, policy, LDES + "versionAmount") == ["1"]
    for relation in objects(quads, view, TREE + "relation"):
        assert objects(quads, relation, TREE + "path") == [AS + "published"]
        (address,) = objects(quads, relation, TREE + "node")
        (bound,) = objects(quads, relation, TREE + "value")
        path = urlsplit(address).path
        page = parse(last.get(path, "application/n-quads").body, RdfFormat.N_QUADS)
        times = {
            quad.object.value  # type: ignore[union-attr]
            for quad in page
            if quad.predicate == NamedNode(AS + "published")
        }
        assert times == {bound}


def test_members_are_of_the_shape_that_is_told(last: Server, names: list[str]) -> None:
    shapes = Graph().parse(data=last.get("/feed.ttl").text, format="turtle")
    lines = [f"<{feed.SHAPE}> <http://www.w3.org/ns/shacl#targetNode> "]
    for name in names:
        quads = list(parse(last.get(f"{name}.nq").body, RdfFormat.N_QUADS))
        text = last.get(f"{name}.nt").text
        members = objects(quads, feed.STREAM, TREE + "member")
        assert members
        targets = "".join(f"{lines[0]}<{member}> .\n" for member in members)
        asked = shapes + Graph().parse(data=targets, format="nt")
        data = Graph().parse(data=text, format="nt")
        conforms, _, report = validate(data, shacl_graph=asked)
        assert conforms, report
        broken = Graph().parse(
            data="".join(
                line for line in text.splitlines(True) if AS + "object" not in line
            ),
            format="nt",
        )
        assert not validate(broken, shacl_graph=asked)[0]


def test_every_format_says_the_same(last: Server, names: list[str]) -> None:
    for path in ("/feed", *names):
        said = {}
        for suffix, media_type in FORMATS.items():
            reply = last.get(f"{path}.{suffix}")
            assert (reply.status, reply.media_type) == (200, media_type)
            form = RdfFormat.from_media_type(media_type)
            held = list(parse(reply.body, form, rename_blank_nodes=True))
            plain = [Quad(*quad.triple) for quad in held]
            # Addresses of pages keep the suffix by which one came.
            text = canonical(plain).replace(f".{suffix}>".encode(), b">")
            said[suffix] = b"".join(sorted(text.splitlines(True)))
        assert len(set(said.values())) == 1, path


def test_negotiation_validators_and_caching(last: Server, names: list[str]) -> None:
    for path in ("/feed", names[0]):
        for suffix, media_type in FORMATS.items():
            reply = last.get(path, media_type)
            assert reply.media_type == media_type
            assert "Accept" in reply.headers["Vary"]
            etag = reply.headers["ETag"]
            again = last.get(path, media_type, If_None_Match=etag)
            assert (again.status, again.body) == (304, b"")
            head = last.request("HEAD", path, headers={"Accept": media_type})
            assert head.headers["Content-Length"] == str(len(reply.body))
            assert last.get(f"{path}.{suffix}").headers["ETag"] != etag
        assert last.get(path).media_type == "application/trig"
        assert last.get(path, "image/png").status == 406
        assert last.get(f"{path}.csv").status == 404
    assert "immutable" not in last.get("/feed").headers["Cache-Control"]
    assert "immutable" in last.get(names[0]).headers["Cache-Control"]
    assert last.get("/feed", "text/html").media_type == "text/html"
    for name in names:
        assert f"{name}.trig" in last.get("/feed", "text/html").text


def test_bytes_do_not_depend_on_the_process(stages: list[Bundle]) -> None:
    replies = []
    for _ in range(2):
        with serving(stages[1]) as server:
            follower = Follower()
            follower.run(server)
            bodies = [
                server.get(f"{path}.{suffix}").text.replace(server.address, "")
                for path in follower.fetched
                for suffix in (*FORMATS, "atom")
            ]
            replies.append(bodies)
    assert replies[0] == replies[1]


def test_a_page_that_was_replaced_is_gone(stages: list[Bundle]) -> None:
    with serving(stages[1]) as server:
        follower = Follower()
        follower.run(server)
        before = follower.fetched
    with serving(stages[2]) as server:
        follower.run(server)
        gone = [path for path in before if server.get(path).status == 410]
        kept = [path for path in before if server.get(path).status == 200]
        assert sorted(gone + kept) == sorted(before)
        assert gone
        reply = server.get(gone[0])
        assert str(reply.json()["type"]).endswith("/errors/replaced")
        assert server.get(f"{gone[0]}.atom").status == 410
        for path in ("/feed/none", "/feed/2026.1-0", "/feed/a.b", "/feed/..%2fx"):
            assert server.get(path).status == 404


def test_what_has_no_history_has_no_feed(server: Server, files: Server) -> None:
    for served in (server, files):
        for path in ("/feed", "/feed.atom", "/feed/x", "/changes", "/changes.csv"):
            assert served.get(path).status == 404


# -- for people


def test_people_read_what_has_changed(last: Server, stages: list[Bundle]) -> None:
    text = last.get("/changes", "text/html").text
    told = "Changes since 2026.2. Records: 1 added, 1 removed, 1 withdrawn."
    assert told in text
    assert 'href="/id/body/gone"' in text
    assert "id/body/fresh" in text
    reply = last.get("/changes.csv")
    assert reply.body == (stages[-1].path / "changes.csv").read_bytes()
    for path, accept in (("/changes", "text/html"), ("/changes.csv", None)):
        etag = last.get(path, accept).headers["ETag"]
        assert last.get(path, accept, If_None_Match=etag).status == 304


def test_the_description_tells_what_has_changed(last: Server) -> None:
    data = Graph().parse(data=last.get("/dataset.ttl").text, format="turtle")
    asked = """
        PREFIX adms: <http://www.w3.org/ns/adms#>
        PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX ldes: <https://w3id.org/ldes#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX tree: <https://w3id.org/tree#>
        SELECT ?notes ?service WHERE {
          ?dataset adms:versionNotes ?notes ; rdfs:seeAlso ?stream .
          ?stream a ldes:EventStream ; tree:view ?view .
          ?service dcat:servesDataset ?dataset ; dcat:endpointURL ?view ;
            dcterms:conformsTo <https://w3id.org/ldes/specification> .
        }"""
    (row,) = data.query(asked)
    assert "Records: 1 added, 1 removed, 1 withdrawn." in str(row.notes)
    follower = Follower()
    follower.run(last)
    assert follower.status == 200


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_pages_lead_to_the_feed(last: Server, path: str) -> None:
    reply = last.get(path, "text/html")
    assert f'</feed>; rel="{TREE}view"' in ", ".join(reply.headers.get_all("Link", []))
    assert 'href="/feed.atom"' in reply.text.partition("</head>")[0]
    assert f"{last.address}/feed<" in last.get("/sitemap.xml").text
    linkset = last.get("/.well-known/api-catalog").json()["linkset"]
    assert isinstance(linkset, list)
    (catalogue,) = [one for one in linkset if "item" in one]
    assert {"href": f"{last.address}/feed"} in catalogue["item"]
    assert f"{last.address}/feed" in [one["anchor"] for one in linkset]


def test_nothing_leads_to_a_feed_that_is_not_there(server: Server) -> None:
    for path in ("/", "/sitemap.xml", "/.well-known/api-catalog"):
        reply = server.get(path, "text/html" if path == "/" else None)
        links = ", ".join(reply.headers.get_all("Link", []))
        assert "/feed.atom" not in reply.text.partition("</head>")[0] + links
        assert path == "/" or "/feed" not in reply.text
