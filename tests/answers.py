"""Answers on file: TSV, because it is exact (terms keep their language and datatype).

`python tests/answers.py` writes the answers anew after a change of the graph; read the
difference before you commit it.
"""

from pathlib import Path

import pyoxigraph as ox

from socprot import files, queries

HERE = Path(__file__).parent
FOLDERS = {
    HERE / "competency": files.root() / "queries" / "competency",
    HERE / "reasoning": HERE / "reasoning",
}


def answer(
    store: ox.Store, query: str, graphs: list[ox.NamedNode] | None = None
) -> str:
    """Return the rows of a query, in the order in which it gives them."""
    rows = store.query(query, default_graph=graphs)
    assert isinstance(rows, ox.QuerySolutions)
    text = rows.serialize(format=ox.QueryResultsFormat.TSV)
    assert text is not None
    return text.decode()


def main() -> None:
    """Write every answer on file."""
    from socprot.build import build

    store = ox.Store()
    store.bulk_load(path=build(print)[0].graph, format=ox.RdfFormat.N_QUADS)
    for folder, asked in FOLDERS.items():
        for name, query in queries.load(asked).items():
            path = folder / f"{name}.tsv"
            path.write_text(answer(store, query.text), encoding="utf-8")


if __name__ == "__main__":
    main()
