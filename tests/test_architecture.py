"""Imports point one way: from the command line at the top down to the errors."""

import ast
import re
from pathlib import Path

import pytest

import socprot

PACKAGE = Path(socprot.__file__).parent

# A module may import from its own layer and from those before it.
LAYERS = [
    "errors files namespaces",
    "context dates distribution journal lines permalink problem splice statement",
    "suggestion traffic turtle",
    "canonical jsonld queries release sources subject tables",
    "tally",
    "measure volume",
    "catalogue check derive directory news reach reason record validate",
    "aim kept ledger on_disk",
    "amend changes",
    "bundle pack referee",
    "datapackage rebuild",
    "build diff dump export feed touched",
    "engine negotiation picture search",
    "web",
    "serve",
    "cli",
    "__main__",
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()}

# The same inside of `web`, between its rooms; what is named first lies in no room.
ROOMS = [
    "kinds rows",
    "days site",
    "known languages published",
    "wire",
    "sparql",
    "frame",
    "picture",
    "ask explore",
    "model question record trust",
    "harvest",
    "home",
    "__init__",
    "gate",
]
ROOM = {name: rank for rank, names in enumerate(ROOMS) for name in names.split()}

# What only these layers may know of.
ONLY = {"click": "cli", "flask": "web", "granian": "web", "rich": "cli"}


# What is imported from these is a module, or `create_app`.
PACKAGES = ("socprot", "socprot.web")


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if layer(path) != "__init__")


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in PACKAGES:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = layer(path)
    for module in imports(path):
        top, _, rest = module.partition(".")
        if top == "socprot" and rest:
            assert RANK[rest.partition(".")[0]] <= RANK[own], f"{own} imports {module}"
        assert own in ONLY.get(top, own).split(), f"{own} imports {module}"


def test_every_module_has_a_layer() -> None:
    assert {layer(path) for path in MODULES} == RANK.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_are_small_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert (ast.get_docstring(ast.parse(text)) or "").strip()


def room(path: Path) -> str:
    """The room of `web/` that a module is in, or the module itself."""
    return path.relative_to(PACKAGE / "web").parts[0].removesuffix(".py")


WEB = [path for path in MODULES if layer(path) == "web"]


@pytest.mark.parametrize("path", WEB, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rooms_of_the_web_import_from_those_before_them(path: Path) -> None:
    own = room(path)
    for module in imports(path):
        if module.startswith("socprot.web."):
            other = module.split(".")[2]
            other = other if other in ROOM else "__init__"
            assert other == own or ROOM[other] < ROOM[own], f"{own} imports {module}"


def test_every_room_of_the_web_has_its_place() -> None:
    assert {room(path) for path in WEB} == ROOM.keys()


def test_the_map_of_the_web_has_the_rooms_in_their_order() -> None:
    told = ast.get_docstring(ast.parse((PACKAGE / "web" / "__init__.py").read_text()))
    assert told
    drawn = re.findall(r"^    (.+)$", told, re.MULTILINE)
    assert drawn == [one for one in ROOMS[ROOMS.index("wire") :] if one != "__init__"]
