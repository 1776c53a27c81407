"""
The change feed: which pages it has, and what each of them says.

A Linked Data Event Stream (https://w3id.org/ldes/specification): a member tells that a
subject was created, updated or deleted, when, and in the graph of its own name all that
is said of it now. Of each subject the feed has the latest member only; the root says so
(`ldes:retentionPolicy`). Whoever reads every member has the written graphs as they are.

A page holds what one release brought and nothing later has replaced, or what no release
has yet. Its name has the checksum of what it holds, so a page never changes: where
something did, the root leads to a page of another name instead. Which page of a release
a member is on depends on its name alone; one change therefore makes one page anew.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from pyoxigraph import NamedNode, Quad, Triple

from socprot import namespaces
from socprot.namespaces import DATASET, FEED
from socprot.release import ADDED, REMOVED, Entry, order
from socprot.statement import Statements, iri

STREAM = f"{FEED}#stream"
SHAPE = f"{FEED}#member"
RETENTION = f"{FEED}#retention"
OPEN = "next"  # the pages of what no release has yet

_MEMBERS = 250  # on a page, on average
_FORM = b"1"  # of pages: another one where the same members are written differently
_KINDS = {ADDED: "as:Create", REMOVED: "as:Delete"}
_DAY = 86400  # seconds


@dataclass(frozen=True)
class Page:
    """One page of the feed.

    Attributes:
        version: the release that brought its members; OPEN where none has yet.
        date: of all its members.
        entries: sorted; never empty.
    """

    version: str
    number: int
    date: str
    entries: Sequence[Entry]

    @cached_property
    def name(self) -> str:
        """Its name, which tells its content."""
        digest = hashlib.sha256(_FORM)
        for entry in self.entries:
            digest.update(f"{member(entry)} {entry.sha256} {entry.change}\n".encode())
        return f"{self.version}-{self.number}-{digest.hexdigest()[:16]}"


def pages(entries: Iterable[Entry]) -> list[Page]:
    """Lay entries out on pages, what was released first on the first."""
    releases: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        releases.setdefault((entry.version, entry.date), []).append(entry)
    found: list[Page] = []
    for version, day in sorted(releases, key=lambda one: (not one[0], order(one[0]))):
        held = releases[version, day]
        shelves: list[list[Entry]] = [[] for _ in range(_number(len(held)))]
        for entry in held:
            shelves[_shelf(entry, len(shelves))].append(entry)
        found += (
            Page(version or OPEN, number, day, shelf)
            for number, shelf in enumerate(shelves)
            if shelf
        )
    return found


def _number(members: int) -> int:
    """How many pages so many members need: a power of two, which seldom changes."""
    number = 1
    while number * _MEMBERS < members:
        number *= 2
    return number


def _shelf(entry: Entry, shelves: int) -> int:
    of = entry.subject
    digest = hashlib.sha256(f"{of.graph} {of.name}".encode()).digest()
    return int.from_bytes(digest[:8]) % shelves


def member(entry: Entry) -> str:
    """The IRI of a member: it holds all that could tell it from another."""
    of = entry.subject
    name = quote(of.name, safe="/-._~:")
    digest = entry.sha256[:32] or entry.change
    return f"{FEED}#{of.graph}/{name}/{entry.date}/{digest}"


def moment(day: str) -> str:
    """The first moment of a day, as an xsd:dateTime."""
    return f"{day}T00:00:00Z"


def root(place: str, addresses: Mapping[str, Page]) -> set[Triple]:
    """What the first page says: what the stream is, and where its pages are.

    Args:
        place: the address of the first page.
        addresses: the other pages by their addresses.
    """
    say = Statements()
    say(STREAM, "rdf:type", iri("ldes:EventStream"))
    say(STREAM, "dcterms:title", "Changes of SocProt", language="en")
    say(STREAM, "dcterms:isPartOf", NamedNode(DATASET))
    say(STREAM, "tree:view", NamedNode(place))
    say(STREAM, "tree:shape", NamedNode(SHAPE))
    say(STREAM, "ldes:timestampPath", iri("as:published"))
    say(STREAM, "ldes:versionOfPath", iri("as:object"))
    say(STREAM, "ldes:versionCreateObject", iri("as:Create"))
    say(STREAM, "ldes:versionUpdateObject", iri("as:Update"))
    say(STREAM, "ldes:versionDeleteObject", iri("as:Delete"))
    say(STREAM, "ldes:pollingInterval", _DAY)
    say(place, "rdf:type", iri("tree:Node"))
    say(place, "rdf:type", iri("ldes:EventSource"))
    say(place, "ldes:retentionPolicy", NamedNode(RETENTION))
    say(RETENTION, "rdf:type", iri("ldes:RetentionPolicy"))
    say(RETENTION, "ldes:versionAmount", 1)
    _shape(say)
    for address, page in addresses.items():
        for kind in ("GreaterThanOrEqualTo", "LessThanOrEqualTo"):
            relation = f"{FEED}#{page.name}-{kind}"
            say(place, "tree:relation", NamedNode(relation))
            say(relation, "rdf:type", iri(f"tree:{kind}Relation"))
            say(relation, "tree:node", NamedNode(address))
            say(relation, "tree:path", iri("as:published"))
            say(relation, "tree:value", moment(page.date), datatype="xsd:dateTime")
    return say.triples


def _shape(say: Statements) -> None:
    """What a member is like; the shapes of what it carries are at /shape."""
    say(SHAPE, "rdf:type", iri("sh:NodeShape"))
    say(SHAPE, "sh:nodeKind", iri("sh:IRI"))
    say(SHAPE, "rdfs:seeAlso", NamedNode(f"{namespaces.BASE}shape"))
    for name, path, rule, value in (
        ("object", "as:object", "sh:nodeKind", "sh:IRI"),
        ("published", "as:published", "sh:datatype", "xsd:dateTime"),
        ("target", "as:target", "sh:nodeKind", "sh:IRI"),
        ("type", "rdf:type", "sh:nodeKind", "sh:IRI"),
    ):
        part = f"{SHAPE}-{name}"
        say(SHAPE, "sh:property", NamedNode(part))
        say(part, "rdf:type", iri("sh:PropertyShape"))
        say(part, "sh:path", iri(path))
        say(part, rule, iri(value))
        say(part, "sh:minCount", 1)
        say(part, "sh:maxCount", 1)


def content(
    page: Page, place: str, described: Mapping[Entry, Iterable[Triple]]
) -> list[Quad]:
    """What a page says.

    Args:
        place: its address.
        described: the description that each member carries.
    """
    say = Statements()
    say(place, "rdf:type", iri("tree:Node"))
    say(place, "ldes:immutable", "true", datatype="xsd:boolean")
    quads = []
    for entry in page.entries:
        name, of = member(entry), entry.subject
        say(STREAM, "tree:member", NamedNode(name))
        say(name, "rdf:type", iri(_KINDS.get(entry.change, "as:Update")))
        say(name, "as:object", NamedNode(of.iri))
        say(name, "as:published", moment(entry.date), datatype="xsd:dateTime")
        say(name, "as:target", NamedNode(namespaces.GRAPH + of.graph))
        graph = NamedNode(name)
        quads += [Quad(s, p, o, graph) for s, p, o in described.get(entry, ())]
    return [*(Quad(*triple) for triple in say.triples), *quads]
