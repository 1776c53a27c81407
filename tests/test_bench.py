"""The benchmark itself: what it reads, generates and writes. Nothing is measured."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
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
    command = [sys.executable, "-c", RUN]
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
