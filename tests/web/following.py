"""
A small client of the change feed, written from the specification alone.

It keeps what a client is asked to keep (https://w3id.org/ldes/specification): the ETag
of the root, the immutable pages that it has read, the members that it has processed,
and what each object is now.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse
from serving import Reply, Server

AS = "https://www.w3.org/ns/activitystreams#"
TREE = "https://w3id.org/tree#"
LDES = "https://w3id.org/ldes#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Follower:
    """Replays the feed of a server, and of those that come after it."""

    def __init__(self, media_type: str = "application/n-quads") -> None:
        self.media_type = media_type
        self.held: dict[str, tuple[str, set[Triple]]] = {}
        self.bytes = 0  # of bodies, in the last run
        self.status = 0  # of the root, in the last run
        self.fetched: list[str] = []  # pages, in the last run
        self._etag = ""
        self._pages: set[str] = set()
        self._members: set[str] = set()

    def run(self, server: Server) -> list[tuple[str, str]]:
        """Synchronise once; return what was done to which object, in order."""
        self.bytes, self.fetched = 0, []
        root = self._get(server, "/feed", If_None_Match=self._etag)
        self.status = root.status
        if root.status == 304:
            return []
        self._etag = root.headers["ETag"]
        quads = list(self._parse(root))
        (stream,) = subjects(quads, TREE + "view", f"{server.address}/feed")
        news: list[tuple[str, str, str, str, set[Triple]]] = []
        for relation in objects(quads, f"{server.address}/feed", TREE + "relation"):
            (address,) = objects(quads, relation, TREE + "node")
            path = urlsplit(address).path
            assert address == server.address + path
            if path not in self._pages:
                self._pages.add(path)
                self.fetched.append(path)
                reply = self._get(server, path)
                assert "immutable" in (reply.headers["Cache-Control"] or "")
                page = list(self._parse(reply))
                assert objects(page, address, LDES + "immutable") == ["true"]
                news += self._members_of(page, stream)
        done = []
        for _, member, change, about, said in sorted(news, key=lambda one: one[:2]):
            self._members.add(member)
            target, _, about = about.partition(" ")
            if change == AS + "Delete":
                self.held.pop(about, None)
            else:
                self.held[about] = (target, said)
            done.append((change.removeprefix(AS), about))
        return done

    def _members_of(
        self, page: list[Quad], stream: str
    ) -> Iterable[tuple[str, str, str, str, set[Triple]]]:
        for member in objects(page, stream, TREE + "member"):
            if member in self._members:
                continue
            (change,) = objects(page, member, TYPE)
            (about,) = objects(page, member, AS + "object")
            (when,) = objects(page, member, AS + "published")
            (target,) = objects(page, member, AS + "target")
            graph = NamedNode(member)
            said = {quad.triple for quad in page if quad.graph_name == graph}
            yield when, member, change, f"{target} {about}", said

    def graphs(self) -> dict[str, set[Triple]]:
        """What it holds now, by graph."""
        found: dict[str, set[Triple]] = {}
        for target, said in self.held.values():
            found.setdefault(target, set()).update(said)
        return found

    def _get(self, server: Server, path: str, **headers: str) -> Reply:
        reply = server.get(path, self.media_type, **headers)
        assert reply.status in (200, 304), reply.text
        self.bytes += len(reply.body)
        return reply

    def _parse(self, reply: Reply) -> Iterable[Quad]:
        form = RdfFormat.from_media_type(reply.media_type)
        assert form is not None
        # The same name in two pages is not the same blank node.
        return parse(reply.body, form, rename_blank_nodes=True)


def objects(quads: Iterable[Quad], subject: str, predicate: str) -> list[str]:
    """The values of a property in the default graph, each once."""
    about, wanted = NamedNode(subject), NamedNode(predicate)
    found = (
        quad.object.value  # type: ignore[union-attr]
        for quad in quads
        if quad.subject == about and quad.predicate == wanted
        if quad.graph_name == DefaultGraph()
    )
    return list(dict.fromkeys(found))


def subjects(quads: Iterable[Quad], predicate: str, value: str) -> list[str]:
    """What has this value, each once."""
    wanted, held = NamedNode(predicate), NamedNode(value)
    found = (
        quad.subject.value  # type: ignore[union-attr]
        for quad in quads
        if quad.predicate == wanted and quad.object == held
    )
    return list(dict.fromkeys(found))
