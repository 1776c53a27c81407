"""Debian's Virtuoso as a peer, unprivileged, with a database of its own."""

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from servers import Server, free_port

PROGRAM, CLIENT = "virtuoso-t", "isql-vt"
_GRAPH = "urn:data"
_PATIENCE = 120  # seconds for a start, and for loading
# As Debian sets it up, but for places and ports, for connections that stay open, as
# those of the other servers do, and for queries that are stopped as late as here.
_SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{client_port}
DirsAllowed = {readable}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20
MaxKeepAlives = 100000
KeepAliveTimeout = 60

[SPARQL]
ResultSetMaxRows = 100000
MaxQueryExecutionTime = 10
"""


def is_installed() -> bool:
    """Whether `apt install virtuoso-opensource` was run here."""
    return all(map(shutil.which, (PROGRAM, CLIENT)))


def version() -> str:
    """Which one it is, in its own words."""
    told = subprocess.run(
        [PROGRAM, "-?"], capture_output=True, text=True, check=False, timeout=10
    )
    lines = [line for line in told.stderr.splitlines() if line.startswith("Version")]
    return lines[0].split()[1] if lines else "?"


@dataclass
class Virtuoso(Server):
    """The server.

    Attributes:
        folder: for its database.
        data: what it may read.
        client_port: where it takes commands.
    """

    folder: Path = Path()
    data: Path = Path()
    client_port: int = 0

    def prepare(self) -> None:
        """Write its settings, with the ports of this time."""
        self.client_port = free_port()
        self.folder.mkdir(exist_ok=True)
        text = _SETTINGS.format(
            folder=self.folder,
            readable=self.data.parent,
            port=self.port,
            client_port=self.client_port,
        )
        (self.folder / "virtuoso.ini").write_text(text, encoding="utf-8")

    def fill(self) -> None:
        """Load the data, once; every later start finds them.

        Raises:
            RuntimeError: it takes too long, or they cannot be loaded.
        """
        self.start(_PATIENCE)
        try:
            self._command(
                f"ld_dir('{self.data.parent}', '{self.data.name}', '{_GRAPH}')",
                "rdf_loader_run()",
                "checkpoint",
            )
            told = self._command("SELECT ll_error FROM DB.DBA.load_list")
            if "NULL" not in told:
                raise RuntimeError(f"{self.name} could not load: {told[-300:]}")
        finally:
            self.stop()

    def _command(self, *statements: str) -> str:
        """Have it do something; return what it says."""
        place = f"127.0.0.1:{self.client_port}"
        text = "".join(f"{statement};" for statement in statements)
        command = [CLIENT, place, "dba", "dba", f"EXEC={text}"]
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            told = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=_PATIENCE
            )
            if "Connected to" in told.stdout:
                return told.stdout
            time.sleep(0.1)  # it answers queries before it takes commands
        raise RuntimeError(f"{self.name} takes no commands: {told.stderr[-300:]}")


def virtuoso(data: Path, folder: Path) -> Virtuoso:
    """Virtuoso with its database in a folder, to be filled with N-Triples."""
    command = [PROGRAM, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    return Virtuoso("Virtuoso", command, folder=folder, data=data)
