"""What is built from a change is what a full build gives, to the byte."""

import hashlib
import random
import re
from pathlib import Path

import pytest
from broken import BREAKS, EVENT, TABLE
from checkout import use

from socprot import build, bundle, kept
from socprot.errors import BuildFailed

HOST, ACT = "data/body/host.ttl", "data/act/adoption.ttl"
NEW = """PREFIX body: <https://w3id.org/socprot/id/body/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sp: <https://w3id.org/socprot/ns#>

body:guest
    a sp:Body ;
    rdfs:label "Guest"@en ;
.
"""
# What may change without a full build: files with their old and new texts.
EDITS = {
    "a label": [(EVENT, '"Summit"@en', '"The summit"@en')],
    "a label less": [(EVENT, '    rdfs:label "Sommet"@fr ;\n', "")],
    "a date": [(EVENT, '"2013-10-09"^^xsd:date', '"2013-10-08"^^xsd:date')],
    "a link less": [(ACT, "    sp:occasion event:2013-summit ;\n", "")],
    "a new record": [("data/body/guest.ttl", "", NEW)],
    "a record less": [(ACT, None, None)],
    "a new record that is linked": [
        ("data/body/guest.ttl", "", NEW),
        (EVENT, "sp:host body:host", "sp:host body:guest"),
    ],
    "a cell": [(TABLE, "12.50", "13.75")],
    "a row": [(TABLE, "\nf2,", "\nf3,")],
    "a table and a record": [
        (TABLE, "12.50", "13"),
        (EVENT, '"Summit"@en', '"The summit"@en'),
    ],
    "a table less": [(TABLE, None, None), (TABLE + "-metadata.json", None, None)],
    "a triple that follows, stated": [
        (HOST, "    a sp:Body ;", "    a sp:Body ;\n    a sp:Record ;")
    ],
    "a warning less": [(ACT, "    sp:occasion", "    sp:date 2013 ;\n    sp:occasion")],
    "a question": [
        ("queries/competency/events-in-year.rq", "#+ summary: ", "#+ summary: Now: ")
    ],
    "the dataset": [
        (
            "data/dataset.ttl",
            "",
            "<https://w3id.org/socprot/> a <http://www.w3.org/ns/dcat#Dataset> .\n",
        )
    ],
}
# What may change anything.
FAR = {
    "the ontology": ("ontology/mini.ttl", '"act"@en', '"deed"@en'),
    "a shape": ("shapes/event.ttl", "sh:maxCount 1", "sh:maxCount 2"),
    "an axiom in a record": (
        HOST,
        "    a sp:Body ;",
        "    a sp:Body ;\n    rdfs:subPropertyOf sp:host ;",
    ),
    "a spelling that a store would not keep": (
        EVENT,
        "    sp:endDate",
        "    sp:about 01 ;\n    sp:endDate",
    ),
}
# What is told without a full build: what only the shapes and the hygiene queries find.
QUICK = {
    "bad-query",
    "dangling-link",
    "missing-value",
    "no-such-day",
    "out-of-range",
    "two-values",
    "unknown-reference",
    "wrong-class",
    "wrong-datatype",
}


class Steps(list[str]):
    """What a build tells about its steps."""

    def __call__(self, step: str) -> None:
        self.append(step)

    @property
    def full(self) -> bool:
        return "reading the sources" in self


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = use(tmp_path, monkeypatch)
    build.build(Steps())
    return root


def edit(path: Path, old: str | None, new: str | None) -> None:
    if old is None or new is None:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert old in text
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")


def same_as_full() -> None:
    """A full build compares itself with what there is, and says if it differs."""
    steps = Steps()
    _, is_new = build.build(steps, full=True)
    assert steps.full
    assert not is_new


@pytest.mark.parametrize("name", EDITS)
def test_a_change_gives_the_bytes_of_a_full_build(root: Path, name: str) -> None:
    for file, old, new in EDITS[name]:
        edit(root / file, old, new)
    steps = Steps()
    _, is_new = build.build(steps)
    assert is_new
    assert not steps.full, steps
    same_as_full()


@pytest.mark.parametrize("name", FAR)
def test_a_change_that_may_change_anything_is_built_in_full(
    root: Path, name: str
) -> None:
    file, old, new = FAR[name]
    edit(root / file, old, new)
    steps = Steps()
    build.build(steps)
    assert steps.full


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_wrong_is_told_as_by_a_full_build(root: Path, name: str) -> None:
    before = bundle.require()
    BREAKS[name].apply(root)
    steps = Steps()
    with pytest.raises(BuildFailed) as caught:
        build.build(steps)
    assert steps.full == (name not in QUICK)
    with pytest.raises(BuildFailed) as full:
        build.build(Steps(), full=True)
    assert str(caught.value) == str(full.value)
    assert bundle.require() == before


