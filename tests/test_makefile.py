"""The targets of the Makefile: each is told, and installs no more than it says."""

import re
import subprocess

import pytest

from socprot import files

ROOT = files.root()
TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
# What the README calls the packages of Debian that the tests need.
NEEDED = {
    "chromium": "Chromium",
    "default-jre-headless": "a JRE",
    "libapache-jena-java": "Jena",
    "r-base-core": "R,",
    "raptor2-utils": "raptor",
}


def planned(target: str) -> str:
    """What `make` would do where nothing has been done yet."""
    command = ["make", "--dry-run", "--always-make", target]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_every_target_is_told_at_the_top() -> None:
    (targets,) = re.findall(r"^\.PHONY: (.*)$", TEXT, re.MULTILINE)
    told = re.findall(r"^# make (\w+) ", TEXT, re.MULTILINE)
    assert sorted(told) == sorted(targets.split())


@pytest.mark.parametrize(
    ("target", "tests_can_run", "asks_debian"),
    [("serve", False, False), ("dev", True, False), ("test", True, True)],
)
def test_a_target_installs_what_it_says(
    target: str, tests_can_run: bool, asks_debian: bool
) -> None:
    plan = planned(target)
    assert ("'.[dev]'" in plan) == tests_can_run
    assert ("tests/system.sh" in plan) == asks_debian


def test_the_readme_names_what_the_tests_need_from_debian() -> None:
    script = (ROOT / "tests" / "system.sh").read_text(encoding="utf-8")
    packages = re.findall(r"^  \[\w+\]=(\S+)$", script, re.MULTILINE)
    packages += re.findall(r"missing\+=\((lib\S+)\)", script)
    assert sorted(packages) == sorted(NEEDED)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"installs Debian's (.*?)\(\[tests/system\.sh\]", readme, re.S)
    assert [name for name in NEEDED.values() if name not in told] == []
