"""Every command and option, as a real process: what it prints, and its exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from checkout import copy

from socprot.errors import SocprotError

COMMANDS = ("build", "check", "serve", "query", "export", "release", "fmt", "new")


class Shell:
    """Runs `socprot` on a copy of the frozen checkout."""

    def __init__(self, folder: Path) -> None:
        self.root = copy(folder)
        self.folder = folder
        self.environment = {
            **os.environ,
            "SOCPROT_ROOT": str(self.root),
            "SOCPROT_BUNDLES": str(folder / "bundles"),
        }

    def __call__(self, *words: str, given: str = "", status: int = 0) -> str:
        """Run a command that must end so, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "socprot", *words],
            input=given,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
        )
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        self.told = done.stderr
        return done.stdout


@pytest.fixture
def run(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    run = Shell(tmp_path_factory.mktemp("built"))
    run("build")
    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_documentation(built: Shell, command: str) -> None:
    assert command in built("--help")
    text = built(command, "--help")
    assert text == built(command, "-h")
    assert len(text.splitlines()) > 5


def test_version(built: Shell) -> None:
    assert built("--version").startswith("socprot 20")


def test_build_tells_its_steps_and_then_that_nothing_changed(run: Shell) -> None:
    assert run("build") == ""
    assert "reasoning" in run.told
    assert "6 records" in run.told
    assert run.told.endswith("\n1 warning: see `socprot check`.\n")
    run("build")
    assert "Nothing has changed" in run.told


def test_check_warns_and_packs_nothing(run: Shell) -> None:
    assert "sps:Act-dated" in run("check")
    assert not (run.folder / "bundles").exists()


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_problem_is_one_sentence(run: Shell, command: str) -> None:
    (run.root / "data" / "body" / "x.ttl").write_text("<a:> <b:>")
    run(command, status=1)
    message = run.told.splitlines()[-1]
    assert message.startswith("socprot: data/body/x.ttl:1: ")


def test_query_by_name_prints_a_table(built: Shell) -> None:
    table = built("query", "events-in-year", "--param", "year=2013", "-p", "host=host")
    assert "event:2013-summit" in table
    assert table.endswith("2 rows\n")
    assert table == built("query", "events-in-year", "-p", "host=body/host")
    assert built("query", "events-in-year", "-p", "year=2012").endswith("0 rows\n")


def test_query_from_a_file_and_from_standard_input(built: Shell) -> None:
    text = "ASK { ?s ?p ?o }"
    (built.folder / "ask.rq").write_text(text)
    assert built("query", "ask.rq") == "yes\n"
    assert built("query", "-", given=text) == "yes\n"
    assert built("query", given=text) == "yes\n"


def test_query_does_without_a_store_on_disk(run: Shell) -> None:
    run("build")
    store = run.folder / "bundles" / "current" / "store"
    count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    asked = run("query", given=count)
    (store / "CURRENT").write_text("MANIFEST-0\n")
    assert run("query", given=count) == asked
    shutil.rmtree(store)
    assert run("query", given=count) == asked


def test_query_lists_what_there_is(built: Shell) -> None:
    listed = built("query", "--list")
    assert listed.startswith(
        "other\n    events-in-year: Which events took place in a given year?\n"
        "        --param year=2013\n"
    )
    assert "dangling-link" not in listed
    assert built("query", "--list", "--all") == listed + (
        "queries/hygiene\n    dangling-link: Links to a record that does not exist.\n"
    )


def test_every_format_of_rows(built: Shell) -> None:
    def ask(name: str) -> str:
        return built("query", "events-in-year", "--format", name)

    assert len(json.loads(ask("json"))["results"]["bindings"]) == 2
    assert ElementTree.fromstring(ask("xml")).tag.endswith("sparql")
    assert len(ask("csv").splitlines()) == 3
    assert ask("tsv").startswith("?event\t?label\t?date\n")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("turtle", "PREFIX"),
        ("ntriples", "<https://"),
        ("jsonld", "{"),
        ("rdfxml", "<?xml"),
    ],
)
def test_every_format_of_graphs(built: Shell, name: str, start: str) -> None:
    text = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
    assert built("query", "-f", name, given=text).startswith(start)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["query", "no-such"], "no query and no file"),
        (["query", "events-in-year", "-p", "year"], "NAME=VALUE"),
        (["query", "events-in-year", "-p", "year=MM"], "whole number"),
        (["query", "events-in-year", "-p", "colour=red"], "no parameter"),
        (["query", "events-in-year", "-p", "host=body/hots"], "mean body/host?"),
        (["query", "events-in-year", "-p", "host=zzz"], "no record body/zzz."),
        (["query", "--all"], "--all goes with --list"),
        (["query", "events-in-year", "-f", "turtle"], "cannot be written as turtle"),
        (["query", "-"], "not SPARQL"),
        (["export", "event/none"], "no record event/none"),
        (["export", "event/x", "-g", "data"], "choose one"),
        (["export", "--inferred"], "go with a record"),
        (["new", "evnt", "x"], "no kind 'evnt'"),
        (["new", "event", "Ä b"], "no slug"),
        (["new", "event", "2013-summit"], "there already"),
    ],
)
def test_a_mistake_is_one_sentence(built: Shell, words: list[str], told: str) -> None:
    assert built(*words, given="SELEKT", status=1) == ""
    assert built.told.startswith("socprot: ")
    assert told in built.told
    assert built.told.count("\n") == 1


