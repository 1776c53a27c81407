"""The tables are a Data Package: a program that knows only the standard reads them."""

import json
from pathlib import Path

import pytest
from frictionless import Package, system
from pyoxigraph import NamedNode, RdfFormat, parse

from socprot import dump, export, files
from socprot.bundle import Bundle
from socprot.namespaces import PREFIXES

REIFIES = NamedNode(PREFIXES["rdf"] + "reifies")
SOURCE = NamedNode(PREFIXES["dcterms"] + "source")
PART = ["datapackage.json", "annotated.ttl", "canonical.nq"]


@pytest.fixture(scope="module")
def folder(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody has who took the package and its files."""
    place = tmp_path_factory.mktemp("package")
    source = dump.Source(bundle)
    tables = [name for name in source.names() if name.startswith("table/")]
    dump.write(source, place, [*PART, *tables])
    return place


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frictionless_finds_no_fault(folder: Path) -> None:
    with system.use_context(trusted=True):
        package = Package(str(folder / "datapackage.json"))
        report = package.validate(parallel=False)
        assert report.valid, report.flatten(["title", "rowNumber", "note"])
    names = {path.stem for path in files.tables()}
    assert {resource.name for resource in package.resources} == {*names, "graph"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frictionless_sees_what_was_changed(folder: Path) -> None:
    table = folder / "table" / "ratification.csv"
    kept = table.read_bytes()
    table.write_bytes(kept.replace(b"\n", b"\nbroken,", 2))
    try:
        with system.use_context(trusted=True):
            package = Package(str(folder / "datapackage.json"))
            assert not package.validate(parallel=False).valid
    finally:
        table.write_bytes(kept)


def test_every_column_is_described(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert package["name"] == "socprot"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        if resource["path"].endswith(".csv"):
            text = (folder / resource["path"]).read_text(encoding="utf-8")
            fields = [field["name"] for field in resource["schema"]["fields"]]
            assert fields == text.partition("\n")[0].split(",")


def test_annotations_say_where_each_triple_comes_from(
    folder: Path, bundle: Bundle
) -> None:
    quads = list(parse(path=folder / "annotated.ttl", format=RdfFormat.TURTLE))
    said = {q.subject: q.object for q in quads if q.predicate == REIFIES}
    notes = {q.triple for q in quads if q.subject in said}
    plain = {q.triple for q in quads} - notes
    data = {q.triple for q in export.graphs(export.read(bundle.graph), ["data"])}
    assert plain == data  # without the annotations: the graph as it was
    sources: dict[object, set[object]] = {}
    for triple in data:
        if triple.predicate == SOURCE:
            sources.setdefault(triple.subject, set()).add(triple.object)
    told: dict[object, set[object]] = {}
    for note in notes:
        if note.predicate == SOURCE:
            told.setdefault(said[note.subject], set()).add(note.object)
    wanted = {
        triple: sources[triple.subject]
        for triple in data
        if triple.subject in sources and triple.predicate != SOURCE
    }
    assert told == wanted
    assert len(wanted) > len(data) / 2
