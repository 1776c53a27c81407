"""
From the sources to a bundle, in one direction: read, tables, reason, check, pack.

No step looks back, and no bundle is written before everything has been checked.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, Store, Triple

from socprot import (
    bundle,
    canonical,
    changes,
    check,
    derive,
    files,
    lines,
    measure,
    namespaces,
    on_disk,
    pack,
    queries,
    reason,
    rebuild,
    referee,
    sources,
    tables,
    validate,
)
from socprot.bundle import Bundle, Inputs
from socprot.errors import BuildFailed
from socprot.kept import Kept, Unusable
from socprot.ledger import Ledger
from socprot.problem import refuse

# Told about each step when it begins, so that somebody can watch.
Watch = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """A graph that has passed every check.

    Attributes:
        hidden: what follows and is not published.
        findings: what the shapes say, though none of it stops the build.
        places: where everything is written down.
    """

    whole: pack.Whole
    hidden: list[Triple]
    findings: list[validate.Finding]
    places: check.Places


def build(
    watch: Watch, full: bool = False, inputs: Inputs | None = None
) -> tuple[Bundle, bool]:
    """Make the bundle of the sources, and make it the one in use.

    Returns it, and whether it is new: unchanged sources are not built again, and of
    changed ones only what the change touches. With `full` everything is done anew, and
    compared with what there is.

    Raises:
        BuildFailed: the sources are broken; the bundle in use stays what it was.
    """
    inputs = inputs or bundle.inputs()
    known = bundle.find(inputs.hash)
    if known and not full:
        if bundle.current() != known:
            bundle.use(known)
        return known, False
    with on_disk.Draft(files.bundles()) as draft, ThreadPoolExecutor(1) as pool:
        agreeing = pool.submit(on_disk.agrees, known.path) if known else None
        contents = None if full else _rebuild(watch, inputs, draft)
        if contents is None:
            checked = run(watch) if known else run(watch, drafted=draft.begin)
            watch("packing the bundle")
            keep = _keep(checked, inputs)
            contents = pack.contents(inputs.hash, checked.whole, keep)
        if known and agreeing:
            _compare(known, contents, agreeing.result())
            return bundle.use(known), False
        return bundle.write(inputs.hash, contents, draft), True


def _rebuild(
    watch: Watch, inputs: Inputs, draft: on_disk.Draft
) -> dict[str, bytes] | None:
    """Build what has changed since the bundle in use, if that will do.

    Raises:
        BuildFailed: the sources are broken.
    """
    before = bundle.current()
    if before is None:
        return None
    watch("building what has changed")
    draft.copy(before.path)
    try:
        return rebuild.run(before, inputs)
    except Unusable as reason:
        watch(f"building everything: {reason}")
    return None


def _compare(known: Bundle, contents: Mapping[str, bytes], agrees: bool) -> None:
    """Compare a full build with a bundle of the same sources.

    Args:
        agrees: whether the store of the bundle holds its graph.

    Raises:
        BuildFailed: they differ, or the store does not hold the graph.
    """
    for file, content in contents.items():
        if (known.path / file).read_bytes() != content:
            raise BuildFailed(
                f"{file} of bundle {known.hash} is not what a full build makes; "
                f"remove {known.path} and build again."
            )
    if not agrees:
        raise BuildFailed(
            f"the store of bundle {known.hash} does not hold its graph; "
            f"remove {known.path} and build again."
        )


def run(
    watch: Watch,
    owlrl: bool = False,
    drafted: Callable[[bytes], None] = lambda content: None,
) -> Checked:
    """Do everything but pack.

    Args:
        owlrl: whether to compare the closure with that reasoner's.
        drafted: is told the graph once it is there, without its catalogue.

    Raises:
        BuildFailed: the sources are broken.
    """
    watch("reading the sources")
    read = sources.read()
    watch("converting the tables")
    converted = tables.read()
    data = [*read.quads(namespaces.DATA), *tables.triples(converted)]
    ontology = list(read.quads(namespaces.ONTOLOGY))
    shapes = list(read.quads(namespaces.SHAPES))
    dated = derive.intervals([*data, *ontology], ontology)
    derived = [Quad(*triple) for triple in dated]
    watch("reasoning")
    following = reason.follow([*data, *ontology, *derived])
    hidden = [triple for triple in following if reason.is_trivial(triple)]
    closure = [triple for triple in following if not reason.is_trivial(triple)]
    if owlrl:
        watch("reasoning with owlrl, which takes some minutes")
        referee.compare([*data, *ontology, *derived], closure)
    watch("checking the shapes")
    # Not the closure: there a link to the wrong kind of record has given it that class.
    findings = validate.shacl([*data, *ontology, *derived], shapes)
    graphs = {
        namespaces.DATA: _triples(data),
        namespaces.ONTOLOGY: _triples(ontology),
        namespaces.INFERRED: [*dated, *closure],
        namespaces.SHAPES: _triples(shapes),
    }
    watch("counting, and asking the hygiene queries")
    written = _lines(graphs)
    content = b"".join(written)
    drafted(content)
    with ThreadPoolExecutor(1) as pool:  # the store works beside Python
        loading = pool.submit(_loaded, content)
        plain = canonical.of_lines(lines.within(written, namespaces.HASHED))
        store = loading.result()
    whole = pack.whole(
        Ledger(content, store, plain),
        measure.whole(written, store),
        read.quads(namespaces.CATALOGUE),
    )
    places = check.Places(read, converted)
    hygiene = queries.load(files.root() / "queries" / "hygiene")
    # The catalogue too: what it links to must exist.
    faults = validate.hygiene(whole.ask, hygiene.values())
    if problems := check.problems(findings, faults, places):
        raise refuse(problems)
    return Checked(whole, hidden, findings, places)


def _keep(checked: Checked, inputs: Inputs) -> Kept:
    """What the next build can begin with."""
    parts = checked.places.parts()
    return Kept(
        inputs.software,
        inputs.sources,
        {name: changes.written(quads) for name, quads in parts.items()},
        b"".join(sorted(lines.of(checked.hidden))).decode(),
        checked.findings,
        checked.whole.measure,
        checked.whole.told.decode(),
    )


def _triples(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(quad.triple for quad in quads))


def _loaded(content: bytes) -> Store:
    store = Store()
    # Every term in it is valid: it was read, or made, by the same engine.
    store.bulk_load(content, RdfFormat.N_QUADS, lenient=True)
    return store


def _lines(graphs: dict[str, list[Triple]]) -> list[bytes]:
    """Write each graph, and in the default graph the union of all but the shapes."""
    written = [line for name in graphs for line in lines.of(graphs[name], name)]
    default = {
        line
        for name in namespaces.DEFAULT_UNION
        for line in lines.of(graphs.get(name, []))
    }
    return sorted([*written, *default])