def test_back_and_forth_again(root: Path) -> None:
    """Each build begins with what the one before has kept."""
    for label in ("One", "Two", "One more", "Summit"):
        path = root / EVENT
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r'rdfs:label "[^"]*"@en', f'rdfs:label "{label}"@en', text),
            encoding="utf-8",
        )
        steps = Steps()
        build.build(steps)
        assert not steps.full
    same_as_full()


def test_a_catalogue_that_a_store_would_spell_otherwise(root: Path) -> None:
    """Its lines are found again as they were written."""
    (root / "data" / "dataset.ttl").write_text(
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
        "<https://w3id.org/socprot/> <http://www.w3.org/ns/dcat#byteSize> "
        '"007"^^xsd:nonNegativeInteger , "7"^^xsd:nonNegativeInteger .\n',
        encoding="utf-8",
    )
    build.build(Steps())
    same_as_full()
    edit(root / EVENT, '"Summit"@en', '"The summit"@en')
    steps = Steps()
    build.build(steps)
    assert not steps.full
    same_as_full()


def test_a_triple_that_is_in_two_graphs(root: Path) -> None:
    """It counts once, and a query finds it once, whatever way the bundle is built."""
    stated = "<https://w3id.org/socprot/id/body/host> <https://example.org/p> 1 .\n"
    (root / "data" / "dataset.ttl").write_text(stated, encoding="utf-8")
    (root / "queries" / "hygiene" / "twice.rq").write_text(
        "#+ summary: Something is found twice.\n#+ remedy: None.\n"
        "SELECT ?s { ?s <https://example.org/p> ?o } GROUP BY ?s HAVING (COUNT(*) > 1)",
        encoding="utf-8",
    )
    build.build(Steps())
    for old, new in (
        ("    a sp:Body ;", "    <https://example.org/p> 1 ;\n    a sp:Body ;"),
        ("    <https://example.org/p> 1 ;\n", ""),
    ):
        edit(root / HOST, old, new)
        steps = Steps()
        build.build(steps)
        assert not steps.full
        same_as_full()


@pytest.mark.parametrize("break_it", ["cut", "gone", "other"])
def test_what_was_kept_is_not_trusted(root: Path, break_it: str) -> None:
    path = bundle.require().path / kept.FILE
    content = path.read_bytes()
    if break_it == "gone":
        path.unlink()
    else:
        path.write_bytes(
            content[:-9] if break_it == "cut" else content.replace(b"Host", b"Hots")
        )
    edit(root / EVENT, '"Summit"@en', '"The summit"@en')
    steps = Steps()
    build.build(steps)
    assert steps.full
    same_as_full()


def test_what_another_version_kept_is_no_use(root: Path) -> None:
    path = bundle.require().path / kept.FILE
    content = path.read_bytes().partition(b"\n")[2].replace(b'"software"', b'"maker"')
    path.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    edit(root / EVENT, '"Summit"@en', '"The summit"@en')
    steps = Steps()
    build.build(steps)
    assert steps.full


@pytest.mark.parametrize("file", ["graph.nq", "canonical.nq"])
def test_a_bundle_that_was_changed_is_no_beginning(root: Path, file: str) -> None:
    path = bundle.require().path / file
    path.write_bytes(path.read_bytes().replace(b"Host", b"Hots"))
    edit(root / EVENT, '"Summit"@en', '"The summit"@en')
    steps = Steps()
    build.build(steps)
    assert steps.full


def test_other_software_begins_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "surroundings", lambda: "another")
    edit(root / EVENT, '"Summit"@en', '"The summit"@en')
    steps = Steps()
    build.build(steps)
    assert steps.full


def test_a_full_build_notices_a_bundle_that_differs(root: Path) -> None:
    report = bundle.require().path / "report.ttl"
    report.write_text(report.read_text() + "\n")
    with pytest.raises(BuildFailed, match=r"report\.ttl .* is not what a full build"):
        build.build(Steps(), full=True)


@pytest.mark.parametrize("seed", range(3))
def test_random_changes(root: Path, seed: int) -> None:
    """Lines go, come back and are mixed up; both ways of building agree each time."""
    chance = random.Random(seed)
    paths = sorted((root / "data").rglob("*.ttl"))
    lines = {path: path.read_text(encoding="utf-8").splitlines(True) for path in paths}
    for _ in range(10):
        path = chance.choice(paths)
        text = list(lines[path])
        triples = [n for n, line in enumerate(text) if line.startswith("    ")]
        for number in chance.sample(triples, chance.randint(0, 2)):
            text[number] = ""
        path.write_text("".join(text), encoding="utf-8")
        try:
            build.build(Steps())
        except BuildFailed as error:
            with pytest.raises(BuildFailed, match=re.escape(str(error)[:60])):
                build.build(Steps(), full=True)
        else:
            same_as_full()
