"""Tables become triples through their metadata, and a bad row is named."""

from pathlib import Path

import pytest
from checkout import MINI

from socprot import files, tables
from socprot.namespaces import SP

NAME = "data/table/figure.csv"
ID = "https://w3id.org/socprot/id/"
HEADER = "figure,label,bodies,share,as_of,page\n"


def convert(folder: Path, text: str) -> tuple[tables.Converted, list[str]]:
    path = folder / "figure.csv"
    path.write_text(text, encoding="utf-8")
    metadata = MINI / "data" / "table" / "figure.csv-metadata.json"
    (folder / metadata.name).write_text(metadata.read_text(encoding="utf-8"))
    converted, problems = tables.convert(path, NAME)
    return converted, [str(problem) for problem in problems]


def test_minimal_mode(tmp_path: Path) -> None:
    row = 'f1,"First, and ""last""",a;b,12.50,2013,https://example.org/1\n'
    converted, problems = convert(tmp_path, HEADER + row)
    assert not problems
    sp, xsd = "https://w3id.org/socprot/ns#", "http://www.w3.org/2001/XMLSchema#"
    assert {str(quad) for quad in tables.triples([converted])} == {
        f"<{ID}figure/f1> {predicate} {value}"
        for predicate, value in [
            (
                "<http://www.w3.org/2000/01/rdf-schema#label>",
                '"First, and \\"last\\""@en',
            ),
            ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{sp}Figure>"),
            ("<http://xmlns.com/foaf/0.1/page>", "<https://example.org/1>"),
            (f"<{sp}figureOf>", f"<{ID}body/a>"),
            (f"<{sp}figureOf>", f"<{ID}body/b>"),
            (f"<{sp}value>", f'"12.5"^^<{xsd}decimal>'),
            (f"<{sp}date>", f'"2013"^^<{xsd}gYear>'),
        ]
    }


def test_an_empty_cell_is_no_triple(tmp_path: Path) -> None:
    converted, problems = convert(tmp_path, HEADER + "f1,First,,1,,\n")
    assert not problems
    assert len(list(tables.triples([converted]))) == 3
    assert converted.rows[0].line == 2


@pytest.mark.parametrize(
    ("rows", "line", "told"),
    [
        ("f1,First,,many,,\n", 2, ["share", "decimal"]),
        ("f1,First,,1,,\nf2,,,1,,\n", 3, ["label", "required"]),
        ("f1,First,,1,,\nf1,Again,,1,,\n", 3, ["figure", "line 2", "primaryKey"]),
        ("F 1,First,,1,,\n", 2, ["figure"]),
        ("f1,First,,1,,\nf2,Second\n", 3, ["2 cells"]),
        ('f1,"First\nline",,1,,\nf2,Second,,x,,\n', 4, ["share"]),
    ],
)
def test_a_bad_row_is_named(
    tmp_path: Path, rows: str, line: int, told: list[str]
) -> None:
    _, problems = convert(tmp_path, HEADER + rows)
    (problem,) = problems
    assert problem.startswith(f"{NAME}:{line}: ")
    assert all(word in problem for word in told), problem


def test_a_bad_date_is_told_without_a_word_of_python(tmp_path: Path) -> None:
    name = "figure.csv-metadata.json"
    told = (MINI / "data" / "table" / name).read_text(encoding="utf-8")
    day = '{"base": "date", "format": "yyyy-MM-dd"}'
    (tmp_path / name).write_text(told.replace('"gYear"', day), encoding="utf-8")
    (tmp_path / "figure.csv").write_text(HEADER + "f1,First,,1,20x4-05-16,\n")
    _, (problem,) = tables.convert(tmp_path / "figure.csv", NAME)
    told = "column as_of: '20x4-05-16' is no date of the form yyyy-MM-dd. [csvw]"
    assert str(problem).startswith(f"{NAME}:2: {told} ")


def test_several_bad_cells_are_told_at_once(tmp_path: Path) -> None:
    _, problems = convert(tmp_path, HEADER + "f1,,,x,,\nf2,Second,,y,,\n")
    assert len(problems) == 3


def test_the_header_must_be_the_described_one(tmp_path: Path) -> None:
    _, (problem,) = convert(tmp_path, "figure,name\nf1,First\n")
    assert problem.startswith(f"{NAME}:1: ")


def test_a_table_needs_metadata(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    _, (problem,) = tables.convert(tmp_path / "x.csv", "data/table/x.csv")
    assert str(problem).startswith("data/table/x.csv-metadata.json: ")


def test_columns_that_make_one_property_are_both_named() -> None:
    """An area is a state or a region: either cell may be the one at fault."""
    path = files.root() / "data" / "table" / "observation.csv"
    converted, problems = tables.convert(path, files.name(path))
    assert not problems
    assert converted.columns[str(SP.area)] == "state or region"
