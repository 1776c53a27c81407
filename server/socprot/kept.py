"""
What a build keeps in its bundle for the next one, which then does only what changed.

It is derived, and nobody relies on it: whatever is missing, older than the software or
not as it was written is no use, and the next build is a full one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from socprot.measure import Measure
from socprot.validate import Finding

FILE = "kept"  # a hash, and on the next line what was hashed: JSON


class Unusable(Exception):
    """What was kept does not do: only a full build can tell."""


@dataclass(frozen=True)
class Kept:
    """What cannot be read off the graph itself.

    Attributes:
        software: the hash of what made it.
        sources: the hash of every source.
        parts: the triples of each record and table, as sorted lines of N-Triples.
        hidden: what follows and is not published, as sorted lines of N-Triples.
        findings: what the shapes say of the whole.
        measure: what was found of the graph without its catalogue.
        told: that, as sorted lines of N-Triples.
    """

    software: str
    sources: Mapping[str, str]
    parts: Mapping[str, str]
    hidden: str
    findings: Sequence[Finding]
    measure: Measure
    told: str

    def packed(self) -> bytes:
        """The bytes of the file."""
        findings = [asdict(finding) for finding in self.findings]
        held = {**vars(self), "findings": findings, "measure": self.measure.written()}
        content = json.dumps(held, sort_keys=True).encode()
        return _digest(content) + b"\n" + content


def read(folder: Path) -> Kept:
    """Read what was kept in a bundle.

    Raises:
        Unusable: it is missing or broken.
    """
    try:
        digest, _, content = (folder / FILE).read_bytes().partition(b"\n")
    except OSError as error:
        raise Unusable(f"nothing was kept: {error}") from error
    if digest != _digest(content):
        raise Unusable("what was kept is broken")
    try:
        held = json.loads(content)
        findings = [Finding(**finding) for finding in held.pop("findings")]
        measure = Measure.read(held.pop("measure"))
        return Kept(**held, findings=findings, measure=measure)
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable("other software has kept it") from error


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
