"""A small checkout to build, and to break: a copy of the frozen `tests/mini/`."""

import re
import shutil
from pathlib import Path

import pytest
from broken import EVENT

MINI = Path(__file__).parent / "mini"


def copy(to: Path) -> Path:
    """Copy the frozen sources, and return the root of the copy."""
    return Path(shutil.copytree(MINI, to / "root"))


def use(to: Path, patch: pytest.MonkeyPatch) -> Path:
    """Copy them, and work on the copy, with a folder of bundles beside it."""
    root = copy(to)
    patch.setenv("SOCPROT_ROOT", str(root))
    patch.setenv("SOCPROT_BUNDLES", str(to / "bundles"))
    return root


def rename(root: Path, label: str) -> None:
    """Give the event of the copy another name."""
    path = root / EVENT
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'(rdfs:label) "[^"]*"@en', rf'\1 "{label}"@en', text)
    path.write_text(text, encoding="utf-8")
