"""
A small harvester: it knows the conventions of the web, and nothing of any site.

It is given one address. It reads the links in the headers (RFC 8288), the linksets (RFC
9264) and the descriptions that they lead to, follows what these call descriptions, and
takes the whole dataset from where they say that it can be had whole.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests
from rdflib import DCAT, RDF, VOID, Graph, Namespace, URIRef

_SPDX = Namespace("http://spdx.org/rdf/terms#")
_READABLE = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}
_TELLING = {"api-catalog", "describedby", "linkset", "service-desc", "service-meta"}
_ACCEPT = "text/turtle, application/linkset+json;q=0.9, */*;q=0.1"
_MOST = 60  # addresses that are asked


@dataclass
class Harvest:
    """What was found.

    Attributes:
        told: what the descriptions say, all together.
        data: the dataset.
        visited: every address that was asked, in order.
        license: under which the home page says that all of it may be used.
    """

    told: Graph = field(default_factory=Graph)
    data: Graph = field(default_factory=Graph)
    visited: list[str] = field(default_factory=list)
    license: str = ""


def harvest(home: str) -> Harvest:
    """Find out what there is at an address, and take it."""
    found = Harvest()
    waiting = [home]
    with requests.Session() as session:
        while waiting and len(found.visited) < _MOST:
            address = waiting.pop(0)
            if address in found.visited:
                continue
            found.visited.append(address)
            reply = session.get(address, headers={"Accept": _ACCEPT}, timeout=30)
            reply.raise_for_status()
            kind = reply.headers["Content-Type"].partition(";")[0]
            if kind in _READABLE:
                found.told.parse(data=reply.content, format=_READABLE[kind])
            for relation, target in [*_links(reply), *_linkset(reply, kind)]:
                if relation in _TELLING:
                    waiting.append(urljoin(address, target).partition("#")[0])
                if relation == "license" and address == home:
                    found.license = target
        _take(session, found)
    return found


def _links(reply: requests.Response) -> Iterator[tuple[str, str]]:
    header = reply.headers.get("Link", "")
    for link in requests.utils.parse_header_links(header):
        for relation in link.get("rel", "").split():
            yield relation, link["url"]


def _linkset(reply: requests.Response, kind: str) -> Iterator[tuple[str, str]]:
    if kind == "application/linkset+json":
        for context in reply.json()["linkset"]:
            for relation, targets in context.items():
                if relation != "anchor":
                    yield from ((relation, target["href"]) for target in targets)


def _take(session: requests.Session, found: Harvest) -> None:
    """Fetch the dump of the dataset that describes itself as a catalogue's dataset."""
    (dataset,) = set(found.told.objects(None, DCAT.dataset))
    dumps = sorted(map(str, found.told.objects(dataset, VOID.dataDump)))
    for dump in dumps:
        head = session.head(dump, timeout=30)
        kind = head.headers["Content-Type"].partition(";")[0]
        if kind == "application/n-triples":
            content = session.get(dump, timeout=60).content
            found.visited.append(dump)
            found.data.parse(data=content, format="nt")
            return
    raise AssertionError(f"none of {dumps} can be read")


def checksums(found: Harvest) -> Iterator[tuple[str, str]]:
    """Each file that is told with its checksum."""
    for form, checksum in found.told.subject_objects(_SPDX.checksum):
        (value,) = found.told.objects(checksum, _SPDX.checksumValue)
        (address,) = found.told.objects(form, DCAT.downloadURL)
        yield str(address), str(value)


def is_intact(address: str, checksum: str) -> bool:
    """Fetch a file and compare."""
    content = requests.get(address, timeout=60).content
    return hashlib.sha256(content).hexdigest() == checksum


def is_typed(found: Harvest, thing: str) -> bool:
    """Whether a thing has a class at all."""
    return (URIRef(thing), RDF.type, None) in found.data