def test_a_wrong_option_is_explained(built: Shell) -> None:
    built("export", "--format", "word", status=2)
    assert "turtle" in built.told


def test_without_a_bundle(run: Shell) -> None:
    run("export", status=1)
    assert run.told == "socprot: there is no bundle yet: run `socprot build`.\n"


def test_export_whole_by_graph_and_by_record(built: Shell) -> None:
    whole = built("export")
    assert "sp:ledTo" in whole
    assert "sh:" not in whole
    assert "sh:property" in built("export", "--graph", "shapes")
    record = built("export", "event/2013-summit")
    assert record == (built.root / "data/event/2013-summit.ttl").read_text()
    assert "schema:Event" in built("export", "event:2013-summit", "--inferred")


@pytest.mark.parametrize(
    "name", ["turtle", "ntriples", "jsonld", "rdfxml", "nquads", "trig"]
)
def test_export_writes_the_same_bytes_twice(built: Shell, name: str) -> None:
    built("export", "-f", name, "-o", "one")
    built("export", "-f", name, "-o", "two")
    one, two = (built.folder / n for n in ("one", "two"))
    assert one.read_bytes() == two.read_bytes() != b""


def test_fmt(run: Shell) -> None:
    path = run.root / "data" / "body" / "host.ttl"
    good = path.read_text()
    path.write_text(good.replace(" ;\n.", " ."))
    run("fmt", "--check", str(path), status=1)
    assert "socprot fmt" in run.told
    assert run("fmt") == "data/body/host.ttl\n"
    assert path.read_text() == good
    run("fmt", "--check", str(run.root / "data"))
    assert run("fmt", "-", given="<a:> <b:> 1 .") == "<a:>\n    <b:> 1 ;\n.\n"
    run("fmt", "-", given="<a:> <b:>\n x .", status=1)
    assert run.told.startswith("-:2: ")


def test_new_writes_a_record_that_check_helps_to_fill_in(run: Shell) -> None:
    assert run("new", "event", "2025-summit") == "data/event/2025-summit.ttl\n"
    assert run.told.startswith("Where it is known, add sp:host.\n")
    path = run.root / "data" / "event" / "2025-summit.ttl"
    run("fmt", "--check", str(path))
    run("check", status=1)
    assert "data/event/2025-summit.ttl:" in run.told
    assert "sps:Event-start" in run.told
    text = path.read_text()
    text = text.replace('"TODO"@en', '"46th Summit"@en')
    text = text.replace("source:TODO", "source:statement")
    path.write_text(text.replace('"TODO"^^', '"2025-05-26"^^'))
    run("check")


def test_a_closed_pipe_is_quiet(built: Shell) -> None:
    command = [sys.executable, "-m", "socprot", "export", "-f", "nquads"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, env=built.environment)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


def test_errors_have_one_base() -> None:
    assert issubclass(SocprotError, Exception)


def test_a_file_that_cannot_be_written(built: Shell) -> None:
    assert built("export", "-g", "shapes", "-o", "nowhere/x.ttl", status=1) == ""
    assert built.told.startswith("socprot: cannot write nowhere/x.ttl: ")
