"""A subject of the ontology as a picture: its classes, and what ties them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from socprot.picture import Picture, ties
from socprot.picture.box import Edge, Node
from socprot.suggestion import shortened
from socprot.web.frame.markup import anchor
from socprot.web.model.model import Entry, Subject
from socprot.web.picture.figure import drawings, drawn

_KIND_OF = "is a kind of"


@dataclass(frozen=True)
class Diagram:
    """A picture for a wide screen, and one for a narrow."""

    wide: Picture
    narrow: Picture

    @property
    def svg(self) -> Markup:
        """Both drawings."""
        return drawings(self.wide, self.narrow)


def diagrams(subjects: Sequence[Subject]) -> Mapping[str, Diagram]:
    """The diagram of each subject that has ties to show."""
    classes = {entry.iri: entry for one in subjects for entry in one.classes}
    return {
        subject.name: _draw(subject, edges, classes)
        for subject in subjects
        if (edges := list(_edges(subject, classes)))
    }


def _draw(
    subject: Subject, edges: Sequence[Edge], classes: Mapping[str, Entry]
) -> Diagram:
    own = {entry.iri for entry in subject.classes}
    shown = dict.fromkeys(key for edge in edges for key in (edge.source, edge.target))
    nodes = [
        Node(
            key,
            classes[key].label,
            None,
            kind=shortened(key) + ("" if key in own else ", of another subject"),
            address=f"#{anchor(key)}",
        )
        for key in shown
    ]
    title = f"{subject.title}: its classes and what ties them"
    return Diagram(*drawn(lambda width: ties.draw(nodes, edges, title, width=width)))


def _edges(subject: Subject, classes: Mapping[str, Entry]) -> Iterator[Edge]:
    """From a class to what it is a kind of, and to the classes of its values."""
    for entry in subject.classes:
        for term in entry.above:
            if term.value in classes:
                yield Edge(entry.iri, term.value, _KIND_OF)
    for entry in subject.properties:
        for source in entry.subjects:
            for target in entry.values:
                if source.value in classes and target.value in classes:
                    yield Edge(source.value, target.value, entry.label)
