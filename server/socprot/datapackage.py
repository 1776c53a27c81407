"""
The tables as a Data Package: what `datapackage.json` says of them.

The columns are those of the CSVW metadata beside each table, in the words of Table
Schema. Specification: https://datapackage.org/standard/data-package/ (version 2.0)
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from socprot.bundle import Bundle
from socprot.distribution import CANONICAL, METADATA
from socprot.namespaces import DATASET
from socprot.statement import iri

_PROFILES = "https://datapackage.org/profiles/2.0/"
_LICENSE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
# What Table Schema calls the datatypes of CSVW.
_TYPES: Mapping[str, Mapping[str, str]] = {
    "anyURI": {"type": "string", "format": "uri"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "decimal": {"type": "number"},
    "gYear": {"type": "year"},
    "gYearMonth": {"type": "yearmonth"},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
}
_CONSTRAINTS = {"format": "pattern", "minLength": "minLength"}


def describe(bundle: Bundle, catalogue: Iterable[Quad]) -> bytes:
    """Write the descriptor.

    Args:
        catalogue: what is said of the whole.
    """
    told = _told(catalogue)
    tables = sorted((bundle.path / "table").glob("*.csv"))
    document = {
        "$schema": f"{_PROFILES}datapackage.json",
        "name": "socprot",
        "id": DATASET,
        "title": _first(told, "dcterms:title"),
        "description": _first(told, "dcterms:description"),
        "homepage": DATASET,
        "version": bundle.manifest["version"],
        "licenses": [_LICENSE],
        "contributors": [{"title": "The SocProt contributors", "roles": ["creator"]}],
        "keywords": sorted(told.get("dcat:keyword", ())),
        "resources": [*map(_table, tables), _graph(bundle)],
    }
    kept = {name: value for name, value in document.items() if value}
    return json.dumps(kept, ensure_ascii=False, indent=2).encode() + b"\n"


def _told(catalogue: Iterable[Quad]) -> dict[str, list[str]]:
    """What the catalogue says of the dataset in words."""
    wanted = ("dcterms:title", "dcterms:description", "dcat:keyword")
    names = {iri(name): name for name in wanted}
    found: dict[str, list[str]] = {}
    for quad in catalogue:
        name = names.get(quad.predicate)
        about = quad.subject == NamedNode(DATASET)
        if about and name and isinstance(quad.object, Literal):
            found.setdefault(name, []).append(quad.object.value)
    return found


def _first(told: Mapping[str, list[str]], name: str) -> str:
    return min(told.get(name, [""]))


def _table(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    metadata = json.loads(path.with_name(path.name + METADATA).read_bytes())
    schema = metadata["tableSchema"]
    columns = [one for one in schema["columns"] if not one.get("virtual")]
    return {
        "name": path.stem,
        "path": f"table/{path.name}",
        "type": "table",
        "title": metadata.get("dc:title", path.stem),
        "description": metadata.get("dc:description", ""),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [_LICENSE],
        "schema": {
            "$schema": f"{_PROFILES}tableschema.json",
            "fields": [_field(one) for one in columns],
            "primaryKey": schema["primaryKey"],
        },
    }


def _graph(bundle: Bundle) -> dict[str, Any]:
    """The graph itself, in the form whose hash tells whether two are equal."""
    return {
        "name": "graph",
        "path": CANONICAL,
        "title": "The graph as canonical N-Quads",
        "format": "nq",
        "mediatype": "application/n-quads",
        "encoding": "utf-8",
        "hash": f"sha256:{bundle.manifest['canonical']}",
        "licenses": [_LICENSE],
    }


def _field(column: Mapping[str, Any]) -> dict[str, Any]:
    given = column.get("datatype", "string")
    given = given if isinstance(given, dict) else {"base": given}
    kind = dict(_TYPES[given["base"]])
    constraints: dict[str, Any] = {}
    if column.get("required"):
        constraints["required"] = True
    separator = column.get("separator")
    if separator:
        # A rule for each item has no place in Table Schema.
        kind = {"type": "list", "delimiter": separator, "itemType": kind["type"]}
    else:
        for name, constraint in _CONSTRAINTS.items():
            if name in given:
                rule = given[name]
                constraints[constraint] = int(rule) if name == "minLength" else rule
    field = {
        "name": column["name"],
        **kind,
        "title": column.get("titles", column["name"]),
        "description": column.get("dc:description", ""),
        "constraints": constraints,
    }
    return {name: value for name, value in field.items() if value}
