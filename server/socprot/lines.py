"""
A graph as lines of N-Quads: they sort, compare and count as fast as bytes do.

The default graph and the named ones share a list. A line that ends with the name of a
graph is of that graph, unless it has no other object than that name.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

_END = b" .\n"


def of(triples: Iterable[Triple], graph: str = "") -> list[bytes]:
    """Write triples, of a named graph or of the default graph."""
    content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    lines = content.splitlines(keepends=True)
    return moved(lines, graph) if graph else lines


def moved(lines: Iterable[bytes], graph: str) -> list[bytes]:
    """Lines of the default graph as those of a named one."""
    end = _named(graph)
    return [line[: -len(_END)] + end for line in lines]


def within(lines: Iterable[bytes], graphs: Iterable[str]) -> Iterator[bytes]:
    """Those that are of one of these named graphs."""
    ends = tuple(_named(graph) for graph in graphs)
    for line in lines:
        # Before the name of a graph there are a subject, a predicate and an object.
        if line.endswith(ends) and line.count(b" ", 0, -len(_END)) > 2:
            yield line


def unnamed(lines: Iterable[bytes], graph: str) -> Iterator[bytes]:
    """Lines of a named graph as those of the default graph."""
    end = len(_named(graph))
    return (line[:-end] + _END for line in lines)


def quads(lines: Iterable[bytes]) -> Iterator[Quad]:
    """Read lines."""
    return parse(b"".join(lines), format=RdfFormat.N_QUADS)


def _named(graph: str) -> bytes:
    return f" <{graph}>".encode() + _END
