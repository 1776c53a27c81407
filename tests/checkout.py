"""A small checkout to build, and to break: a copy of the frozen `tests/mini/`."""

import shutil
from pathlib import Path

MINI = Path(__file__).parent / "mini"


def copy(to: Path) -> Path:
    """Copy the frozen sources, and return the root of the copy."""
    return Path(shutil.copytree(MINI, to / "root"))
