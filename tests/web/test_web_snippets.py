"""The programs that pages show: each runs as it is pasted, and asks what it should."""

import csv
import io
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from serving import HERE, Server, ask

BIN = Path(sys.executable).parent
# Whatever quotes, escapes and signs a language may take for its own.
HOSTILE = (HERE / "hostile.rq").read_text(encoding="utf-8")
EXPECTED = [
    ['it\'s "quoted" \\ and $HOME ${x} `y`', "Hội nghị 🕊"],
    ['three \'\' quotes """ of two kinds', 'tab\there)---"'],
]
LANGUAGES = ("curl", "Python", "R", "JavaScript")
TRIPLES = "CONSTRUCT { <urn:s> <urn:p> 'o' } WHERE { }"
YES = "ASK { }"


def snippets(server: Server, query: str) -> dict[str, str]:
    text = ask(server, query, "text/html").text
    # The page gives the address that the site is told it has; here, where it runs.
    found = re.findall(
        r'<summary>(\w+)</summary>\s*<pre class="copyable"[^>]*><code>(.*?)</code>',
        text,
        re.DOTALL,
    )
    return {language: unescape(code) for language, code in found}


def run(language: str, code: str, folder: Path, tail: str = "") -> str:
    name, command = {
        "curl": ("ask.sh", ["bash"]),
        "Python": ("ask.py", [sys.executable]),
        "R": ("ask.R", [shutil.which("Rscript") or "Rscript"]),
        "JavaScript": ("ask.mjs", [str(BIN / "node")]),
    }[language]
    (folder / name).write_text(code + "\n" + tail, encoding="utf-8")
    done = subprocess.run(
        [*command, name], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# What makes each print its table exactly, for the comparison.
EXACT = {
    "curl": "",
    "Python": "import sys; sys.stdout.write('@@\\n' + table.to_csv(index=False))",
    "R": 'cat("@@\\n"); write.csv(table, row.names = FALSE, fileEncoding = "UTF-8")',
    "JavaScript": (
        'const cell = (text) => `"${text.replaceAll(\'"\', \'""\')}"`;\n'
        "console.log(['@@', 'a,b', ...rows.map((r) => "
        "[r.a, r.b].map(cell).join())].join('\\n'));"
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_arrive_as_they_are(server: Server, language: str, tmp_path: Path) -> None:
    code = snippets(server, HOSTILE)[language]
    told = run(language, code, tmp_path, EXACT[language])
    exact = told.rpartition("@@\n")[2]
    head, *rows = csv.reader(io.StringIO(exact, newline=""))
    assert head == ["a", "b"]
    assert rows == EXPECTED


@pytest.mark.parametrize("language", LANGUAGES)
def test_triples_and_a_yes(server: Server, language: str, tmp_path: Path) -> None:
    turtle = run(language, snippets(server, TRIPLES)[language], tmp_path)
    assert '"o"' in turtle
    assert "urn:p" in turtle
    assert "true" in run(language, snippets(server, YES)[language], tmp_path)


def test_every_answer_offers_each_language(server: Server) -> None:
    assert tuple(snippets(server, YES)) == LANGUAGES


def test_an_invisible_sign_is_seen(server: Server) -> None:
    query = "SELECT ?a WHERE { BIND('\u202ex' AS ?a) }"
    for language, code in snippets(server, query).items():
        assert "\u202e" not in code, language
        assert "202e" in code
