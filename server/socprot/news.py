"""
What is new since the last release, as the description of the whole tells it.

DCAT 3 and OWL have the words: `dcat:previousVersion`, `owl:priorVersion`, and notes on
what changed (`adms:versionNotes`); the feed tells each change.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad, Triple

from socprot import namespaces
from socprot.namespaces import BASE, DATASET, FEED
from socprot.release import CHANGES, Entry, Ledger, order, unreleased
from socprot.statement import Statements, iri

_TITLES = {"data": "Records", "ontology": "Terms", "shapes": "Shapes"}


def fresh(entries: Sequence[Entry]) -> list[Entry]:
    """What no release has yet; where there is none, what the last release brought."""
    last = max((entry.version for entry in entries), key=order, default="")
    return unreleased(entries) or [one for one in entries if one.version == last]


def notes(entries: Iterable[Entry], since: str) -> str:
    """What changed, in numbers: by graph and by what became of its subjects.

    Args:
        since: the version that it is compared with; "" for none.
    """
    counts = Counter((entry.subject.graph, entry.change) for entry in entries)
    told = [f"Changes since {since}." if since else "The first version."]
    for graph, title in _TITLES.items():
        changes = [f"{counts[graph, c]:,} {c}" for c in CHANGES if counts[graph, c]]
        told += [f"{title}: {', '.join(changes)}."] if changes else []
    return " ".join(told)


def modified(stated: Iterable[Quad]) -> str:
    """The day on which the dataset was last modified, as stated; "" where it is not."""
    days = [
        value.value
        for subject, predicate, value, _ in stated
        if subject == NamedNode(DATASET) and predicate == iri("dcterms:modified")
        if isinstance(value, Literal) and value.datatype == iri("xsd:date")
    ]
    return max(days, default="")


def changes(
    ledgers: Sequence[Ledger], history: Sequence[Entry], version: str
) -> set[Triple]:
    """Tell in the description what changed since the last release, and where to follow.

    Args:
        ledgers: what each release changed, the oldest first.
        history: what last became of each subject.
        version: of the whole.
    """
    say = Statements()
    versions = [ledger.version for ledger in ledgers]
    earlier = [one for one in versions if order(one) < order(version)]
    news = fresh(history)
    # Where nothing is new since the last release, that is compared with the one before.
    compared = versions if unreleased(history) else versions[:-1]
    since = compared[-1] if compared else ""
    say(DATASET, "adms:versionNotes", notes(news, since), language="en")
    terms = [entry for entry in news if entry.subject.graph == "ontology"]
    name = f"{BASE}ns"
    say(name, "dcat:version", version)
    say(name, "adms:versionNotes", notes(terms, since), language="en")
    for previous in earlier[-1:]:
        for predicate in ("owl:priorVersion", "dcat:previousVersion"):
            say(DATASET, predicate, NamedNode(f"{DATASET}/{previous}"))
        say(name, "dcat:previousVersion", NamedNode(f"{name}/{previous}"))
    _feeds(say)
    return say.triples


def _feeds(say: Statements) -> None:
    """Where the changes can be followed."""
    for place, title, specification in (
        (FEED, "Changes of SocProt", "https://w3id.org/ldes/specification"),
        (
            f"{FEED}.atom",
            "Changes of SocProt as Atom",
            "https://www.rfc-editor.org/rfc/rfc4287",
        ),
    ):
        say(place, "rdf:type", iri("dcat:DataService"))
        say(place, "dcterms:title", title, language="en")
        say(place, "dcat:endpointURL", NamedNode(place))
        say(place, "dcat:servesDataset", NamedNode(DATASET))
        say(place, "dcterms:conformsTo", NamedNode(specification))
        say(namespaces.CATALOGUE, "dcat:service", NamedNode(place))
    stream = f"{FEED}#stream"
    say(stream, "rdf:type", iri("ldes:EventStream"))
    say(stream, "dcterms:title", "Changes of SocProt", language="en")
    say(stream, "dcterms:isPartOf", NamedNode(DATASET))
    say(stream, "tree:view", NamedNode(FEED))
    say(DATASET, "rdfs:seeAlso", NamedNode(stream))
