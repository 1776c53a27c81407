"""Guess what was meant: names that come near to one that nothing has."""

from collections.abc import Iterable
from difflib import get_close_matches

from socprot.namespaces import PREFIXES


def near(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that come near, the nearest first, whatever their case."""
    names = list(known)
    by_folded = {one.casefold(): one for one in names}
    wanted = name.casefold()
    spelt = get_close_matches(name, names, n=count, cutoff=0.6)
    folded = get_close_matches(wanted, by_folded, n=count, cutoff=0.6)
    inside = [one for one in by_folded if len(wanted) > 2 and wanted in one]
    found = [*folded, *sorted(inside, key=len)]
    return list(dict.fromkeys([*spelt, *(by_folded[one] for one in found)]))[:count]


def shortened(iri: str) -> str:
    """An IRI as a prefixed name where a prefix fits, in angle brackets otherwise."""
    for prefix, namespace in PREFIXES.items():
        local = iri[len(namespace) :]
        if (
            iri.startswith(namespace)
            and local.replace("-", "").replace("_", "").isalnum()
        ):
            return f"{prefix}:{local}"
    return f"<{iri}>"
