"""A store that goes over to another bundle holds what it would have loaded."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from engines import children, nursery, running
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize
from waiting import until

from socprot.engine import Request
from socprot.engine.embedded import EmbeddedEngine
from socprot.engine.limits import MIB, Limits
from socprot.engine.source import GRAPH, Source, load
from socprot.engine.succession import Loaded
from socprot.errors import GraphMissing

LIMITS = Limits(workers=1, memory_bytes=128 * MIB)

things = st.sampled_from([NamedNode(f"http://e/{name}") for name in "abc"])
values = things | st.sampled_from(
    [Literal("é\n"), Literal("x", language="en"), Literal(1), Literal(0.5)]
)
quads = st.builds(Quad, things, things, values, things) | st.builds(
    Quad, things, things, values
)
graphs = st.sets(quads, max_size=9)


def bundle(folder: Path, quads: Iterable[Quad]) -> Path:
    """A folder with these quads, sorted, as a build writes them."""
    folder.mkdir(exist_ok=True)
    content = serialize(quads, format=RdfFormat.N_QUADS) or b""
    (folder / GRAPH).write_bytes(b"".join(sorted(content.splitlines(keepends=True))))
    return folder


def named(*names: str) -> list[Quad]:
    about, name = NamedNode("http://e/a"), NamedNode("http://e/name")
    # One that stays: a file is never empty.
    return [
        Quad(about, about, about),
        *(Quad(about, name, Literal(one)) for one in names),
    ]


@given(st.lists(graphs.filter(bool), min_size=2, max_size=4))
def test_it_holds_what_it_would_have_loaded(steps: list[set[Quad]]) -> None:
    with TemporaryDirectory() as name:
        sources = [
            Source.of(bundle(Path(name, str(number)), quads))
            for number, quads in enumerate(steps)
        ]
        loaded = Loaded(sources[0])
        for source in sources[1:]:
            loaded.become(source)
            assert set(loaded.graph.store) == set(load(source).store)


@pytest.mark.parametrize("case", ["blank", "gone", "changed", "many", "missing"])
def test_what_is_better_loaded_anew(tmp_path: Path, case: str) -> None:
    old = bundle(tmp_path / "old", named("old"))
    new = bundle(tmp_path / "new", named("new"))
    loaded = Loaded(Source.of(old))
    if case == "blank":
        bundle(new, [Quad(BlankNode("b"), NamedNode("http://e/a"), Literal("x"))])
    elif case == "gone":
        (old / GRAPH).unlink()
    elif case == "changed":
        bundle(old, named("other"))
    elif case == "many":
        bundle(new, named(*map(str, range(20_001))))
    else:
        (new / GRAPH).unlink()
    with pytest.raises(GraphMissing):
        loaded.become(Source.of(new))


def test_files_are_no_bundle(tmp_path: Path) -> None:
    old, new = (bundle(tmp_path / name, named(name)) for name in ("old", "new"))
    loaded = Loaded(Source.of([old / GRAPH]))
    with pytest.raises(GraphMissing):
        loaded.become(Source.of(new))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def names(engine: EmbeddedEngine) -> list[str]:
    query = "SELECT ?name { ?a <http://e/name> ?name } ORDER BY ?name"
    answer = engine.answer(Request(query, {"rows": "text/csv"})).read().decode()
    return answer.split("\r\n")[1:-1]


def engine(
    stack: ExitStack, folder: Path, before: EmbeddedEngine | None = None
) -> EmbeddedEngine:
    made = EmbeddedEngine(folder, LIMITS, before).ready()
    return stack.enter_context(closing(made))


def test_an_engine_takes_over_what_another_has_loaded(
    stack: ExitStack, tmp_path: Path
) -> None:
    """Generation after generation, each asked while the one before is there."""
    before = engine(stack, bundle(tmp_path / "0", named("0")))
    for number in range(1, 5):
        after = engine(
            stack, bundle(tmp_path / str(number), named(str(number))), before
        )
        assert after.stats.nursery_starts == 1  # no other than the first
        assert names(after) == [str(number)]
        assert names(before) == [str(number - 1)]
        before.close()
        assert names(after) == [str(number)]
        before = after
    assert before.usage().memory_bytes["pss"] > 0


def test_an_engine_loads_what_it_cannot_take_over(
    stack: ExitStack, tmp_path: Path
) -> None:
    before = engine(stack, bundle(tmp_path / "old", named("old")))
    blank = Quad(BlankNode("b"), NamedNode("http://e/a"), Literal("x"))
    folder = bundle(tmp_path / "new", [*named("new"), blank])
    after = engine(stack, folder, before)
    assert after.stats.nursery_starts == 2
    assert (names(before), names(after)) == (["old"], ["new"])


def test_an_engine_that_was_closed_leaves_nothing(
    stack: ExitStack, tmp_path: Path
) -> None:
    before = engine(stack, bundle(tmp_path / "old", named("old")))
    before.close()
    after = engine(stack, bundle(tmp_path / "new", named("new")), before)
    assert after.stats.nursery_starts == 2
    assert names(after) == ["new"]


@pytest.mark.parametrize("end", ["close", "kill"])
def test_an_heir_that_ends(stack: ExitStack, tmp_path: Path, end: str) -> None:
    """Closed, it leaves nothing; killed, it is replaced by one that loads."""
    before = engine(stack, bundle(tmp_path / "old", named("old")))
    after = engine(stack, bundle(tmp_path / "new", named("new")), before)
    assert names(after) == ["new"]
    (heir,) = [child for child in children(nursery()) if children(child)]
    workers = children(heir)
    if end == "close":
        after.close()
        assert not any(running(process) for process in (heir, *workers))
    else:
        os.kill(heir, signal.SIGKILL)
        until(lambda: not any(running(process) for process in (heir, *workers)))
        until(lambda: after.stats.nursery_starts == 2)
        assert names(after) == ["new"]
    assert names(before) == ["old"]
