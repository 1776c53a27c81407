"""What we publish works where there is no checkout: the wheel, in its own folder."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError
from zipfile import ZipFile

import pytest

from socprot import files

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that sees the wheel, and not the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    python = [sys.executable, "-m"]
    command = [*python, "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    # A pure wheel is installed by unpacking it; its dependencies are those of this
    # environment, where the checkout is found too, though later.
    ZipFile(wheel).extractall(folder / "site")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SOCPROT")}
    return {
        **environment,
        "PYTHONPATH": str(folder / "site"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HOME": str(folder),
    }


def socprot(*words: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "socprot", *words],
        env=environment,
        cwd=environment["HOME"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_wheel_that_runs(installed: dict[str, str]) -> None:
    code = "import socprot.files as f; print(f.root())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=installed, cwd=installed["HOME"], capture_output=True, text=True
    )
    assert done.stdout.strip().endswith("site/socprot/_graph")


def test_the_wheel_carries_the_whole_graph(installed: dict[str, str]) -> None:
    graph = Path(installed["PYTHONPATH"]) / "socprot" / "_graph"
    assert {files.name(path) for path in files.sources()} == {
        path.relative_to(graph).as_posix()
        for path in graph.rglob("*")
        if path.suffix in {".csv", ".json", ".rq", ".ttl"}
    }


def test_the_wheel_carries_what_runs_in_the_browser(installed: dict[str, str]) -> None:
    place = "socprot/web/static/built"
    carried = Path(installed["PYTHONPATH"]) / place
    assert {path.name for path in carried.iterdir()} == {
        path.name for path in (ROOT / "server" / place).iterdir()
    }
    assert (carried / "editor.js").stat().st_size > 100_000


def test_without_it_there_is_no_wheel(tmp_path: Path) -> None:
    derived = shutil.ignore_patterns("built", "node_modules", "__pycache__")
    shutil.copytree(ROOT / "server", tmp_path / "server", ignore=derived)
    for name in ("LICENSE", "LICENSE-DATA", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "make it first with `python server/browser/build.py`" in done.stderr


def test_build_query_and_export(installed: dict[str, str]) -> None:
    socprot("build", environment=installed)
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    (Path(installed["HOME"]) / "count.rq").write_text(text)
    answer = socprot("query", "count.rq", "--format", "csv", environment=installed)
    assert int(answer.split()[1]) > 100
    assert "PREFIX" in socprot("export", "--graph", "data", environment=installed)


def test_a_served_request(installed: dict[str, str]) -> None:
    socprot("build", environment=installed)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "socprot", "serve", "--port", str(port)],
        env=installed,
        cwd=installed["HOME"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        body = _fetch(
            f"http://127.0.0.1:{port}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D"
        )
        assert b"true" in body
    finally:
        process.terminate()
        process.wait(timeout=60)


def _fetch(address: str) -> bytes:
    """Ask until the server is up; a machine under load may take a while."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                content: bytes = answer.read()
                return content
        except URLError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
