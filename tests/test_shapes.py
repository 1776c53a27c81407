"""
Every shape accepts its valid examples, and each of its constraints has an invalid
example that it, and nothing else, rejects. The example says so in its first line:

    # expect: sps:Event-date sh:minCount

It is about <https://example.org/it> and its parts; what stands around them only has the
classes that links need, and is not judged.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from socprot import check, files, turtle, validate
from socprot.namespaces import PREFIXES

CASES = Path(__file__).parent / "shapes"
VALID = sorted(CASES.glob("*/valid*.ttl"))
INVALID = sorted(CASES.glob("*/invalid.*.ttl"))
IT = "https://example.org/it"
SH = PREFIXES["sh"]
TYPE = NamedNode(PREFIXES["rdf"] + "type")

# What a property shape says besides its constraints.
NOTES = {
    SH + n for n in ("description", "message", "name", "order", "path", "severity")
}

Constraint = tuple[str, str]  # a property shape, a parameter


@pytest.fixture(scope="session")
def shapes() -> list[Quad]:
    return [quad for path in files.turtle("shapes") for quad in read(path)]


def read(path: Path) -> list[Quad]:
    return turtle.read(path.read_text(encoding="utf-8"))


def broken(path: Path, shapes: list[Quad]) -> set[Constraint]:
    """The constraints that this example breaks."""
    return {
        (turtle.name(found.shape), f"sh:{check.parameter(found.component)}")
        for found in validate.shacl(read(path), shapes)
        if found.focus == IT or found.focus.startswith(f"{IT}/")
    }


def expected(path: Path) -> set[Constraint]:
    words = path.read_text(encoding="utf-8").partition("\n")[0].split()[2:]
    return set(zip(words[::2], words[1::2], strict=True))


def constraints(shapes: list[Quad]) -> Iterator[Constraint]:
    """Every constraint of every property shape."""
    kind = NamedNode(SH + "PropertyShape")
    subjects = {q.subject for q in shapes if q.predicate == TYPE and q.object == kind}
    for quad in shapes:
        predicate = quad.predicate.value
        if predicate in NOTES or not predicate.startswith(SH):
            continue
        if quad.subject in subjects:
            yield turtle.name(str(quad.subject)[1:-1]), turtle.name(predicate)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", VALID, ids=name)
def test_accepts(path: Path, shapes: list[Quad]) -> None:
    assert broken(path, shapes) == set()


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_rejects(path: Path, shapes: list[Quad]) -> None:
    assert broken(path, shapes) == expected(path) != set()


def test_every_constraint_has_an_invalid_example(shapes: list[Quad]) -> None:
    assert set(constraints(shapes)) == set().union(*map(expected, INVALID))


def test_every_shape_has_a_valid_example() -> None:
    assert {p.stem for p in files.turtle("shapes")} == {p.parent.name for p in VALID}
