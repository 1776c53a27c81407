"""
The canonical form of a dataset: equal hash means equal data, whoever wrote it down.

Implements RDFC-1.0 (https://www.w3.org/TR/rdf-canon/). Its hashes of a blank node see
only the quads that mention it, so all other quads need no more than to be sorted.
"""

import hashlib
from collections.abc import Iterable

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    serialize,
)


def canonical(quads: Iterable[Quad]) -> bytes:
    """Write quads as canonical N-Quads."""
    plain: list[Quad] = []
    blank: list[Quad] = []
    for quad in quads:
        terms = (quad.subject, quad.object, quad.graph_name)
        mentions = any(isinstance(term, BlankNode) for term in terms)
        (blank if mentions else plain).append(quad)
    named = Dataset(blank)
    named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    content = serialize([*plain, *named], format=RdfFormat.N_QUADS) or b""
    return b"".join(sorted(set(content.splitlines(keepends=True))))


def fingerprint(quads: Iterable[Quad]) -> str:
    """The SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(quads)).hexdigest()
