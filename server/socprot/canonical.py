"""
The canonical form of a dataset: equal hash means equal data, whoever wrote it down.

Implements RDFC-1.0 (https://www.w3.org/TR/rdf-canon/). Its hashes of a blank node see
only the quads that mention it, so all other quads need no more than to be sorted.
"""

from collections.abc import Iterable

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    serialize,
)

from socprot import lines

_MAYBE_BLANK = b"_:"


def canonical(quads: Iterable[Quad]) -> bytes:
    """Write quads as canonical N-Quads."""
    content = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return of_lines(content.splitlines(keepends=True))


def of_lines(written: Iterable[bytes]) -> bytes:
    """The canonical form of lines of N-Quads."""
    found: list[bytes] = []
    suspects: list[bytes] = []
    for line in written:
        if _MAYBE_BLANK in line:
            suspects.append(line)
        else:
            found.append(line)
    named = Dataset(quad for quad in lines.quads(suspects) if _is_blank(quad))
    named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    plain = (quad for quad in lines.quads(suspects) if not _is_blank(quad))
    content = serialize([*plain, *named], format=RdfFormat.N_QUADS) or b""
    # As they come, they are in order but for a few.
    return b"".join(sorted(dict.fromkeys([*found, *content.splitlines(keepends=True)])))


def _is_blank(quad: Quad) -> bool:
    terms = (quad.subject, quad.object, quad.graph_name)
    return any(isinstance(term, BlankNode) for term in terms)
