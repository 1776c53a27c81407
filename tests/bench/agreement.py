"""Do all servers give the same answers? Rows as a multiset, whatever the order."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from typing import Any

from servers import Server


def rows(body: bytes) -> Counter[str]:
    """The rows of SPARQL Query Results JSON, each as a string."""
    document = json.loads(body)
    if "boolean" in document:
        return Counter([str(document["boolean"])])
    return Counter(
        json.dumps({name: _term(term) for name, term in row.items()}, sort_keys=True)
        for row in document["results"]["bindings"]
    )


def _term(term: Mapping[str, Any]) -> list[str]:
    """A term; GROUP_CONCAT may join its parts in any order."""
    value = str(term["value"])
    datatype = term.get("datatype", "").removesuffix("XMLSchema#string")
    if term["type"] != "uri":
        value = " ".join(sorted(re.split(r"[;,|\s]+", value)))
        with suppress(ValueError):
            value = str(float(value))  # 1.0 and 1 are the same decimal
    return [value, term.get("xml:lang", "").lower(), datatype]


def compare(first: Server, others: list[Server], queries: Mapping[str, str]) -> Any:
    """Ask all the same; return by server how many agreed, and which did not.

    A server that takes too long is asked only a few, and started again: it would go on
    with what nobody waits for.
    """
    result: dict[str, dict[str, Any]] = {}
    held: dict[str, Counter[str]] = {}
    for name, query in queries.items():
        status, body = first.get(query)
        assert status == 200, f"{first.name} answers {name} with {status}"
        held[name] = rows(body)
    for other in others:
        told = result[other.name] = {"asked": 0, "same": 0, "differs": [], "none": []}
        patience = 3
        for name, query in queries.items():
            if patience <= 0:
                break
            told["asked"] += 1
            try:
                status, body = other.get(query, timeout=5)
                same = rows(body) == held[name] if status == 200 else None
            except (OSError, HTTPException, ValueError):
                same = None
            if same:
                told["same"] += 1
            else:
                told["none" if same is None else "differs"].append(name)
                patience -= same is None
        if told["none"]:
            other.stop()
            other.start()
    return result
