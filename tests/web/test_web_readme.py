"""The README, held against what is there: its record, picture, tables and commands."""

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store
from serving import Server

from socprot import queries
from socprot.namespaces import PREFIXES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).with_name("socprot")
# What is indented outside of fences is to be typed; `make` is what runs this test.
BLOCKS = [
    block
    for block in re.findall(
        r"(?:^    .*\n)+", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL), re.MULTILINE
    )
    if not block.startswith("    make ")
]
TABLES = re.findall(
    r"^    .venv/bin/socprot query (\S+)\n\n(\|(?:.*\n)+?)\n", TEXT, re.MULTILINE
)
TIES = re.findall(r'^    (\w+) -- "([\w:]+)" --> (\w+)$', TEXT, re.MULTILINE)
MINE = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t ; a <https://schema.org/Event> }"


def test_the_record_is_the_file() -> None:
    told = re.search(r"`(data/[^`]*)`, whole:\n\n```turtle\n(.*?)```", TEXT, re.DOTALL)
    assert told
    path, text = told.groups()
    assert (ROOT / path).read_text(encoding="utf-8") == text


def test_the_picture_shows_what_is_there(published: Store) -> None:
    assert len(TIES) > 10
    prefixes = "".join(f"PREFIX {key}: <{iri}>\n" for key, iri in PREFIXES.items())
    for source, tie, target in TIES:
        ask = f"{prefixes}ASK {{ ?a a sp:{source} ; {tie} ?b . ?b a sp:{target} }}"
        assert published.query(ask, use_default_graph_as_union=True), (source, tie)


def test_it_counts_the_questions() -> None:
    told = re.search(r"`/query/`: (\d+) questions with forms", TEXT)
    assert told
    assert int(told[1]) == len(queries.load(ROOT / "queries" / "competency"))


@pytest.mark.parametrize(("name", "table"), TABLES, ids=lambda value: value[:30])
def test_the_tables_are_the_answers(name: str, table: str, graph: Server) -> None:
    head, _, *shown = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
    ]
    answer = csv.DictReader(io.StringIO(graph.get(f"/query/{name}", "text/csv").text))
    assert [[row[column] for column in head] for row in answer] == shown


@pytest.mark.parametrize("block", BLOCKS, ids=lambda value: value.strip()[:40])
def test_what_it_says_can_be_typed(block: str, graph: Server, tmp_path: Path) -> None:
    (tmp_path / ".curlrc").write_text("fail\nmax-time = 60\n")
    (tmp_path / "mine.rq").write_text(MINE)
    script = block.replace("http://127.0.0.1:8000", graph.address)
    done = subprocess.run(
        ["bash", "-euc", script.replace(".venv/bin/socprot", str(COMMAND))],
        cwd=tmp_path,
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    written = set(tmp_path.iterdir()) - {tmp_path / ".curlrc", tmp_path / "mine.rq"}
    assert done.stdout or any(path.stat().st_size for path in written)
