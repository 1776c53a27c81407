"""The benchmark itself: what it reads, generates and writes. Nothing is measured."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import ConfigParser
from http.client import IncompleteRead
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "bench"
REPORT = """
  Latency Distribution
     50%    1.50ms
     75%    2.00ms
     90%    3.00ms
     99%   12.00us
  1000 requests in 1.00s, 1.00MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 7
Requests/sec:   1000.50
"""
DATA = """
<https://w3id.org/socprot/id/state/viet-nam> <urn:p> "Viet Nam"@en .
<https://w3id.org/socprot/id/ratification/a> <urn:p> <https://w3id.org/socprot/id/state/viet-nam> .
<https://w3id.org/socprot/id/event/summit> <urn:p> "once"@en .
"""  # noqa: E501  # a triple is a line


@pytest.fixture(autouse=True)
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of the benchmark, which is a folder and no package."""
    monkeypatch.syspath_prepend(HERE)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", "").startswith(str(HERE)):
            del sys.modules[name]


def test_reports_of_the_load_generator_are_read() -> None:
    import load

    assert load.parse(REPORT) == load.Load(1000.5, 0.0015, 0.000012, 10)


def test_larger_graphs_have_the_same_shape(tmp_path: Path) -> None:
    import generate

    data = tmp_path / "data.nt"
    data.write_text(DATA.lstrip())
    size = generate.write(data, 3, tmp_path / "large.nt")
    lines = (tmp_path / "large.nt").read_text().splitlines()
    assert size == len(lines) == 3 + 2 * 3
    assert len(set(lines)) == len(lines)
    # What a copy links to is a copy too; what does not grow stays as it is.
    assert lines.count('<https://w3id.org/socprot/id/event/summit> <urn:p> "once"@en .')
    copies = [line for line in lines if "-copy1>" in line]
    assert [line.count("-copy1>") for line in copies] == [1, 2]


def test_growth_is_of_time_and_of_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the processor, over as many more rows, or what these count."""
    import growth
    from servers import Server

    class Answering(Server):
        rows, used, each = 1, 0.0, 1.0

        def processor_time(self) -> float:
            return self.used

        def fetch(self, *_: object) -> tuple[int, bytes, dict[str, str]]:
            self.used += self.each
            row = {"n": {"value": "2"}}
            body = {"results": {"bindings": [row] * self.rows}}
            return 200, json.dumps(body).encode(), {}

    servers = [Answering(name, []) for name in ("small", "large", "peer", "its large")]
    for server in servers[1::2]:
        server.rows, server.each = 10, 11.0
    servers[3].each = 30.0
    monkeypatch.setattr(growth, "QUESTIONS", {"one": "SELECT"})
    lines = list(growth._questions(servers[0], servers[1], servers[2:]))
    ratios = [line.ratio for line in lines if "grows" in line.case]
    assert ratios == [pytest.approx(11 / 10), pytest.approx(11 / 30)]
    assert "to 20" in lines[1].peer
    assert lines[1].met


def test_what_has_too_many_rows_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    import growth
    from servers import Server

    class Long(Server):
        used = 0.0

        def processor_time(self) -> float:
            self.used += 1.0
            return self.used

        def fetch(self, target: str, *_: object) -> tuple[int, bytes, dict[str, str]]:
            if self.name == "large" and "COUNT" not in target:
                raise IncompleteRead(b"")
            row = {"n": {"value": "7"}}
            return 200, json.dumps({"results": {"bindings": [row]}}).encode(), {}

    servers = [Long(name, []) for name in ("small", "large", "peer", "its large")]
    monkeypatch.setattr(growth, "QUESTIONS", {"one": "SELECT * { ?s ?p ?o }"})
    lines = list(growth._questions(servers[0], servers[1], servers[2:]))
    assert [line.case for line in lines if line.target] == [
        "one (counted): its time grows"
    ]


def test_a_question_that_is_refused_has_no_growth() -> None:
    import growth
    from servers import Server

    class Refusing(Server):
        def processor_time(self) -> float:
            return 0.0

        def fetch(self, *_: object) -> tuple[int, bytes, dict[str, str]]:
            return 413, b"", {}

    servers = [Refusing(name, []) for name in "abcd"]
    lines = list(growth._questions(servers[0], servers[1], servers[2:]))
    assert {line.ratio for line in lines} == {None}
    assert all(line.case.endswith(": refused with 413") for line in lines)


def test_virtuoso_is_kept_to_this_machine_and_to_its_folder(tmp_path: Path) -> None:
    import virtuoso

    server = virtuoso.virtuoso(tmp_path / "data.nt", tmp_path / "virtuoso")
    server.port = 12345
    server.prepare()
    settings = ConfigParser()
    settings.read(server.command[-1])
    assert settings["HTTPServer"]["ServerPort"] == "127.0.0.1:12345"
    place = f"127.0.0.1:{server.client_port}"
    assert settings["Parameters"]["ServerPort"] == place
    files = [*settings["Database"].values(), *settings["TempDatabase"].values()]
    assert {Path(file).parent for file in files} == {tmp_path / "virtuoso"}
    assert settings["Parameters"]["DirsAllowed"] == str(tmp_path)


def test_answers_are_compared_as_multisets_of_rows() -> None:
    import agreement

    row = '{"x": {"type": "literal", "value": "%s"}}'
    body = '{"head": {"vars": ["x"]}, "results": {"bindings": [%s]}}'
    one = agreement.rows((body % f"{row % 'a; b'}, {row % 1}").encode())
    two = agreement.rows((body % f"{row % '1.0'}, {row % 'b; a'}").encode())
    assert one == two
    assert one != agreement.rows((body % (row % 1)).encode())


def test_the_table_says_whether_a_target_is_met(tmp_path: Path) -> None:
    import report

    lines = [
        report.Line("fast", "1/s", "peer", [30, 10, 20], [10, 10, 10], "ratio >= 1.2"),
        report.Line("slow", "s", "", [4], (), "value <= 3"),
        report.Line("free", "s", "", [4]),
    ]
    report.write(lines, ["One machine."], tmp_path)
    table = (tmp_path / "results.md").read_text().splitlines()
    assert [line.split("|")[-2].strip() for line in table[-3:]] == ["yes", "**no**", ""]
    assert "| 20 (10 to 30) | peer | 10 (10 to 10) | 2.00 |" in table[-3]
    with (tmp_path / "results.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 5


PEER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'"value"')

HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
RUN = f"""
import sys, time
import servers
servers.leave_nothing()
peer = servers.Server("peer", [sys.executable, "-c", {PEER!r}, "{{port}}"])
print(peer.start().process.pid, flush=True)
time.sleep(60)
"""  # a program within a program


@pytest.mark.parametrize("ended_by", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_no_server_is_left_however_a_run_ends(ended_by: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    # What runs in the background may ignore SIGINT, and whatever it starts does too.
    command = ["env", "--default-signal=INT", sys.executable, "-c", RUN]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout is not None
        peer = int(run.stdout.readline())
        run.send_signal(getattr(signal, ended_by))
        assert run.wait(15) != 0
    deadline = time.monotonic() + 15
    while Path(f"/proc/{peer}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{peer}").exists()
